"""What a dashboard needs of the machine, looked at one by one. Nothing is made or changed."""

import json
import resource
import shutil
import socket
import stat
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

from paas.deployments.source.room import RESERVE_BYTES
from paas.engine.client import Client
from paas.engine.containers import epoch_seconds
from paas.errors import Problem
from paas.settings import LOOPBACK, Settings
from paas.storage.database import Database

KEYS = ("secret_key", "environment_key")
OLDEST_GIT = (2, 31)
OLDEST_API = (1, 40)
LITTLE_BYTES = 4 * RESERVE_BYTES
MOST_SKEW_SECONDS = 2.0
PATIENCE_SECONDS = 5
LITTLE_FILES = 4_096


class Finding(NamedTuple):
    """``is_wrong`` is False where all is well, None where there is something to know. ``words`` say what to do."""

    subject: str
    is_wrong: bool | None
    words: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything, each as soon as it is known."""
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        data,
        disk,
        files,
        database,
        engine,
        programs,
        port,
        https,
    )
    for check in checks:
        yield from check(settings)


def data(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.exists():
        yield Finding("data", None, f"{folder} is not there yet: the first start makes it.")
        return
    open_to_others = [path for path in (folder, *(folder / name for name in KEYS)) if path.exists() and _mode(path)]
    for path in open_to_others:
        yield Finding("data", True, f"Others can look into {path}. Run: chmod go= {path}")
    missing = [name for name in KEYS if not (folder / name).exists()]
    if len(missing) == 1:
        yield Finding("data", True, f"{missing[0]} is missing in {folder}. Put it back from a backup before you start.")
    elif not open_to_others:
        yield Finding("data", False, f"{folder} and its keys are for its owner alone.")


def disk(settings: Settings) -> Iterator[Finding]:
    folder = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    free = psutil.disk_usage(str(folder)).free
    words = f"{free / 1e9:.1f} GB are free for {settings.data_dir}."
    if free < RESERVE_BYTES:
        yield Finding("disk", True, f"{words} Deployments fail below {RESERVE_BYTES >> 20} MB: make room.")
    else:
        yield Finding("disk", None if free < LITTLE_BYTES else False, words)


def files(_settings: Settings) -> Iterator[Finding]:
    """The dashboard takes as many as it may; beyond that, who comes waits."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY or most >= LITTLE_FILES:
        yield Finding("files", False, "As many files may be open as there are viewers.")
    else:
        words = f"No more than {most} files may be open, and each viewer takes one or two."
        yield Finding("files", None, f"{words} Set LimitNOFILE=65536 in the unit, or raise ulimit -Hn.")


def database(settings: Settings) -> Iterator[Finding]:
    path = settings.database_url.removeprefix("sqlite:///")
    if path != settings.database_url and not Path(path).exists():
        yield Finding("database", None, f"{path} is not there yet: the first start makes it.")
        return
    try:
        is_well = Database(settings.database_url).healthy()
    except Problem as problem:
        yield Finding("database", True, problem.message)
        return
    words = "It answers." if is_well else "It does not answer. Start it, or check DATABASE_URL."
    yield Finding("database", not is_well, words)


def engine(settings: Settings) -> Iterator[Finding]:
    """And its clock: what containers write is put in order by it."""
    try:
        client = Client(settings)
        with client.calling("The engine") as api:
            version, about = api.version(), api.info()
    except Problem as problem:
        yield Finding("engine", True, problem.message)
        return
    is_old = _numbers(version.get("ApiVersion", "0")) < OLDEST_API
    words = f"Docker Engine {version.get('Version', '?')} at {client.address.url}."
    yield Finding("engine", is_old, f"{words} It is too old: install 19.03 or newer." if is_old else words)
    yield from clock(about.get("SystemTime", ""), time.time())


def clock(engine_time: str, now: float) -> Iterator[Finding]:
    there = None
    with suppress(ValueError):
        there = epoch_seconds(engine_time) if engine_time.endswith("Z") else None
    if there is None:
        return
    apart = abs(there - now)
    words = f"The engine's clock and this machine's are {apart:.1f} s apart."
    is_wrong = apart > MOST_SKEW_SECONDS
    yield Finding("clock", is_wrong, f"{words} Have both set their clocks (NTP)." if is_wrong else words)


def programs(_settings: Settings) -> Iterator[Finding]:
    git = shutil.which("git")
    if git is None:
        yield Finding("git", True, "git is not installed: no app can be deployed from Git. Debian: apt-get install git")
    else:
        said = subprocess.run([git, "--version"], capture_output=True, text=True, check=False).stdout.strip()
        is_old = _numbers(said.removeprefix("git version ")) < OLDEST_GIT
        yield Finding("git", is_old, f"{said} is too old: install 2.31 or newer." if is_old else f"{said}.")
    if shutil.which("ssh") is None:
        yield Finding("ssh", None, "ssh is not installed: deploy keys need it. Debian: apt-get install openssh-client")


def port(settings: Settings) -> Iterator[Finding]:
    host, where = settings.host, f"{settings.host} port {settings.port}"
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, settings.port))
        except OSError as error:
            problem = error.strerror or str(error)
        else:
            yield Finding("port", False, f"{where} is free.")
            return
    if _is_a_dashboard(settings):
        yield Finding("port", False, f"A dashboard answers on {where}.")
    else:
        yield Finding("port", True, f"{where}: {problem}. Stop what listens there, or set PORT or PAAS_HOST.")


def https(settings: Settings) -> Iterator[Finding]:
    is_for_all = settings.host not in ("localhost", "") and not settings.host.startswith(("127.", "::1"))
    if is_for_all and not settings.is_https:
        words = f"It listens on {settings.host} without TLS: passwords can be read on their way."
        yield Finding("https", None, f"{words} Put a proxy with TLS in front and set PAAS_PUBLIC_URL to https://...")
    elif is_for_all and settings.proxies == LOOPBACK:
        yield Finding("https", None, "If your proxy is on another machine, name it in PAAS_TRUSTED_PROXIES.")


def _is_a_dashboard(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(settings.host, settings.host)  # noqa: S104
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/healthz"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Patient())
    try:
        with opener.open(address, timeout=PATIENCE_SECONDS) as answer:
            return "engine" in json.loads(answer.read(1_000))
    except (OSError, ValueError):
        return False


class _Patient(urllib.request.HTTPErrorProcessor):
    """A dashboard that is not well answers 503, and is one all the same."""

    def http_response(self, _request: object, response: object) -> object:
        return response


def _mode(path: Path) -> int:
    """What others may do with it."""
    return stat.S_IMODE(path.stat().st_mode) & 0o077


def _numbers(version: str) -> tuple[int, ...]:
    """``20.10.24+dfsg1`` -> (20, 10)."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split(".")[:2])
