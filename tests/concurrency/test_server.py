"""The server's patience with clients, each case in a patched process of its own."""

import subprocess
import sys

from tests.dashboard import HERE

SERVED = """
import warnings
warnings.filterwarnings("ignore", "(?s).*Eventlet is deprecated", DeprecationWarning)
from paas import concurrency
concurrency.patch()
import os, resource, signal, socket, threading, time
from paas.concurrency import server

def ask(client):
    client.sendall(b"GET / HTTP/1.1\\r\\nHost: us\\r\\nConnection: close\\r\\n\\r\\n")
    return client.makefile("rb").read()

def app(environ, start_response):
    start_response("200 OK", [])
    return [b"well"]

def during(clients, app=app):
    listener = server.listen("127.0.0.1", 0)
    def run():
        clients(lambda: socket.create_connection(listener.getsockname(), 10))
        os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=run, daemon=True).start()
    server.serve(app, listener, stopping=lambda: None)
"""


def _prints(code):
    command = [sys.executable, "-c", SERVED + code]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=30, check=False)
    assert done.stderr == ""
    return done.stdout.split()


def test_a_request_that_never_ends_is_given_up():
    code = """
server.STALLED_SECONDS = 0.2
def clients(connect):
    head, body = connect(), connect()
    head.sendall(b"GET / HTTP/1.1\\r\\nHost: us\\r\\n")
    body.sendall(b"POST / HTTP/1.1\\r\\nHost: us\\r\\nContent-Length: 10\\r\\n\\r\\nx")
    print(head.recv(100), b" 500 " in body.recv(100), body.recv(100) != b"x")
def app(environ, start_response):
    environ["wsgi.input"].read(10)
during(clients, app)
"""
    assert _prints(code) == ["b''", "True", "True"]


def test_a_request_that_drips_is_given_up():
    """Each byte comes in time, and all of them never would."""
    code = """
server.KEEPALIVE_SECONDS = server.HEAD_SECONDS = server.BODY_SECONDS = 0.5
def drip(client, *begin):
    client.sendall(b"".join(begin))
    try:
        for _ in range(300):
            client.sendall(b"x")
            time.sleep(0.05)
    except OSError:
        return True
    return False
def clients(connect):
    print(drip(connect()))
    print(drip(connect(), b"GET / HTTP/1.1\\r\\nX: "))
    print(drip(connect(), b"POST / HTTP/1.1\\r\\nHost: us\\r\\nContent-Length: 1000\\r\\n\\r\\n"))
    patient = connect()
    patient.sendall(b"POST / HTTP/1.1\\r\\nHost: us\\r\\nConnection: close\\r\\nContent-Length: 3\\r\\n\\r\\nab")
    patient.sendall(b"c")
    print(b"well" in patient.makefile("rb").read())
def reading(environ, start_response):
    environ["wsgi.input"].read()
    return app(environ, start_response)
during(clients, reading)
"""
    assert _prints(code) == ["True"] * 4


def test_a_head_that_makes_no_sense_is_refused_without_a_word_in_the_log():
    """Its line, one header or all of them are too long, or too many. What is long, but not too long, is served."""
    code = """
def status(rest, method=b"GET"):
    with connect() as client:
        client.sendall(method + b" /" + rest + b"\\r\\n\\r\\n")
        client.shutdown(socket.SHUT_WR)
        return client.makefile("rb").readline().split()[1].decode()
def clients(connecting):
    global connect
    connect = connecting
    print(status(b"x" * 9_000 + b" HTTP/1.1\\r\\nHost: us"), status(b" HTTP/1.1\\r\\nX: " + b"x" * 9_000))
    print(status(b" HTTP/1.1\\r\\n" + b"\\r\\n".join(b"X%d: x" % each for each in range(200))))
    print(status(b" HTTP/1.1\\r\\n" + b"\\r\\n".join(b"X%d: " % each + b"x" * 8_000 for each in range(9))))
    print(status(b" HTTP/1.1\\r\\nX: " + b"x" * 7_000))
during(clients)
"""
    assert _prints(code) == ["414", "400", "431", "400", "200"]


