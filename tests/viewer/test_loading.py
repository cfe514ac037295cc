"""Pages whose scripts or styles could not be fetched: a browser drops what is under way when the network changes."""

import pytest

from tests.waiting import eventually


class Losses:
    """Loses the first so many requests for a file."""

    def __init__(self, page, path, count):
        self.left, self.count = count, 0
        page.route(f"**/{path}", self._lose)

    def _lose(self, route):
        self.count += 1
        self.left -= 1
        route.abort() if self.left >= 0 else route.continue_()


@pytest.mark.parametrize("path", ["js/log-view.js", "js/log/row.js", "css/log.css"])
def test_page_that_lost_a_part_is_loaded_once_more(viewer, server, path):
    server.number(count=3)
    losses = Losses(viewer.page, path, 1)
    viewer.page.goto(server.log_page)
    eventually(lambda: viewer.state == "live" and losses.count >= 2)
    eventually(lambda: viewer.numbers == [1, 2, 3])
    assert viewer.page.evaluate("getComputedStyle(document.querySelector('.log-frame')).position") == "relative"


def test_page_that_lost_a_part_stays_until_the_dashboard_answers(viewer, server):
    refused = []

    def refuse(route):
        if route.request.resource_type == "fetch" and len(refused) < 2:
            refused.append(part.count)
            route.abort()
        else:
            route.continue_()

    server.number(count=3)
    part = Losses(viewer.page, "js/log-view.js", 1)
    viewer.page.route("**/js/main.js", refuse)
    viewer.page.goto(server.log_page)
    eventually(lambda: viewer.state == "live" and viewer.numbers == [1, 2, 3])
    assert refused == [1, 1]


def test_part_that_never_comes_is_not_asked_for_for_ever(viewer, server):
    losses = Losses(viewer.page, "js/log/row.js", 1000)
    viewer.page.goto(server.log_page)
    eventually(lambda: viewer.state and losses.count == 4)
    viewer.frames(60)
    assert losses.count == 4


def test_older_lines_that_were_dropped_on_their_way_are_asked_for_again(viewer, server):
    server.number(count=900)
    viewer.open().until_last(900)
    losses = Losses(viewer.page, "api/v1/containers/shop/logs?*", 1)
    viewer.scroll_to(100_000)
    eventually(lambda: viewer.numbers[0] < 700)
    assert losses.count >= 2
    assert "Loading" not in viewer.page.inner_text(".log-edge-older")
