"""The log page on a real engine, as a reader uses it. What the page does by itself stands in tests/viewer."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests import images
from tests.dashboard import PASSWORD, USERNAME, Dashboard
from tests.waiting import eventually
from tests.writers import Puppet, numbered

LINES = 5_000
NUMBERS = "rows => rows.map((row) => parseInt(row.querySelector('.log-text').textContent.match(/[0-9]+/)))"


class LogPage:
    def __init__(self, page, dashboard, name: str) -> None:
        self.page = page
        self.address = f"{dashboard.address}/containers/{name}/logs"

    def open(self) -> "LogPage":
        """A container that was just made is known to the dashboard a moment later."""
        eventually(lambda: self.page.goto(self.address).ok, what="the container is known")
        eventually(lambda: self.numbers, what="lines are shown")
        return self

    @property
    def numbers(self) -> list[int]:
        """What the page shows; wherever it stands in the log, it shows every line from the first to the last."""
        numbers = self.page.locator(".log-row").evaluate_all(NUMBERS)
        assert all(later == earlier + 1 for earlier, later in pairwise(numbers)), numbers
        assert len(numbers) <= 1000
        return numbers

    def scroll_by(self, pixels: int) -> None:
        self.page.locator(".log-scroll").evaluate("(scroll, pixels) => { scroll.scrollTop += pixels }", pixels)


@pytest.fixture
def signed_in(shared_dashboard, page):
    shared_dashboard.sign_in(page)
    return page


def test_whole_log_is_scrolled_through_both_ways_while_lines_come(run, signed_in, shared_dashboard, engine):
    run(images.python(engine), numbered(count=LINES, rate=0, stays=True), name="page-whole")
    log = LogPage(signed_in, shared_dashboard, "page-whole").open()
    eventually(lambda: log.numbers[-1:] == [LINES - 1])
    eventually(lambda: log.scroll_by(-3000) or log.numbers[:1] == [0], 30)
    expect(signed_in.locator(".log-edge-older")).to_contain_text("The log begins here")
    eventually(lambda: log.scroll_by(4000) or log.numbers[-1:] == [LINES - 1], 30)
    eventually(lambda: log.scroll_by(4000) or signed_in.locator(".log-jump").is_hidden())


def test_link_leads_to_its_line_far_back(run, signed_in, shared_dashboard, engine):
    signed_in.context.grant_permissions(["clipboard-read", "clipboard-write"])
    run(images.python(engine), numbered(count=LINES, rate=0, stays=True), name="page-link")
    log = LogPage(signed_in, shared_dashboard, "page-link").open()
    signed_in.keyboard.press("g")
    eventually(lambda: log.numbers[:1] == [0])
    signed_in.locator(".log-row").nth(12).hover()
    signed_in.click(".log-actions [data-action=link]")
    other = signed_in.context.new_page()
    other.goto(signed_in.evaluate("navigator.clipboard.readText()"))
    expect(other.locator(".log-row.is-chosen .log-text")).to_have_text(re.compile("^12 "))
    expect(other.locator(".log-row.is-chosen")).to_be_in_viewport()
    other.keyboard.press("G")
    eventually(lambda: LogPage(other, shared_dashboard, "page-link").numbers[-1:] == [LINES - 1])


def test_page_goes_on_without_a_gap_when_the_dashboard_was_killed(run, engine, page, tmp_path):
    run(images.python(engine), numbered(count=100_000, rate=50, stays=True), name="page-killed")
    with Dashboard(tmp_path, docker_host=engine.host) as dashboard:
        dashboard.sign_in(page)
        log = LogPage(page, dashboard, "page-killed").open()
        last = log.numbers[-1]
        dashboard.kill()
        expect(page.locator(".log-state")).to_contain_text(re.compile(r"lost\s*Next try in \d+ s"))
        dashboard.start()
        expect(page.locator(".log-view")).to_have_attribute("data-state", "live", timeout=30_000)
        eventually(lambda: last + 50 in log.numbers)
        assert last in log.numbers
        expect(page.locator(".log-marker")).to_have_count(0)


def test_sign_out_elsewhere_leads_to_the_login_page_and_back_to_the_log(run, engine, signed_in, shared_dashboard):
    run(images.python(engine), numbered(count=10, stays=True), name="page-session")
    log = LogPage(signed_in, shared_dashboard, "page-session").open()
    other = signed_in.context.new_page()
    other.goto(f"{shared_dashboard.address}/account")
    other.get_by_role("main").get_by_role("button", name="Sign out here").click()
    signed_in.wait_for_url(re.compile("/login"))
    signed_in.fill("input[name=username]", USERNAME)
    signed_in.fill("input[name=password]", PASSWORD)
    signed_in.press("input[name=password]", "Enter")
    expect(signed_in).to_have_url(log.address)
    eventually(lambda: log.numbers == list(range(10)))


def test_filter_on_the_server_holds_for_old_and_new_lines(run, engine, signed_in, shared_dashboard, tmp_path):
    puppet = Puppet(tmp_path)
    run(images.python(engine), puppet.command, name="page-filter", volumes=puppet.volumes)
    for number in range(300):
        puppet.say(f"{'odd' if number % 2 else 'even'} {number}")
    LogPage(signed_in, shared_dashboard, "page-filter").open()
    texts = signed_in.locator(".log-text")
    signed_in.click("[data-command=filter]")
    signed_in.fill(".log-search-text", "odd")
    expect(texts).to_have_text([f"odd {number}" for number in range(1, 300, 2)])
    puppet.say("even 300")
    puppet.say("odd 301")
    expect(texts.last).to_have_text("odd 301")
    signed_in.click("[data-command=regex]")
    signed_in.fill(".log-search-text", "odd 3(")
    expect(signed_in.locator(".log-problem")).to_contain_text("cannot be used")
    signed_in.keyboard.press("Escape")
    expect(signed_in.locator(".log-problem")).to_be_hidden()
    expect(texts.filter(has_text="even 300")).to_have_count(1)
    puppet.close()


def test_badge_of_a_removed_container_claims_nothing(run, engine, signed_in, shared_dashboard):
    container = run(images.python(engine), numbered(count=3, stays=True), name="page-removed")
    LogPage(signed_in, shared_dashboard, "page-removed").open()
    container.remove(force=True)
    expect(signed_in.locator(".log-marker").last).to_contain_text("page-removed was removed")
    expect(signed_in.locator(".log-marker[data-kind=replaced]")).to_have_count(0)
    expect(signed_in.locator(".state-badge")).to_have_text("unknown")
