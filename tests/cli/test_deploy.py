"""``deploy`` beside a dashboard, whose part the test plays: it takes up, writes the log and ends the record."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from paas.deployments.history import Records
from paas.deployments.journal.journal import Journals
from paas.deployments.news import News
from paas.deployments.stages import Stage, Status
from paas.deployments.waiting_line import WaitingLine
from paas.storage.file_lock import FileLock
from tests.waiting import eventually

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def shop(run):
    assert run("apps", "create", "shop", "--repository", "https://git.example.org/shop.git").returncode == 0


@pytest.fixture
def records(database):
    return Records(database, News())


@pytest.fixture
def begin(environment):
    """``begin("deploy", "shop")`` -> the process, with what it says as text."""
    begun = []

    def begin(*args):
        begun.append(
            subprocess.Popen(
                [sys.executable, "-m", "paas", *args],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


@pytest.fixture
def dashboard(database, records, tmp_path, shop):
    """``dashboard(run)`` takes up what is requested: ``run(id, journal)`` does what the pipeline would."""
    folder = tmp_path / "data" / "deployments"
    lines = []

    def dashboard(run):
        def walk(deployment_id):
            with Journals(folder).writer(deployment_id, str) as journal:
                run(deployment_id, journal)

        line = WaitingLine(database, News(), walk, lock=FileLock(folder / "lock"))
        lines.append(line)
        line.start()

    yield dashboard
    for line in lines:
        line.stop()


def test_the_log_is_printed_as_it_is_written_and_success_is_status_0(begin, dashboard, records):
    goes_on = threading.Event()

    def run(deployment_id, journal):
        records.enter(deployment_id, Stage.CLONING)
        journal.say("first")
        goes_on.wait(20)
        records.enter(deployment_id, Stage.STARTING)
        for number in range(2_000):
            journal.say(str(number))
        journal.close()
        records.enter(deployment_id, Stage.COMPLETED)

    dashboard(run)
    process = begin("deploy", "shop", "--follow")
    assert process.stdout.readline() == "first\n"
    goes_on.set()
    output, errors = process.communicate(timeout=30)
    assert output == "".join(f"{number}\n" for number in range(2_000))
    assert errors.splitlines()[:3] == [
        "Deployment 1 of shop is requested.", "Fetching the code", "Starting the new containers",
    ]  # fmt: skip
    assert errors.splitlines()[-1].startswith("Deployment 1 of shop succeeded after ")
    assert process.returncode == 0


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.INTERRUPTED])
def test_whatever_is_not_success_is_status_1_with_the_reason(run, dashboard, records, status):
    def fail(deployment_id, journal):
        records.enter(deployment_id, Stage.CLONING)
        journal.say("in the log alone")
        records.end(deployment_id, status, "There is no branch next.")

    dashboard(fail)
    done = run("deploy", "shop")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"Deployment 1 of shop ended as {status} after 0 s. There is no branch next." in done.stderr


def test_without_waiting_it_is_only_requested(run, records, shop):
    done = run("deploy", "shop", "--no-wait", "--ref", COMMIT)
    assert (done.returncode, done.stderr) == (0, "Deployment 1 of shop is requested.\n")
    waiting = records.load(1)
    assert (waiting.status, waiting.trigger, waiting.ref) == (Status.PENDING, "cli", COMMIT)
    assert waiting.requested_by == "command line"


def test_who_waits_for_a_dashboard_is_told_and_may_go(begin, records, shop):
    process = begin("deploy", "shop")
    assert process.stderr.readline() == "Deployment 1 of shop is requested.\n"
    assert process.stderr.readline() == (
        "No dashboard runs on this data folder. The deployment waits until one does.\n"
    )
    os.kill(process.pid, signal.SIGINT)
    assert process.stderr.readline().startswith("Deployment 1 goes on.")
    assert process.wait(10) == 130
    assert records.load(1).status is Status.PENDING


def test_who_waits_behind_others_is_told_the_place(begin, dashboard, records, run):
    is_open = threading.Event()

    def wait(deployment_id, _journal):
        records.enter(deployment_id, Stage.STARTING)
        is_open.wait(20)
        records.enter(deployment_id, Stage.COMPLETED)

    dashboard(wait)
    run("deploy", "shop", "--no-wait")
    eventually(lambda: records.load(1).status is Status.DEPLOYING)
    process = begin("deploy", "shop")
    assert process.stderr.readline() == "Deployment 2 of shop is requested.\n"
    assert process.stderr.readline() == "It waits, at place 1 of the line.\n"
    is_open.set()
    assert process.wait(20) == 0


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["deploy", "nothing"], "There is no app nothing."),
        (["deploy", "shop", "--ref", "main"], "whole commit id"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_status_1(run, shop, args, says):
    done = run(*args)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_following_without_waiting_is_wrong_use(run, shop):
    done = run("deploy", "shop", "--follow", "--no-wait")
    assert done.returncode == 2
    assert "leave out --no-wait" in done.stderr
