"""The list of containers and the page of one log, with an engine that says what a test lets it say."""

import re
from pathlib import Path

import pytest

from paas.engine.containers import Container
from paas.engine.inventory import Health

SILENT = Health(ok=False, message="The engine does not answer (unix:///run/docker.sock: Connection refused).")
HOSTILE = '"><script>alert(1)</script>'
WATCH_OF_WEB = 'data-watch="{&#34;container&#34;: &#34;web&#34;}"'


SPRITE = Path(__file__).resolve().parents[3] / "static" / "img" / "icons.svg"


def container(name, **known):
    known = {"image": "demo/web:1", "state": "running", "status": "Up 2 hours", "since": 1_795_000_000.0} | known
    return Container(id=name.encode().hex().ljust(64, "0"), name=name, **known)


@pytest.fixture
def inventory(running):
    return running


@pytest.fixture
def page(inventory, signed_in):
    """``page("/containers")`` -> its HTML, as ada sees it."""

    def page(path="/containers"):
        answer = signed_in.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    return page


def test_list_is_for_who_is_signed_in(client, inventory, ada):
    assert client.get("/containers").headers["Location"] == "/login?next=/containers"


@pytest.mark.parametrize("path", ["/containers", "/containers/web/logs"])
def test_member_may_not_see_every_container(client, inventory, add, sign_in, path):
    add("bob", role="member")
    sign_in("bob")
    answer = client.get(path)
    assert answer.status_code == 403
    assert 'href="/containers"' not in answer.text


def test_container_is_shown_with_all_that_is_known(inventory, page):
    inventory.containers = [container("shop-web-1", project="shop", ports=("8080->80/tcp",), memory_bytes=3 * 1024**2)]
    html = page()
    for text in ("shop-web-1", 'data-state="running"', "demo/web:1", "8080 → 80/tcp", "3.0 MiB", "1 of 1 running"):
        assert text in html
    assert 'href="/containers/shop-web-1/logs"' in html
    assert 'data-project="shop"' in html
    assert 'datetime="2026-11-18T11:06:40Z"' in html


def test_empty_engine_says_what_would_be_here(page):
    html = page()
    assert 'data-shows="none"' in html
    assert "make demo" in html


def test_engine_that_never_answered_is_named_with_the_reason(inventory, page):
    inventory.containers, inventory.health = None, SILENT
    html = page()
    assert 'data-shows="unreachable"' in html
    assert SILENT.message in html


def test_last_known_list_is_marked_when_the_engine_falls_silent(inventory, page):
    inventory.containers, inventory.health = [container("web")], SILENT
    html = page()
    assert 'data-shows="list"' in html
    assert "is-stale" in html
    assert "the last that it said" in html


@pytest.mark.parametrize("path", ["/containers", "/containers/web/logs", "/account"])
def test_every_icon_is_in_the_sprite(inventory, page, path):
    inventory.containers = [container("web")]
    names = set(re.findall(r'icons\.svg#([^"]+)"', page(path)))
    assert names
    missing = names - set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))
    assert not missing, "make the sprite anew with tools/vendor.py --icons"


def test_names_are_text(inventory, page):
    inventory.containers = [container("web", image=HOSTILE, project=HOSTILE)]
    assert "<script>alert" not in page()
    assert "<script>alert" not in page("/containers/web/logs")


def test_log_page_names_its_container(inventory, page):
    inventory.containers = [container("web", state="exited", exit_code=1)]
    html = page("/containers/web/logs")
    assert "<title>Logs of web · Quayside</title>" in html
    assert 'data-state="failed"' in html
    assert 'data-login="/login?next=/containers/web/logs"' in html


def test_log_page_is_found_by_id(inventory, page):
    inventory.containers = [container("web")]
    assert WATCH_OF_WEB in page(f"/containers/{inventory.containers[0].id}/logs")


def test_log_of_no_container_is_not_found(inventory, signed_in):
    answer = signed_in.get("/containers/nobody/logs")
    assert answer.status_code == 404
    assert "Container not found" in answer.text


def test_log_page_stands_while_the_engine_is_silent(inventory, page):
    inventory.containers, inventory.health = None, SILENT
    html = page("/containers/web/logs")
    assert WATCH_OF_WEB in html
    assert SILENT.message in html
