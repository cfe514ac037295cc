"""A server of Git repositories over HTTP on this machine's loopback, which a test can hold up, lock and make lie."""

import os
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self


class GitServer:
    """``with GitServer(folder) as server`` serves what is below the folder at ``server.address_of("shop.git")``.

    ``authorization`` is the header that every request must bring, if any. ``redirect`` sends everybody elsewhere. With
    ``tls`` it speaks https. An ``is_old`` one speaks git's first protocol only, in which nobody gets a commit that no
    branch points to.
    """

    def __init__(
        self,
        folder: Path,
        *,
        authorization: str | None = None,
        redirect: str | None = None,
        tls: ssl.SSLContext | None = None,
        is_old: bool = False,
    ) -> None:
        self.folder = folder
        self.is_old = is_old
        self.authorization = authorization
        self.redirect = redirect
        self.asked: list[str] = []
        """The path of each request, in order."""
        self.headers: list[dict[str, str]] = []
        """What each of them brought."""
        self._open = threading.Event()
        self._open.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "http" if tls is None else "https"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()

    def address_of(self, repository: str) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}/{repository}"

    def hold(self) -> None:
        """Take requests, and do not answer them until ``release``."""
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append(request.path)
        self.headers.append(dict(request.headers))
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        self._open.wait()
        if self.redirect is not None:
            _send(request, 302, [("Location", self.redirect)])
        elif self.authorization is not None and request.headers.get("Authorization") != self.authorization:
            _send(request, 401, [("WWW-Authenticate", 'Basic realm="tests"')])
        else:
            _send(request, *self._git(request, body))

    def _git(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """What git's own program for servers says, which it does in CGI."""
        path, _, query = request.path.partition("?")
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
            "GIT_PROTOCOL": "" if self.is_old else request.headers.get("Git-Protocol") or "",
            "REQUEST_METHOD": request.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": request.headers.get("Content-Type") or "",
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding") or "",
            "CONTENT_LENGTH": str(len(body)),
        }
        said = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=False)
        head, _, content = said.stdout.partition(b"\r\n\r\n")
        headers = [(key, value) for line in head.decode().splitlines() for key, _, value in [line.partition(": ")]]
        status = next((int(value.split()[0]) for key, value in headers if key == "Status"), 200)
        return status, [pair for pair in headers if pair[0] != "Status"], content

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler below has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            do_POST = do_GET  # noqa: N815 - the library calls it so

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def _send(request: BaseHTTPRequestHandler, status: int, headers: list[tuple[str, str]], content: bytes = b"") -> None:
    try:
        request.send_response(status)
        for key, value in [*headers, ("Content-Length", str(len(content)))]:
            request.send_header(key, value)
        request.end_headers()
        request.wfile.write(content)
    except OSError:
        pass  # whoever asked has gone: it was held for long
