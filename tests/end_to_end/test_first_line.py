"""The thin path through everything: a real container's line, on the real page, for someone who signed in."""

import re

import pytest

from tests import images, writers


@pytest.fixture
def writer(engine, run, tmp_path_factory):
    puppet = writers.Puppet(tmp_path_factory.mktemp("strings"))
    container = run(images.python(engine), puppet.command, name="shop-web", volumes=puppet.volumes)
    yield puppet, container
    puppet.close()


def test_a_line_written_is_a_line_on_the_page(dashboard, writer, page):
    puppet, _ = writer
    puppet.say("written before anyone looked")
    dashboard.sign_in(page)
    page.goto(f"{dashboard.address}/containers")
    page.get_by_role("link", name=re.compile("shop-web")).first.click()

    page.wait_for_selector(".log-view[data-state=live]")
    page.locator(".log-row .log-text", has_text="written before anyone looked").wait_for()
    puppet.say("written while someone looks")
    page.locator(".log-row .log-text", has_text="written while someone looks").wait_for()
    puppet.say("and on the other stream", stream="stderr")
    page.locator(".log-row[data-stream=stderr] .log-text", has_text="and on the other stream").wait_for()

    texts = page.locator(".log-row .log-text").all_inner_texts()
    assert texts == ["written before anyone looked", "written while someone looks", "and on the other stream"]


def test_an_engine_that_answers_is_healthy(dashboard):
    with dashboard.http() as session:
        answer = session.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "engine": True, "database": True})


def test_the_same_line_reaches_a_socket_and_the_one_shot_read(dashboard, writer):
    puppet, container = writer
    puppet.say("one line for all")
    with dashboard.http() as session, dashboard.socket("/logs", session=session) as listener:
        acknowledged = listener.ask("watch", {"container": "shop-web"})
        assert acknowledged["ok"] is True
        assert acknowledged["container"]["id"] == container.id
        heard = listener.wait_for("lines")
        assert "one line for all" in heard["rows"]
        assert heard["skipped"] == 0

        answer = session.get("/api/v1/containers/shop-web/logs")
        assert [line["text"] for line in answer.json()["lines"]] == ["one line for all"]
