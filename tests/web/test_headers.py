"""Headers, compression and static files, as a browser meets them."""

import gzip
import os
import re

import brotli
import pytest

from paas.web.factory import create_app
from paas.web.static_files import StaticFiles

PATHS = ["/login", "/healthz", "/api/v1/session", "/nowhere", "/containers", "/static/css/quayside.css"]


def test_static_file_does_not_depend_on_who_asks(signed_in):
    answer = signed_in.get("/static/css/quayside.css")
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_protections(client, ada, path):
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_https_is_remembered_where_people_use_it(services):
    services.settings = type(services.settings)(public_url="https://paas.example.org")
    headers = create_app(services).test_client().get("/login").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/account", "/containers", "/api/v1/session"])
def test_pages_are_kept_nowhere(signed_in, path):
    assert signed_in.get(path).headers["Cache-Control"] == "no-store"


def test_no_page_has_anything_inline_or_from_elsewhere(signed_in):
    for path in ("/account", "/containers", "/nowhere"):
        page = signed_in.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_every_static_address_on_a_page_is_there_and_kept_for_ever(signed_in):
    found = re.findall(r'(?:src|href)="(/static/[^"#]+)', signed_in.get("/containers").text)
    assert found
    for address in found:
        answer = signed_in.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("accepts", "encoding", "unpack"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip, deflate", "gzip", gzip.decompress),
        ("", None, bytes),
        ("identity", None, bytes),
        ("identity;q=1, *;q=0", None, bytes),
    ],
)
def test_page_and_static_file_come_as_the_browser_accepts_them(client, ada, accepts, encoding, unpack):
    for path in ("/static/img/icons.svg", "/login"):
        answer = client.get(path, headers={"Accept-Encoding": accepts})
        assert answer.headers.get("Content-Encoding") == encoding
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert unpack(answer.data).strip().startswith((b"<svg", b"<!doctype"))


def test_streamed_answer_is_compressed_piece_by_piece(app, client):
    pulled = []

    def pieces():
        for number in range(1000):
            pulled.append(number)
            yield os.urandom(1000).hex()

    app.add_url_rule("/stream", "stream", lambda: app.response_class(pieces(), mimetype="text/plain"))
    answer = client.get("/stream", headers={"Accept-Encoding": "gzip"}, buffered=False)
    assert answer.headers["Content-Encoding"] == "gzip"
    first = next(piece for piece in answer.iter_encoded() if len(piece) > 100)
    assert first
    assert len(pulled) < 200
    answer.close()


@pytest.fixture
def files(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("export {}\n" * 100)
    (tmp_path / "icon.png").write_bytes(b"png" * 100)
    return StaticFiles(tmp_path)


@pytest.fixture
def get(app, files):
    def get(filename, **headers):
        with app.test_request_context(headers=headers):
            return files.serve(filename)

    return get


def test_version_changes_with_any_file(files, tmp_path):
    assert files.url("js/a.js") == f"/static/{files.version}/js/a.js"
    (tmp_path / "js" / "b.js").write_text("1")
    changed = StaticFiles(tmp_path).version
    assert changed != files.version
    (tmp_path / "js" / "b.js").rename(tmp_path / "js" / "c.js")
    assert StaticFiles(tmp_path).version not in (files.version, changed)


def test_address_without_version_is_asked_for_anew(get, files):
    answer = get("js/a.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = get("js/a.js", **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert get(f"{files.version}/js/a.js").headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_pictures_are_sent_as_they_are(get):
    answer = get("icon.png", **{"Accept-Encoding": "br"})
    assert (answer.content_encoding, answer.mimetype, answer.data) == (None, "image/png", b"png" * 100)


def test_changed_file_is_read_again(get, tmp_path):
    before = get("js/a.js")
    (tmp_path / "js" / "a.js").write_text("new")
    os.utime(tmp_path / "js" / "a.js", ns=(1, 1))
    after = get("js/a.js")
    assert after.data == b"new"
    assert after.headers["ETag"] != before.headers["ETag"]


@pytest.mark.parametrize(
    "path", ["../paas/settings.py", "..%2fREADME.md", "css/../../app.py", "css", "", "css/", "a\0b"]
)
def test_nothing_outside_the_folder_is_served(client, path):
    assert client.get(f"/static/{path}").status_code == 404
