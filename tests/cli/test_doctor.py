"""What is wrong is found, said and counted; nothing is made on the way."""

import resource
import socket
from contextlib import contextmanager
from ipaddress import ip_network
from types import SimpleNamespace

import pytest

from paas.cli import checks
from paas.settings import Settings


def found(check, settings):
    return [(finding.is_wrong, finding.words) for finding in check(settings)]


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data", database_url=f"sqlite:///{tmp_path}/data/quayside.db")


def test_each_finding_has_a_line_and_a_wrong_one_is_the_exit_status(run, tmp_path):
    data = tmp_path / "data"
    done = run("doctor", DOCKER_HOST=f"unix://{tmp_path}/none.sock", PORT="0")
    lines = dict(line.split(maxsplit=2)[1::-1] for line in done.stdout.splitlines())
    assert lines.items() >= {"data": "note", "database": "note", "engine": "WRONG", "git": "ok", "port": "ok"}.items()
    assert (done.returncode, done.stderr, data.exists()) == (1, "", False)


@pytest.mark.parametrize(("most", "is_wrong"), [(resource.RLIM_INFINITY, False), (20_000, False), (1_024, None)])
def test_how_many_viewers_there_may_be_is_told_by_the_files(settings, monkeypatch, most, is_wrong):
    monkeypatch.setattr(checks.resource, "getrlimit", lambda _: (256, most))
    [(found_wrong, words)] = found(checks.files, settings)
    assert found_wrong is is_wrong
    assert ("LimitNOFILE" in words) is (is_wrong is None)


class Engine:
    """As much of a client as is asked."""

    address = SimpleNamespace(url="unix:///engine.sock")

    def __init__(self, api_version):
        self._version = {"Version": "20.10.24", "ApiVersion": api_version}

    @contextmanager
    def calling(self, _subject):
        yield SimpleNamespace(version=lambda: self._version, info=lambda: {"SystemTime": "1970-01-01T00:00:00Z"})


@pytest.mark.parametrize(("api_version", "is_wrong"), [("1.41", False), ("1.40", False), ("1.24", True), ("odd", True)])
def test_an_engine_that_answers_is_named_and_its_clock_compared(settings, monkeypatch, api_version, is_wrong):
    monkeypatch.setattr(checks, "Client", lambda _settings: Engine(api_version))
    engine, clock = checks.engine(settings)
    assert (engine.is_wrong, "Docker Engine 20.10.24 at unix:///engine.sock" in engine.words) == (is_wrong, True)
    assert (clock.subject, clock.is_wrong) == ("clock", True)


@pytest.mark.parametrize(("there", "is_wrong"), [
    ("1970-01-01T00:16:40.5Z", [False]),
    ("1970-01-01T00:16:30Z", [True]),
    ("1970-01-01T00:17:00.123456789Z", [True]),
    ("", []),
    ("lately", []),
    ("latelyZ", []),
])  # fmt: skip
def test_clocks_that_are_apart(there, is_wrong):
    assert [finding.is_wrong for finding in checks.clock(there, 1_000.0)] == is_wrong


def test_folder_and_keys_that_others_can_read(settings):
    settings.data_dir.mkdir(mode=0o700)
    for name in checks.KEYS:
        (settings.data_dir / name).touch(mode=0o600)
    assert [is_wrong for is_wrong, _ in found(checks.data, settings)] == [False]
    (settings.data_dir / "secret_key").chmod(0o640)
    assert found(checks.data, settings) == [
        (True, f"Others can look into {settings.data_dir}/secret_key. Run: chmod go= {settings.data_dir}/secret_key")
    ]
    (settings.data_dir / "secret_key").unlink()
    [(is_wrong, words)] = found(checks.data, settings)
    assert (is_wrong, words.startswith("secret_key is missing")) == (True, True)


@pytest.mark.parametrize(("free", "is_wrong"), [(1 << 40, False), (1 << 30, None), (1 << 20, True)])
def test_a_disk_that_is_nearly_full(settings, monkeypatch, free, is_wrong):
    monkeypatch.setattr(checks.psutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert [each for each, _ in found(checks.disk, settings)] == [is_wrong]


def test_a_database_that_cannot_be_opened(settings, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "quayside.db").write_text("no database " * 1_000)
    assert [is_wrong for is_wrong, _ in found(checks.database, settings)] == [True]


def test_a_port_that_something_else_holds(settings):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        taken = Settings(port=holder.getsockname()[1])
        [(is_wrong, words)] = found(checks.port, taken)
    assert (is_wrong, "Stop what listens there" in words) == (True, True)
    assert found(checks.port, Settings(port=0)) == [(False, "127.0.0.1 port 0 is free.")]


@pytest.mark.parametrize(("chosen", "says"), [
    ({}, []),
    ({"host": "10.0.0.2"}, ["passwords can be read"]),
    ({"host": "10.0.0.2", "public_url": "https://a.example"}, ["name it in PAAS_TRUSTED_PROXIES"]),
    ({"host": "::", "public_url": "https://a.example", "trusted_proxies": (ip_network("10.0.0.7"),)}, []),
])  # fmt: skip
def test_passwords_that_would_go_unencrypted(chosen, says):
    words = [words for _, words in found(checks.https, Settings(**chosen))]
    assert len(words) == len(says)
    assert all(each in said for each, said in zip(says, words, strict=True))
