"""The dashboard as people run it: ``python app.py`` in a process of its own, on a port and data of the test's own.

Nothing of it is imported here: eventlet's patches must never reach the tests' own process.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psutil
import requests

from tests.listeners import Listener
from tests.waiting import eventually

HERE = Path(__file__).resolve().parent.parent
USERNAME = "ada"
PASSWORD = "correct horse battery staple"


class Dashboard:
    """``with Dashboard(folder, docker_host=engine.host) as dashboard`` starts it, with one owner who can sign in."""

    def __init__(self, folder: Path, *, docker_host: str, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **_clean_environment(),
            "PORT": str(self.port),
            "PAAS_HOST": "127.0.0.1",
            "PAAS_DATA_DIR": str(folder / "data"),
            "DOCKER_HOST": docker_host,
            **settings,
        }
        self.command = [sys.executable, "app.py"]
        self._log_file = folder / "dashboard.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.add_user(USERNAME, PASSWORD, role="owner")
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        assert self._process is not None, "the dashboard has not been started"
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log_file.read_text(errors="replace") if self._log_file.exists() else ""

    def add_user(self, username: str, password: str, *, role: str) -> None:
        command = [sys.executable, "-m", "paas", "users", "add", username, "--role", role]
        done = subprocess.run(
            command, input=f"{password}\n", text=True, capture_output=True, cwd=HERE, env=self.environment, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)} failed: {done.stdout}{done.stderr}"

    def start(self) -> None:
        """Start it, or start it again on the same port with the same data, and wait until it answers."""
        with self._log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, cwd=HERE, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        eventually(self._answers, 60, what="the dashboard answers")

    def stop(self, *, deadline_seconds: float = 10) -> int:
        """End it with SIGTERM, as a supervisor would; its exit code."""
        return self._end(signal.SIGTERM, deadline_seconds)

    def kill(self) -> None:
        """End it, and what it started, without a chance to tell anyone; does nothing when it has ended."""
        if self._process is not None and self._process.poll() is None:
            family = psutil.Process(self._process.pid).children(recursive=True)
            self._end(signal.SIGKILL, 10)
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()

    def crash(self) -> None:
        """End it alone, as the kernel's out-of-memory killer would: what it started lives on, if it can."""
        self._end(signal.SIGKILL, 10)

    def restart(self) -> None:
        self.stop()
        self.start()

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    @contextmanager
    def http(self, username: str = USERNAME, password: str = PASSWORD) -> Iterator[requests.Session]:
        """A session that has signed in through the login page. Paths are relative: ``session.get("/containers")``."""
        with _Relative(self.address) as session:
            form = session.get("/login")
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form.text)
            assert token, f"no csrf_token on the login page: {form.status_code} {form.text[:500]}"
            fields = {"username": username, "password": password, "csrf_token": token[1]}
            answer = session.post("/login", data=fields, allow_redirects=False)
            assert answer.status_code in (302, 303), f"sign-in refused: {answer.status_code} {answer.text[:500]}"
            yield session

    @contextmanager
    def api(self, username: str = USERNAME, password: str = PASSWORD) -> Iterator[requests.Session]:
        """A session with an access token and no cookie, as programs come. Paths are relative here too."""
        with _Relative(self.address) as session:
            answer = session.post("/api/v1/login", json={"username": username, "password": password})
            assert answer.ok, f"sign-in refused: {answer.status_code} {answer.text[:500]}"
            session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            yield session

    @contextmanager
    def socket(self, namespace: str = "/logs", *, session: requests.Session | None = None) -> Iterator[Listener]:
        """A Socket.IO client of the namespace, with the cookies of this session or of one made for it."""
        with contextlib.ExitStack() as stack:
            session = session or stack.enter_context(self.http())
            yield stack.enter_context(Listener(self.address, namespace, session))

    def sign_in(self, page) -> None:
        """Through the login form of the page's browser; ends on the page that comes after it."""
        page.goto(f"{self.address}/login")
        page.fill("input[name=username]", USERNAME)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"app.py ended with {self._process.returncode}:\n{self.log[-3000:]}")
        try:
            # 503 is an answer too: the engine may be away, and that is the test.
            return requests.get(f"{self.address}/healthz", timeout=5).status_code in (200, 503)
        except requests.RequestException:
            return False

    def _end(self, number: signal.Signals, deadline_seconds: float) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)
        self._process.send_signal(number)
        return self._process.wait(deadline_seconds)


class _Relative(requests.Session):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.trust_env = False
        self._address = address

    def request(self, method, url, **options):
        options.setdefault("timeout", 30)
        return super().request(method, self._address + url if url.startswith("/") else url, **options)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _clean_environment() -> dict[str, str]:
    """Without the settings of whoever runs the tests."""
    ours = ("PAAS_", "DOCKER_", "DATABASE_URL", "PORT")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
