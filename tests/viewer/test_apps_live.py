"""Pages about apps, which are made anew in place when the server says that something has changed."""

import pytest

from tests.waiting import eventually

ROW = '<tr data-app="{0}"><td><a href="/apps/{0}">{0}</a></td><td class="state">{1}</td></tr>'


def table(**states):
    return (
        "<table><tbody>" + "".join(ROW.format(name[1:], state) for name, state in states.items()) + "</tbody></table>"
    )


class Apps:
    def __init__(self, page, server):
        self.page, self.server = page, server

    def open(self, address="/apps"):
        before = self.server.seen()["pages"]
        self.page.goto(f"{self.server.address}{address}")
        eventually(lambda: self.server.seen()["pages"] == before + 2, what="asked once more after connecting")
        return self

    def change(self, body, *apps):
        self.server.set(body=body)
        self.server.changed(apps=list(apps))

    @property
    def part(self):
        return self.page.inner_html("#part")

    def mark(self, selector):
        self.page.evaluate("(selector) => (document.querySelector(selector).wasHere = true)", selector)

    def is_same(self, selector):
        return self.page.evaluate("(selector) => document.querySelector(selector).wasHere === true", selector)


@pytest.fixture
def apps(page, server):
    return Apps(page, server)


def test_change_is_shown_and_only_in_parts_that_are_refreshed(apps, server):
    server.set(body=table(_1="running"))
    apps.open()
    apps.change(table(_1="failed"), 1)
    eventually(lambda: apps.page.inner_text("#part .state") == "failed")
    assert apps.page.inner_text(".other .state") == "running"


def test_answer_to_a_form_that_was_refused_is_not_asked_for_anew(page, server):
    server.set(body=table(_1="running"))
    page.goto(f"{server.address}/apps?answer=1")
    eventually(lambda: len(server.seen()["connects"]) == 1)
    other = Apps(page.context.new_page(), server).open()
    other.change(table(_1="failed"), 1)
    eventually(lambda: other.page.inner_text("#part .state") == "failed")
    assert server.seen()["pages"] == 1 + 3
    assert page.inner_text("#part .state") == "running"


def test_what_changed_before_the_page_was_connected_is_shown(page, server, apps):
    server.set(body=table(_1="running"), refuses=True)
    page.goto(f"{server.address}/apps")
    eventually(lambda: page.locator(".notice").is_visible())
    assert "is-stale" in (page.locator("#part").get_attribute("class") or "")
    assert "Trying again in" in page.inner_text(".notice")
    server.set(body=table(_1="stopped"), refuses=False)
    eventually(lambda: page.inner_text("#part .state") == "stopped")
    assert not page.locator(".notice").is_visible()
    assert "is-stale" not in (page.locator("#part").get_attribute("class") or "")


def test_rows_keep_their_elements_when_others_come_go_and_change_places(apps, server):
    server.set(body=table(_1="running", _2="running", _3="running"))
    apps.open()
    for number in (1, 2, 3):
        apps.mark(f"#part [data-app='{number}']")
    apps.page.focus("#part [data-app='3'] a")
    apps.change(table(_4="starting", _3="failed", _1="running"), 4)
    eventually(lambda: apps.part == table(_4="starting", _3="failed", _1="running"))
    assert apps.is_same("#part [data-app='3']")
    assert apps.is_same("#part [data-app='1']")
    assert not apps.is_same("#part [data-app='4']")


def test_what_a_reader_typed_opened_and_focused_stays(apps, server):
    form = (
        '<form><input name="csrf" type="hidden" value="{0}"><input name="scale" value="{0}">'
        '<input name="other" value="{0}">'
        '<textarea name="words">{0}</textarea><details><summary>More</summary><p>{0}</p></details></form>'
    )
    server.set(body=form.format(1))
    apps.open()
    apps.page.fill("#part [name=scale]", "7")
    apps.page.fill("#part [name=words]", "mine")
    apps.page.click("#part summary")
    apps.change(form.format(2), 1)
    eventually(lambda: apps.page.inner_text("#part details p") == "2")
    assert apps.page.input_value("#part [name=scale]") == "7"
    assert apps.page.input_value("#part [name=words]") == "mine"
    assert apps.page.input_value("#part [name=other]") == "2"
    assert apps.page.locator("#part [name=csrf]").get_attribute("value") == "2"
    assert apps.page.evaluate("document.activeElement.localName") == "summary"


def test_page_of_one_app_does_not_ask_for_the_changes_of_another(apps, server):
    server.set(body=table(_1="running"))
    apps.open("/apps/5")
    server.changed(apps=[6, 7])
    apps.change("<p>new</p>", 5)
    eventually(lambda: apps.part == "<p>new</p>")
    assert server.seen()["pages"] == 3


def test_page_of_one_app_asks_for_those_that_it_shows_beside_it(apps, server):
    server.set(body=table(_1="running"))
    apps.open("/apps/5")
    apps.change(table(_1="failed"), 1)
    eventually(lambda: apps.page.inner_text("#part .state") == "failed")


def test_many_changes_are_asked_for_at_a_calm_pace(apps, server):
    apps.open()
    for number in range(60):
        apps.change(f"<p>{number}</p>", 1)
    eventually(lambda: apps.part == "<p>59</p>")
    assert server.seen()["pages"] < 12


def test_behaviours_that_come_with_a_change_are_attached(apps, server):
    apps.open()
    menu = '<details class="menu" data-behaviour="menu" id="menu"><summary>More</summary><a href="#">x</a></details>'
    apps.change(menu, 1)
    eventually(lambda: apps.page.locator("#menu").count() == 1)
    apps.page.click("#menu summary")
    assert apps.page.locator("#menu[open]").count() == 1
    apps.page.keyboard.press("Escape")
    eventually(lambda: apps.page.locator("#menu[open]").count() == 0)


def test_text_that_looks_like_html_stays_text(apps, server):
    apps.open()
    apps.change("<p>&lt;img src=x onerror=alert(1)&gt;</p>", 1)
    eventually(lambda: apps.page.inner_text("#part p") == "<img src=x onerror=alert(1)>")


def test_ended_session_leads_to_the_login_page(apps, server):
    apps.open()
    server.set(session_ended=True)
    server.changed(apps=[1])
    apps.page.wait_for_url("**/login*")


def test_small_lines_are_drawn_anew_each_minute(apps, server):
    row = '<tr data-app="1"><td>shop</td><td class="cell-spark">{}</td></tr>'
    body = f'<table id="apps" data-behaviour="sparklines"><tbody>{row}</tbody></table>'
    server.set(body=body.format("10 %"))
    apps.page.clock.install()
    apps.page.goto(f"{server.address}/apps")
    eventually(lambda: apps.page.inner_text("#part .cell-spark") == "10 %")
    eventually(lambda: server.seen()["pages"] >= 2, what="asked once more after connecting")
    server.set(body=body.format("40 %"))
    apps.page.clock.run_for(60_000)
    eventually(lambda: apps.page.inner_text("#part .cell-spark") == "40 %")
