"""Services that notices are sent to: a webhook and a mail server, on ports of their own, which keep what they got."""

import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer


class Webhook:
    """``answers`` holds the status of each of the next requests, 200 when it is empty; a callable takes the handler
    and answers by itself. ``got`` is (path, document) of each request, headers in ``headers``."""

    def __init__(self):
        self.answers, self.got, self.headers = deque(), [], []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, json.loads(body)))
                receiver.headers.append(dict(self.headers))
                answer = receiver.answers.popleft() if receiver.answers else 200
                if callable(answer):
                    answer(self)
                    return
                self.send_response(answer)
                self.send_header("Content-Length", "0")
                if 300 <= answer < 400:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path="hook"):
        return f"json://127.0.0.1:{self.port}/{path}"

    @property
    def titles(self):
        return [document["title"] for _, document in self.got]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class _MailTalk(StreamRequestHandler):
    """SMTP as far as a client needs it that sends one mail."""

    receiver: "MailServer"
    recipients: tuple[str, ...] = ()

    def handle(self):
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            if line[:4].upper() == "QUIT":
                self.say("221 bye")
                return
            self.answer(line)

    def answer(self, line):
        match line[:4].upper():
            case "EHLO":
                self.say("250-here", "250 AUTH PLAIN LOGIN")
            case "AUTH":
                self.say("535 5.7.8 Wrong password" if self.receiver.refuses_login else "235 welcome")
            case "RCPT":
                self.recipients += (line,)
                self.say("250 ok")
            case "DATA":
                self.say("354 go on")
                self.receiver.got.append((self.recipients, b"".join(iter(self.rfile.readline, b".\r\n")).decode()))
                self.say("250 taken")
            case _:
                self.say("250 ok")

    def say(self, *lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class MailServer:
    """Takes every mail; ``got`` is (recipients, text). With ``refuses_login`` nobody's password is right."""

    def __init__(self):
        self.got, self.refuses_login = [], False
        self._server = ThreadingTCPServer(("127.0.0.1", 0), type("Talk", (_MailTalk,), {"receiver": self}))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self):
        return f"mailto://ada:the-secret-1@example.org:{self.port}/ops@example.org?smtp=127.0.0.1&from=q@example.org"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
