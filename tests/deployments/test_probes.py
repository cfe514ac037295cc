"""One attempt of a health check, against real servers on this machine."""

import http.server
import socket
import threading
from contextlib import closing

import pytest

from paas.deployments.pipeline.probes import Failed, listens, probe
from paas.deployments.plans.manifest import Check
from paas.engine.workload import Workload
from paas.errors import Invalid


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status = {"/": 200, "/moved": 302, "/broken": 500}.get(self.path, 404)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(f"the page of {self.headers['Host']}".encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def port():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def closed_port():
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


class Inside:
    """Commands inside a container, without the container."""

    def __init__(self, code=0, said="", problem=None):
        self.code, self.said, self.problem = code, said, problem

    def run(self, container_id, command, *, seconds):
        if self.problem:
            raise self.problem
        return self.code, self.said


HERE = Workload("0123", "shop.web.1", "running", {}, address="127.0.0.1")


def tried(check, port=0, inside=None):
    probe(inside or Inside(), HERE, check, port)


@pytest.mark.parametrize(
    "check",
    [
        Check(path="/"),
        Check(path="/moved"),
        Check(path="/", content="the page"),
        Check(path="/", content="of shop", headers=(("Host", "shop"),)),
        Check(is_listening=True),
    ],
)
def test_a_check_that_passes_returns(check, port):
    tried(check, port)


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (Check(path="/nowhere"), "/nowhere on port .* answers 404"),
        (Check(path="/broken"), "answers 500"),
        (Check(path="/", content="another page"), "without 'another page'"),
        (Check(path="/", scheme="https"), "no answer on port"),
    ],
)
def test_a_page_that_is_wrong_is_told(check, words, port):
    with pytest.raises(Failed, match=words):
        tried(check, port)


@pytest.mark.parametrize("check", [Check(path="/"), Check(is_listening=True)])
def test_a_port_on_which_nothing_listens_is_told(check, closed_port):
    with pytest.raises(Failed, match=f"nothing listens on port {closed_port}"):
        tried(check, closed_port)


def test_a_check_may_name_a_port_of_its_own(port, closed_port):
    tried(Check(path="/", port=port), closed_port)


def test_a_server_that_takes_connections_and_says_nothing_is_slow(closed_port):
    with closing(socket.create_server(("127.0.0.1", 0))) as silent, pytest.raises(Failed, match="no answer within 1 s"):
        tried(Check(path="/", timeout_seconds=1), silent.getsockname()[1])


def test_a_server_that_does_not_speak_http_is_told():
    def speak(server):
        connection, _ = server.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(b"220 mail.example.org\r\n")

    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        thread = threading.Thread(target=speak, args=(server,))
        thread.start()
        with pytest.raises(Failed, match="no answer on port"):
            tried(Check(path="/"), server.getsockname()[1])
        thread.join()


def test_a_command_passes_by_its_exit_code():
    check = Check(command=("ready",))
    tried(check, inside=Inside(0, "well"))
    with pytest.raises(Failed, match="ready ended with exit code 3: not yet"):
        tried(check, inside=Inside(3, "not yet\n"))
    with pytest.raises(Failed, match="ready cannot be run: no such program"):
        tried(check, inside=Inside(problem=Invalid("no such program")))


def test_whether_somebody_listens(port, closed_port):
    assert listens("127.0.0.1", port)
    assert not listens("127.0.0.1", closed_port)
