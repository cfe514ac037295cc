"""As much of the Docker Engine's API as a dashboard asks for, on a unix socket, in threads of the tests' process."""

import json
import re
import socketserver
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from paas.logs.reading.frames import Entry
from tests.stored import EPOCH, STDOUT, framed, stamp

NAMES = ("web", "worker")
HOUR = 3_600 * 10**9
ANSWERS = {
    "/version": {"ApiVersion": "1.41", "Version": "20.10.24"},
    "/_ping": "OK",
    "/info": {"Images": 4, "DockerRootDir": "/nowhere"},
    "/system/df": {"LayersSize": 1_000, "Containers": [{"SizeRw": 24}, {}], "Volumes": None},
}


class FakeDocker(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Runs containers of these names, to whose logs ``say`` adds. ``with FakeDocker(folder) as docker:``

    ``began`` is when they were made, in ns since 1970; each run of one begins an hour after the one before."""

    daemon_threads = False
    block_on_close = True

    def __init__(self, folder: Path, *, names: tuple[str, ...] = NAMES, began: int = EPOCH) -> None:
        self.names, self.began = names, began
        self.path = folder / "docker.sock"
        self.host = f"unix://{self.path}"
        self.logs: dict[str, list[Entry]] = {self.id_of(name): [] for name in names}
        self.news = threading.Condition()
        self.is_over = False
        self.events: list[dict[str, object]] = []
        self.runs: dict[str, int] = dict.fromkeys(names, 0)
        self.ended: set[str] = set()
        """Names of those that do not run."""
        self.answers: dict[str, list[dict[str, object]]] = {name: [] for name in names}
        """What each tells of what it uses, the last of them being how it is now; without any, ``figures``."""
        self.asked: list[str] = []
        """How it was asked for these: ``follow``, ``pair`` or ``once``, and the name."""
        self.silent: set[str] = set()
        """Names of those about whom it does not answer when it is asked for these."""
        self.slow_reads: threading.Event | None = None
        """Set by a test: reads that do not follow wait for it."""
        super().__init__(str(self.path), _Request)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> "FakeDocker":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.vanish()

    def vanish(self) -> None:
        """Answer nobody any more."""
        if self.is_over:
            return
        with self.news:
            self.is_over = True
            self.news.notify_all()
        self.shutdown()
        self.server_close()
        self._thread.join(10)

    def get_request(self):
        connection, _ = super().get_request()
        return connection, ("local", 0)

    def handle_error(self, request, client_address) -> None:
        """A client that has gone is no error."""

    @staticmethod
    def id_of(name: str) -> str:
        return name.encode().hex().ljust(64, "0")

    def say(self, name: str, *lines: object) -> None:
        with self.news:
            log = self.logs[self.id_of(name)]
            for line in lines:
                at = self.began + self.runs[name] * HOUR + len(log) * 1_000
                log.append(Entry(STDOUT, stamp(at), str(line).encode(), True))
            self.news.notify_all()

    def say_at(self, name: str, lines: list[tuple[int, str]]) -> None:
        """Lines with the times at which they were written, in ns since 1970."""
        with self.news:
            self.logs[self.id_of(name)] += [Entry(STDOUT, stamp(at), text.encode(), True) for at, text in lines]
            self.news.notify_all()

    def tell(self, name: str, answer: dict[str, object]) -> None:
        """What the container uses now."""
        with self.news:
            self.answers[name].append(answer)
            self.news.notify_all()

    def end(self, name: str) -> None:
        self.ended.add(name)
        self._happens(name, "die")

    def start(self, name: str) -> None:
        self.ended.discard(name)
        self.runs[name] += 1
        self._happens(name, "start")

    def _happens(self, name: str, action: str) -> None:
        with self.news:
            self.events.append({"Type": "container", "Action": action, "Actor": {"ID": self.id_of(name)}})
            self.news.notify_all()


def figures(cores: int = 2) -> dict[str, object]:
    """Of any container, now: half a core busy, 50 MB beside its cache, 1 kB a second received and 2 kB sent."""
    passed = time.monotonic_ns()
    cpu, earlier = (
        {"cpu_usage": {"total_usage": at // 2}, "system_cpu_usage": at * cores, "online_cpus": cores}
        for at in (passed, passed - 10**9)
    )
    seconds = passed // 10**9
    return {
        "cpu_stats": cpu, "precpu_stats": earlier, "pids_stats": {"current": 3},
        "memory_stats": {"usage": 60_000_000, "limit": 500_000_000, "stats": {"inactive_file": 10_000_000}},
        "networks": {"eth0": {"rx_bytes": seconds * 1_000, "tx_bytes": seconds * 2_000}},
        "blkio_stats": {"io_service_bytes_recursive": [{"op": "read", "value": 4_096}, {"op": "write", "value": 0}]},
    }  # fmt: skip


class _Request(BaseHTTPRequestHandler):
    server: FakeDocker

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path = re.sub(r"^/v1\.\d+", "", parts.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        logs = re.fullmatch("/containers/([^/]+)/logs", path)
        one = re.fullmatch("/containers/([^/]+)/json", path)
        stats = re.fullmatch("/containers/([^/]+)/stats", path)
        if path in ANSWERS:
            self._json(ANSWERS[path])
        elif path == "/events":
            self._stream(self._events())
        elif path == "/containers/json":
            self._json([self._row(name) for name in self.server.names])
        elif stats and (name := self._name(stats[1])):
            self._stats(name, query)
        elif one and (name := self._name(one[1])):
            self._json(self._details(name))
        elif logs and (name := self._name(logs[1])):
            self._log(name, query)
        else:
            self._json({"message": f"No such container: {path}"}, status=404)

    def _name(self, reference: str) -> str | None:
        return next((name for name in self.server.names if reference in (name, self.server.id_of(name))), None)

    def _json(self, answer: object, status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _log(self, name: str, query: dict[str, str]) -> None:
        log = self.server.logs[self.server.id_of(name)]
        slow = self.server.slow_reads
        if slow is not None and "follow" not in query:
            slow.wait(20)
        with self.server.news:
            count = len(log) if query["tail"] == "all" else min(int(query["tail"]), len(log))
            first, place = log[len(log) - count :], len(log)
        self._stream(self._pieces(first, log, place, follows="follow" in query, name=name))

    def _stats(self, name: str, query: dict[str, str]) -> None:
        answers, follows = self.server.answers[name], query["stream"] == "1"
        self.server.asked.append(f"{'follow' if follows else 'once' if 'one-shot' in query else 'pair'} {name}")
        if name in self.server.silent:
            with self.server.news:
                self.server.news.wait_for(lambda: self.server.is_over or name not in self.server.silent, 20)
        elif follows:
            self._stream(self._figures(answers, name))
        else:
            self._json(answers[-1] if answers else figures())

    def _figures(self, answers, name):
        """Each as it is told, or one a second."""
        place = max(len(answers) - 1, 0)
        while True:
            with self.server.news:
                fresh, place = answers[place:] if answers else [figures()], len(answers)
            yield b"".join(json.dumps(each).encode() + b"\n" for each in fresh)
            if self._wait_for_the_end(answers, place, name, seconds=None if answers else 1):
                return

    def _events(self):
        place = 0
        while not self._wait_for_the_end(self.server.events, place):
            fresh, place = self.server.events[place:], len(self.server.events)
            yield b"".join(json.dumps(event).encode() + b"\n" for event in fresh)

    def _pieces(self, first, log, place, *, follows, name):
        yield framed(first)
        while follows and not self._wait_for_the_end(log, place, name):
            with self.server.news:
                fresh, place = log[place:], len(log)
            yield framed(fresh)

    def _wait_for_the_end(self, log, place, name="", *, seconds=None) -> bool:
        """Whether it came, or that container's, before ``log`` grew beyond ``place``, or so many seconds passed."""
        server = self.server
        with server.news:
            server.news.wait_for(lambda: server.is_over or len(log) > place or name in server.ended, seconds)
            return server.is_over or (name in server.ended and len(log) == place)

    def _stream(self, pieces) -> None:
        is_chunked = self.request_version == "HTTP/1.1"
        self.protocol_version = self.request_version
        self.send_response(200)
        if is_chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in pieces:
            if isinstance(piece, bytes) and piece:
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" if is_chunked else piece)
        if is_chunked:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    def _row(self, name: str) -> dict[str, object]:
        is_running = name not in self.server.ended
        return {
            "Id": FakeDocker.id_of(name), "Names": [f"/{name}"], "Image": "app", "Ports": [], "Labels": {},
            "State": "running" if is_running else "exited",
            "Status": "Up 2 hours" if is_running else "Exited (0) 2 minutes ago",
            "Created": self.server.began // 10**9,
        }  # fmt: skip

    def _details(self, name: str) -> dict[str, object]:
        started, is_running = self.server.began + self.server.runs[name] * HOUR, name not in self.server.ended
        finished = "0001-01-01T00:00:00Z" if is_running else stamp(started + HOUR // 2).decode()
        return {
            "Id": FakeDocker.id_of(name),
            "Name": f"/{name}",
            "State": {
                "Status": "running" if is_running else "exited", "ExitCode": 0, "OOMKilled": False,
                "StartedAt": stamp(started).decode(), "FinishedAt": finished,
            },
            "Config": {"Tty": False},
            "HostConfig": {"LogConfig": {"Type": "json-file", "Config": {}}},
        }  # fmt: skip
