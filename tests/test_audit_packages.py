"""Packages that are known to be weak are named; where nobody can be asked, the check goes on."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tools import audit_packages

PINS = """\
# comment
good==1.0
weak-one==2.0  # why
marked==3.0; python_version < "4"
"""


class Database(BaseHTTPRequestHandler):
    weak = ("weak-one",)
    body = None

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        self.server.asked = asked
        results = [
            {"vulns": [{"id": "X-1"}, {"id": "X-2"}]} if q["package"]["name"] in self.weak else {} for q in asked
        ]
        body = self.server.body or json.dumps({"results": results}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def database(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = HTTPServer(("127.0.0.1", 0), Database)
    server.body = None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture
def audit(database, tmp_path):
    def audit(pins=PINS):
        (tmp_path / "pins.txt").write_text(pins)
        return audit_packages.main(f"http://127.0.0.1:{database.server_port}/", tmp_path / "pins.txt")

    return audit


def test_each_weakness_is_named_and_is_a_failure(audit, database, capsys):
    assert audit() == 1
    said = capsys.readouterr().out
    assert "weak-one 2.0 is weak: https://osv.dev/vulnerability/X-1\n" in said
    assert "vulnerability/X-2" in said
    assert "good" not in said
    assert [(each["package"]["name"], each["version"]) for each in database.asked] == [
        ("good", "1.0"),
        ("weak-one", "2.0"),
        ("marked", "3.0"),
    ]


def test_sound_packages_pass_in_silence(audit, capsys):
    assert audit("good==1.0\n") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"results": []}', b"[]"])
def test_an_answer_that_is_none_lets_the_check_pass_and_says_so(audit, database, capsys, body):
    database.body = body
    assert audit() == 0
    assert "Not looked for weak packages" in capsys.readouterr().out


def test_without_network_the_check_passes_and_says_so(tmp_path, capsys):
    (tmp_path / "pins.txt").write_text(PINS)
    assert audit_packages.main("http://127.0.0.1:1/", tmp_path / "pins.txt") == 0
    assert "Not looked for weak packages" in capsys.readouterr().out


def test_every_package_that_we_pin_is_asked_for():
    pins = audit_packages.pinned(audit_packages.PINS.read_text())
    assert {"flask", "eventlet", "sqlalchemy"} <= {name.lower() for name in pins}
    assert all(version[0].isdigit() for version in pins.values())
