"""The one folder that knows eventlet. What patches runs in a process of its own: these tests stay unpatched."""

import subprocess
import sys
import threading
import time

import pytest

from paas import concurrency
from tests.dashboard import HERE

PATCHED = """
import warnings
warnings.simplefilter("error")
warnings.filterwarnings("ignore", "(?s).*Eventlet is deprecated", DeprecationWarning)
from paas import concurrency
concurrency.patch()
import threading, time
"""


def _run(code, *, before=PATCHED):
    command = [sys.executable, "-c", before + code]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.split()


def test_these_tests_are_not_patched():
    assert "green" not in type(threading.Event()).__module__
    assert "eventlet" not in time.sleep.__module__
    assert not concurrency._patched


def test_unpatched_a_blocking_call_is_just_called():
    assert concurrency.run_blocking(threading.get_ident) == threading.get_ident()
    assert concurrency.run_blocking(int, "11", base=2) == 3
    with pytest.raises(ValueError, match="mine"):
        concurrency.run_blocking(_fail)


def _fail():
    raise ValueError("mine")


def test_unpatched_nothing_is_limited():
    with concurrency.limit(0.0):
        pass
    with concurrency.limit(None):
        pass


@pytest.mark.parametrize("early", ["flask", "docker", "requests", "ssl", "sqlalchemy"])
def test_a_patch_that_comes_too_late_is_refused(early):
    code = f"""
import {early}
from paas import concurrency
try:
    concurrency.patch()
except RuntimeError as error:
    print({early!r} in str(error))
"""
    assert _run(code, before="") == ["True"]


def test_patched_threads_take_turns_in_one():
    code = """
from eventlet import patcher
real = patcher.original("threading")
idents = []
threads = [threading.Thread(target=lambda: (time.sleep(0.01), idents.append(real.get_ident()))) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(idents), len(set(idents)))
"""
    assert _run(code) == ["3", "1"]


def test_patched_a_blocking_call_lets_others_go_on_and_returns_or_raises():
    code = """
from eventlet import patcher
real_time, real_threading = patcher.original("time"), patcher.original("threading")
turns = []
threading.Thread(target=lambda: [(turns.append(1), time.sleep(0.01)) for _ in range(5)], daemon=True).start()
def block():
    deadline = real_time.monotonic() + 10
    while len(turns) < 5 and real_time.monotonic() < deadline:
        real_time.sleep(0.005)
    return real_threading.get_ident()
print(concurrency.run_blocking(block) != real_threading.get_ident(), len(turns))
def fail():
    raise ValueError("mine")
try:
    concurrency.run_blocking(fail)
except ValueError as error:
    print(error)
"""
    assert _run(code) == ["True", "5", "mine"]


def test_patched_names_are_looked_up_in_a_real_thread():
    code = """
import socket, sys
from eventlet import patcher
from eventlet.green import socket as green
real = patcher.original("threading")
here, where = real.get_ident(), []
def look_up(*args, **kwargs):
    where.append(real.get_ident() != here)
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
for module in (socket, green):
    assert module.getaddrinfo.args[0] is green.getaddrinfo.args[0]
print(socket.getaddrinfo("127.0.0.1", 80)[0][4], "dns" in sys.modules)
# As patch() does it, with another function that looks up.
green.getaddrinfo = socket.getaddrinfo = concurrency.partial(concurrency.run_blocking, look_up)
socket.create_connection(("a.name", 80)).close()
print(where)
"""
    assert _run(code) == ["('127.0.0.1',", "80)", "False", "[True]"]


def test_patched_a_limit_ends_what_takes_longer_and_only_that():
    code = """
try:
    with concurrency.limit(0.02):
        threading.Event().wait()
except TimeoutError as error:
    print(type(error).__name__)
with concurrency.limit(0.05):
    print("quick")
time.sleep(0.1)
try:
    with concurrency.limit(10):
        with concurrency.limit(0.01):
            time.sleep(5)
except TimeoutError:
    print("inner")
with concurrency.limit(None):
    print("none")
"""
    assert _run(code) == ["TimeoutError", "quick", "inner", "none"]


def test_a_port_that_is_taken_and_an_address_that_is_none_are_told():
    code = """
from paas.concurrency import server
from paas.errors import Conflict, Invalid
listener = server.listen("127.0.0.1", 0)
try:
    server.listen("127.0.0.1", listener.getsockname()[1])
except Conflict:
    print("taken")
try:
    server.listen("192.0.2.1", 0)
except Invalid:
    print("foreign")
import socket
print(listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0)
listener.close()
"""
    assert _run(code) == ["taken", "foreign", "True"]