def test_a_download_that_nobody_takes_is_given_up():
    code = """
server.STALLED_SECONDS = 0.2
ended = threading.Event()
def download(environ, start_response):
    start_response("200 OK", [])
    try:
        while True:
            yield b"x" * 100_000
    finally:
        ended.set()
def clients(connect):
    client = connect()
    client.sendall(b"GET / HTTP/1.1\\r\\nHost: us\\r\\n\\r\\n")
    print(ended.wait(10))
during(clients, download)
"""
    assert _prints(code) == ["True"]


def test_more_clients_than_files_wait_for_their_turn():
    code = """
resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))
server.OTHER_FILES = 45
def clients(connect):
    idle = [connect() for _ in range(30)]
    last = connect()
    for client in idle:
        client.close()
    print(b"well" in ask(last))
during(clients)
"""
    assert _prints(code) == ["True"]


def test_as_many_files_as_the_system_grants_are_taken():
    code = """
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
most = min(hard, 2000)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 256), most))
print(server._most_connections() == most - server.OTHER_FILES)
"""
    assert _prints(code) == ["True"]


def test_a_socket_with_unread_data_lets_others_have_the_loop():
    code = """
ours, theirs = socket.socketpair()
reader = server.FairSocket(ours.fd)
theirs.sendall(b"x" * 100_000)
turns, ended = 0, False
def others():
    global turns
    while not ended:
        turns += 1
        time.sleep(0)
threading.Thread(target=others, daemon=True).start()
for _ in range(100_000):
    reader.recv(1)
ended = True
print(turns > 3)
"""
    assert _prints(code) == ["True"]


def test_others_have_a_turn_between_requests_that_come_at_once():
    code = """
from eventlet import patcher
blocking, happened = patcher.original("socket"), []
def others():
    while happened.count("request") < 50:
        happened.append("turn")
        time.sleep(0)
def clients(connect):
    address = connect().getpeername()
    crowd = [blocking.create_connection(address) for _ in range(50)]
    for client in crowd:
        client.sendall(b"GET / HTTP/1.1\\r\\nHost: us\\r\\nConnection: close\\r\\n\\r\\n")
    others()
    print(len(happened), "requestrequest" not in "".join(happened))
    time.sleep(0.1)
    print(all(client.recv(1000).endswith(b"well") for client in crowd))
def counted(environ, start_response):
    happened.append("request")
    return app(environ, start_response)
during(clients, counted)
"""
    count, is_fair, is_answered = _prints(code)
    assert int(count) >= 99
    assert (is_fair, is_answered) == ("True", "True")


def test_a_page_does_not_wait_behind_sockets_that_come_at_once():
    code = """
from eventlet import patcher
blocking, begun = patcher.original("socket"), []
def clients(connect):
    address = connect().getpeername()
    crowd = [blocking.create_connection(address) for _ in range(51)]
    for number, client in enumerate(crowd):
        upgrade = b"" if number == 50 else b"Upgrade: websocket\\r\\n"
        client.sendall(b"GET / HTTP/1.1\\r\\nHost: us\\r\\nConnection: close\\r\\n" + upgrade + b"\\r\\n")
    while len(begun) < 51:
        time.sleep(0.01)
    print(begun.index(False) < 25)
def noted(environ, start_response):
    begun.append("HTTP_UPGRADE" in environ)
    return app(environ, start_response)
during(clients, noted)
"""
    assert _prints(code) == ["True"]


def test_any_signal_to_end_is_heard_and_a_second_one_does_no_harm():
    code = """
def clients(connect):
    ask(connect())
    for number in (signal.SIGHUP, signal.SIGTERM):
        os.kill(os.getpid(), number)
        time.sleep(0.05)
server.FAREWELL_SECONDS = 0.5
during(clients)
print("ended")
"""
    assert _prints(code) == ["ended"]


def test_what_is_to_be_done_at_the_end_is_done_after_the_farewell():
    code = """
listener = server.listen("127.0.0.1", 0)
threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM)).start()
server.serve(app, listener, stopping=lambda: print("farewell"), stopped=lambda: print("written"))
print("ended")
"""
    assert _prints(code) == ["farewell", "written", "ended"]
