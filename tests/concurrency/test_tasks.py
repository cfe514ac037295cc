"""Work that can be interrupted. What needs green threads runs in a process of its own."""

import subprocess
import sys
import threading

import pytest

from paas import concurrency
from paas.concurrency import tasks
from paas.concurrency.together import together
from tests.dashboard import HERE

PATCHED = """
import warnings
warnings.simplefilter("error")
warnings.filterwarnings("ignore", "(?s).*Eventlet is deprecated", DeprecationWarning)
from paas import concurrency
concurrency.patch()
import logging, socket, subprocess, threading, time
from paas.concurrency import tasks

class Stop(BaseException):
    pass

def begun(function):
    ready = threading.Event()
    task = concurrency.start(function, ready)
    ready.wait()
    return task
"""


def _prints(code):
    command = [sys.executable, "-c", PATCHED + code]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.split()


WAITS = {
    "asleep": "time.sleep(60)",
    "for an event": "threading.Event().wait()",
    "for a lock": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "for bytes": "a, b = socket.socketpair(); a.recv(1)",
    "for a process": "p = subprocess.Popen(['sleep', '60'])\n    try: p.wait()\n    finally: p.kill(); p.wait()",
    "for a real thread": "from eventlet import patcher; concurrency.run_blocking(patcher.original('time').sleep, 1)",
}


@pytest.mark.parametrize("wait", sorted(WAITS))
def test_an_interruption_reaches_a_green_thread_wherever_it_waits(wait):
    code = f"""
def work(ready):
    ready.set()
    {WAITS[wait]}
began = time.monotonic()
task = begun(work)
task.interrupt(Stop())
print(task.join(5), task.is_alive, time.monotonic() - began < 0.9)
"""
    assert _prints(code) == ["True", "False", "True"]


def test_an_interrupted_task_undoes_what_it_did_before_it_ends():
    code = """
def work(ready):
    try:
        ready.set()
        time.sleep(60)
    except Stop:
        time.sleep(0.01)
        print("undone")
        raise
task = begun(work)
task.interrupt(Stop())
task.interrupt(Stop())
task.join()
"""
    assert _prints(code) == ["undone"]


def test_a_shield_keeps_an_interruption_until_its_end():
    code = """
def work(ready):
    try:
        with tasks.shielded():
            ready.set()
            time.sleep(0.05)
            print("whole")
        print("never")
    except Stop:
        print("stopped")
task = begun(work)
task.interrupt(Stop())
task.join()
"""
    assert _prints(code) == ["whole", "stopped"]


def test_a_shield_may_forget_what_came_too_late():
    code = """
def work(ready):
    with tasks.shielded(forget=True):
        ready.set()
        time.sleep(0.05)
    time.sleep(0.01)
    print("done")
task = begun(work)
task.interrupt(Stop())
task.join()
"""
    assert _prints(code) == ["done"]


def test_a_task_interrupted_before_its_first_step_never_begins():
    code = """
task = concurrency.start(print, "begun")
task.interrupt(Stop())
print(task.join(5), "ended")
"""
    assert _prints(code) == ["True", "ended"]


def test_a_limit_may_raise_an_error_of_its_own():
    code = """
try:
    with concurrency.limit(0.01, Stop()):
        time.sleep(5)
except Stop:
    print("mine")
"""
    assert _prints(code) == ["mine"]


class Stop(BaseException):
    pass


def test_a_real_thread_notices_an_interruption_at_its_next_checkpoint():
    ready, go, seen = threading.Event(), threading.Event(), []

    def work():
        ready.set()
        go.wait(10)
        seen.append("went on")
        with tasks.shielded():
            tasks.checkpoint()
            seen.append("shielded")
        seen.append("never")

    task = concurrency.start(work)
    assert ready.wait(10)
    task.interrupt(Stop())
    assert task.is_alive
    go.set()
    assert task.join(10)
    assert seen == ["went on", "shielded"]


def test_what_escapes_from_a_task_is_logged_once_with_what_it_worked_on(caplog):
    def fail(number):
        raise ValueError("mine")

    assert concurrency.start(fail, 7).join(10)
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "fail 7 failed" in record.getMessage()


def test_outside_a_task_there_is_nothing_to_check():
    tasks.checkpoint()
    with tasks.shielded():
        pass


def test_things_done_together_are_all_done_or_the_first_error_is_raised():
    done = []
    together(done.append, [1, 2, 3])
    assert sorted(done) == [1, 2, 3]
    together(done.append, [])
    with pytest.raises(ZeroDivisionError):
        together(lambda number: 1 // number, [1, 0, 2])


def test_the_first_error_ends_the_others():
    code = """
from paas.concurrency.together import together
def work(number):
    if number == 0:
        time.sleep(0.01)
        raise ValueError("mine")
    try:
        time.sleep(60)
    finally:
        print("ended")
try:
    together(work, [1, 0, 2])
except ValueError as error:
    print(error)
"""
    assert _prints(code) == ["ended", "ended", "mine"]


def test_who_waits_for_all_ends_all_when_interrupted():
    code = """
from paas.concurrency.together import together
def one(ready):
    try:
        ready.set()
        time.sleep(60)
    finally:
        print("ended")
task = begun(lambda ready: together(one, [ready]))
task.interrupt(Stop())
task.join(5)
time.sleep(0.01)
"""
    assert _prints(code) == ["ended"]
