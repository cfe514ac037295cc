"""Raw sockets on our server, each case in a patched process of its own: pings, and clients that have gone or idle."""

import subprocess
import sys

from tests.dashboard import HERE

SERVED = """
import warnings
warnings.filterwarnings("ignore", "(?s).*Eventlet is deprecated", DeprecationWarning)
from paas import concurrency
concurrency.patch()
import os, signal, socket, threading, time
import websocket as client
from paas.concurrency import server, websocket

ended = threading.Event()

def during(clients, show=lambda opened: None):
    def app(environ, start_response):
        opened = websocket.accept(environ)
        threading.Thread(target=show, args=[opened], daemon=True).start()
        opened.serve()
        ended.set()
        start_response("200 OK", [])
        return [b""]
    listener = server.listen("127.0.0.1", 0)
    def run():
        try:
            clients(lambda **more: client.create_connection(
                "ws://127.0.0.1:%d/" % listener.getsockname()[1], timeout=20, **more))
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=run, daemon=True).start()
    server.serve(app, listener, stopping=lambda: None)
"""


def _prints(code):
    command = [sys.executable, "-c", SERVED + code]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.stdout.split()


def test_client_that_answers_is_pinged_again_and_again():
    code = """
websocket.PING_SECONDS = 0.2
def clients(connect):
    opened = connect()
    for _ in range(4):
        opcode, _content = opened.recv_data(control_frame=True)  # which answers it
        print(opcode)
    opened.close()
    print(ended.wait(10))
during(clients)
"""
    assert _prints(code) == ["9", "9", "9", "9", "True"]


def test_client_that_answers_no_ping_is_cut():
    code = """
websocket.PING_SECONDS = 0.3
def clients(connect):
    opened = connect()
    print(ended.wait(10))
during(clients)
"""
    assert _prints(code) == ["True"]


def test_pings_come_between_messages_too():
    code = """
websocket.PING_SECONDS = 0.2
def show(opened):
    frames = websocket.text_frames(["x"])
    def again():
        threading.Timer(0.01, opened.send, [frames, again]).start()
    again()
def clients(connect):
    opened = connect()
    heard = set()
    while heard != {1, 9}:
        heard.add(opened.recv_data(control_frame=True)[0])
    print(*sorted(heard))
during(clients, show)
"""
    assert _prints(code) == ["1", "9"]


def test_client_that_takes_nothing_is_cut():
    code = """
websocket.STALLED_SECONDS = 0.3
def show(opened):
    frames = websocket.text_frames(["x" * 100_000])
    def more():
        opened.send(frames, more)
    more()
def clients(connect):
    opened = connect(sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    print(ended.wait(20))
during(clients, show)
"""
    assert _prints(code) == ["True"]


def test_queue_that_nobody_empties_does_not_grow():
    code = """
def show(opened):
    frames = websocket.text_frames(["x" * 1_000_000])
    sent = 0
    while opened.is_open:
        opened.send(frames)
        sent += 1
        time.sleep(0)
    print(sent < 20 + websocket.MOST_QUEUED_BYTES // 1_000_000)
def clients(connect):
    opened = connect(sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    print(ended.wait(20))
during(clients, show)
"""
    assert _prints(code) == ["True", "True"]


def test_closing_comes_after_what_was_sent_or_instead_of_it():
    code = """
frames = websocket.text_frames(["one", "two"])
closings = iter([False, True])
def show(opened):
    at_once = next(closings)
    opened.send(frames)
    opened.send(frames)
    opened.close(4001, "Sign in again.", at_once=at_once)
    opened.send(frames)
def clients(connect):
    for _ in range(2):
        opened = connect()
        heard = []
        while True:
            opcode, content = opened.recv_data(control_frame=True)
            if opcode == 8:
                print(len(heard), int.from_bytes(content[:2]))
                break
            heard.append(content)
        ended.wait(10)
        ended.clear()
during(clients, show)
"""
    assert _prints(code) == ["4", "4001", "0", "4001"]


def test_eight_megabytes_arrive_whole():
    code = """
import random
text = "".join(random.choices("abcdef", k=1_000)) * 8_000
def show(opened):
    opened.send(websocket.text_frames([text]))
def clients(connect):
    opened = connect(sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)])
    print(opened.recv() == text)
during(clients, show)
"""
    assert _prints(code) == ["True"]
