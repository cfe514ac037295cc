"""How many lines come in a minute, as the toolbar says it."""

import pytest

from tests.waiting import eventually

SKEW = "const real = performance.now.bind(performance); window.skew = 0; performance.now = () => real() + window.skew;"


@pytest.fixture
def rate(page):
    """What is said; the page's clock can be put forward."""
    page.add_init_script(SKEW)
    return lambda: page.locator(".log-rate").text_content()


def forward(page, seconds):
    page.evaluate(f"window.skew += {seconds * 1000}")


def test_lines_of_the_last_minute_are_counted_and_none_that_were_there_before(viewer, server, rate):
    server.number(count=30)
    viewer.open().until_last(30)
    assert rate() == ""
    forward(viewer.page, 45)
    server.number(count=12)
    viewer.until_last(42)
    forward(viewer.page, 17)
    eventually(lambda: rate() == "12 lines/min")
    forward(viewer.page, 61)
    eventually(lambda: rate() == "0 lines/min")


def test_lines_that_were_skipped_count(viewer, server, rate):
    viewer.open()
    forward(viewer.page, 61)
    eventually(lambda: rate() == "0 lines/min")
    server.skip(count=1200)
    forward(viewer.page, 2)
    eventually(lambda: rate() == "1,201 lines/min")


def test_nothing_is_said_for_a_minute_after_the_connection_was_lost(viewer, server, rate):
    viewer.open()
    forward(viewer.page, 61)
    eventually(lambda: rate() == "0 lines/min")
    server.set(refuses=True)
    server.drop()
    eventually(lambda: rate() == "")
    server.set(refuses=False)
    eventually(lambda: viewer.state == "live")
    assert rate() == ""
