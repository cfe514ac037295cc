"""git ends when it is told to, with all that it has started, and says what it has to say in lines."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from paas.concurrency import start
from paas.deployments.source import git, room
from paas.deployments.source.git import Git, GitFailed, end_left_over
from paas.deployments.source.source import Source, fetch
from paas.errors import Invalid, Unavailable
from tests.git_server import GitServer
from tests.waiting import eventually

HERE = Path(__file__).parents[3]


@pytest.fixture
def run(tmp_path):
    """``run("status")`` with a git of the test's; ``said`` are its lines."""
    home = tmp_path / "home"
    home.mkdir()
    said: list[str] = []

    def run(*arguments, seconds=10, **options):
        made = Git(home, {}, say=said.append, mask=lambda line: line.replace("secret", "[secret]"), seconds=seconds)
        return made.run(*arguments, folder=tmp_path, **options)

    run.said = said
    return run


def script(tmp_path, text):
    """An argument that has git run the text with a shell, as only a test would."""
    return ("-c", f"alias.x=!{text}", "x")


def test_output_is_returned_and_what_is_said_beside_is_told(run, tmp_path):
    assert run(*script(tmp_path, "echo out; echo one >&2; printf 'two\\rthree\\n' >&2")) == "out\n"
    assert run.said == ["one", "three"]


def test_one_that_is_not_aloud_is_not_heard(run, tmp_path):
    assert run(*script(tmp_path, "echo out; echo one >&2"), is_aloud=False) == "out\n"
    assert run.said == []


def test_a_failure_brings_its_code_and_its_last_words(run, tmp_path):
    with pytest.raises(GitFailed) as failure:
        run(*script(tmp_path, "for i in 1 2 3 4 5 6 7 8; do echo word $i >&2; done; exit 3 #"))
    assert failure.value.code == 3
    assert failure.value.words == "word 3 word 4 word 5 word 6 word 7 word 8"


def test_secrets_are_blanked_out_of_what_is_said(run, tmp_path):
    with pytest.raises(GitFailed) as failure:
        run(*script(tmp_path, "echo a secret >&2; exit 1 #"))
    assert (run.said, failure.value.words) == (["a [secret]"], "a [secret]")


def test_much_output_is_cut(run, tmp_path, monkeypatch):
    monkeypatch.setattr(git, "MOST_OUTPUT_BYTES", 1_000)
    assert len(run(*script(tmp_path, "yes | head -c 100000"))) == 1_000


def test_bytes_that_are_no_text_are_shown_as_such(run, tmp_path):
    run(*script(tmp_path, "printf 'a\\377b\\303\\n\\303\\244\\n' >&2"))
    assert run.said == ["a\ufffdb\ufffd", "ä"]


def test_time_is_up_for_one_that_writes_without_end(run, tmp_path, living):
    with pytest.raises(Unavailable, match=r"within 0\.3 seconds"):
        run(*script(tmp_path, "yes >&2"), seconds=0.3)


def test_time_is_up_for_one_that_says_nothing(run, tmp_path, living):
    with pytest.raises(Unavailable, match=r"within 0\.3 seconds"):
        run(*script(tmp_path, "exec >/dev/null 2>&1; sleep 1000"), seconds=0.3)


def test_one_that_fills_the_disk_is_ended(run, tmp_path, living, monkeypatch):
    """A repository of a few MB can unpack to any size."""
    free = psutil.disk_usage(str(tmp_path)).free
    monkeypatch.setattr(room, "psutil", Disk([free, free, room.RESERVE_BYTES - 1]))
    with pytest.raises(Invalid, match="does not fit on the disk"):
        run(*script(tmp_path, "sleep 1000"), seconds=100)
    assert living() == []


class Disk:
    """Says of each look what is free."""

    def __init__(self, free):
        self.left = iter(free)

    def disk_usage(self, _folder):
        return SimpleNamespace(free=next(self.left))


def test_one_that_leaves_a_helper_behind_is_not_waited_for(run, tmp_path, living):
    """The helper holds the pipe open, and is ended."""
    began = time.monotonic()
    assert run(*script(tmp_path, "sleep 1000 & echo out"), seconds=100) == "out\n"
    assert time.monotonic() - began < 10


def test_a_signal_to_die_nicely_is_not_asked_for(run, tmp_path, living):
    with pytest.raises(Unavailable):
        run(*script(tmp_path, "trap '' TERM INT HUP; while :; do sleep 0.1; done"), seconds=0.3)


def test_a_missing_git_is_said(run, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Unavailable, match="git is not installed"):
        run("version")


def test_a_real_thread_is_interrupted_at_its_next_look(repository, settings, tmp_path, living):
    repository.commit({"app.py": ""})
    ended: list[BaseException] = []

    def work():
        try:
            fetch(Source(server.address_of("shop.git")), tmp_path / "work/a", settings=settings, say=lambda _line: None)
        except BaseException as error:
            ended.append(error)
            raise

    with GitServer(settings.local_repositories) as server:
        server.hold()
        task = start(work)
        eventually(lambda: server.asked, what="git has asked the server")
        task.interrupt(KeyboardInterrupt())
        assert task.join(5)
        assert [type(error) for error in ended] == [KeyboardInterrupt]
        assert living() == []
    assert os.listdir(tmp_path / "work") == ["a"]


GREEN = """
import select, sys, time
from pathlib import Path
from paas import concurrency
concurrency.patch()
from paas.deployments.source.source import Source, fetch
from paas.settings import Settings
address, folder = sys.argv[1], Path(sys.argv[2])

def work():
    try:
        fetch(Source(address), folder / "work/a", settings=Settings(data_dir=folder / "data"), say=print)
    except BaseException as error:
        print("ended", repr(error), flush=True)
        raise

task = concurrency.start(work)
print("started", flush=True)
select.select([sys.stdin], [], [])
began = time.monotonic()
task.interrupt(KeyboardInterrupt())
print("joined", task.join(5), time.monotonic() - began < 2, flush=True)
"""


def green(address, tmp_path):
    """A dashboard's threads: green ones, with nothing else in them."""
    return subprocess.Popen(
        [sys.executable, "-c", GREEN, address, str(tmp_path)],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_green_thread_is_interrupted_where_it_waits(repository, settings, tmp_path, living):
    repository.commit({"app.py": ""})
    with GitServer(settings.local_repositories) as server:
        server.hold()
        with green(server.address_of("shop.git"), tmp_path) as dashboard:
            eventually(lambda: server.asked, what="git has asked the server")
            said, _ = dashboard.communicate("now\n", timeout=20)
    assert said.splitlines() == ["started", "ended KeyboardInterrupt()", "joined True True"]


def test_what_a_killed_dashboard_leaves_is_ended_by_the_next(repository, settings, tmp_path, living):
    repository.commit({"app.py": ""})
    with GitServer(settings.local_repositories) as server:
        server.hold()
        with green(server.address_of("shop.git"), tmp_path) as dashboard:
            eventually(lambda: server.asked, what="git has asked the server")
            dashboard.send_signal(signal.SIGKILL)
            dashboard.wait(10)
            assert living() != []
            end_left_over(tmp_path / "work/other")
            assert living() != []
            end_left_over(tmp_path / "work")
            eventually(lambda: living() == [], what="git has ended")
