"""An engine of which a test says what it sends, byte by byte."""

import socket
import threading
from contextlib import closing, suppress

from paas.engine.connection import Address

HEAD_10 = b"HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n"


class Engine:
    """A real unix socket on which each connection is answered by the next of ``answers``, in a thread.

    An answer is pieces of bytes to send, or an Event to wait for; then the connection is closed.
    """

    def __init__(self, path):
        self.path = path
        self.requests = []
        self._released = threading.Event()
        self._threads = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()

    @property
    def address(self):
        return Address(f"unix://{self.path}")

    def answer(self, *pieces):
        thread = threading.Thread(target=self._serve, args=[pieces])
        thread.start()
        self._threads.append(thread)

    def _serve(self, pieces):
        connection, _ = self._listener.accept()
        with closing(connection), suppress(OSError):  # a client that has given up
            self.requests.append(connection.recv(65_536).decode())
            for piece in pieces:
                if isinstance(piece, bytes):
                    connection.sendall(piece)
                else:
                    piece.wait(10)

    def close(self):
        self._listener.close()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()
