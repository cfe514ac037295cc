"""A log that several processes write together, where lines come late: nothing is lost at any edge of the window."""

import re

from tests.waiting import eventually

MERGED = "/apps/merged/logs"
LINES = 6000


def numbers_in(viewer, seen):
    found = [int(re.findall(r"\d+", text)[-1]) for text in viewer.texts]
    assert len(found) == len(set(found)), "a line is shown twice"
    assert len(found) <= 1000
    seen.update(found)
    return found


def opened(viewer, server, count=LINES):
    server.merge(count=count)
    viewer.page.goto(f"{server.address}{MERGED}")
    eventually(lambda: viewer.state == "live" and len(viewer.texts) >= 100)
    return set(numbers_in(viewer, set()))


def test_sliding_up_and_down_shows_every_line_once(viewer, server):
    seen = opened(viewer, server)

    def step(pixels):
        viewer.scroll_by(pixels)
        return numbers_in(viewer, seen)

    eventually(lambda: step(-5000)[0] == 1, what="the first line", deadline_seconds=60)
    assert seen == set(range(1, LINES + 1))
    seen.clear()
    eventually(lambda: LINES in step(5000), what="the live end", deadline_seconds=60)
    eventually(lambda: viewer.scroll_to(0) or (numbers_in(viewer, seen) and viewer.jump == ""))
    assert seen == set(range(1, LINES + 1))
    server.merge(count=700)
    eventually(lambda: len(numbers_in(viewer, seen)) and max(seen) == LINES + 700)
    assert seen == set(range(1, LINES + 701))
    assert server.seen()["positions_asked"] == 0


def test_what_comes_while_reading_higher_up_is_reached_without_a_gap(viewer, server):
    seen = opened(viewer, server, 1500)
    eventually(lambda: viewer.scroll_by(-3000) or len(numbers_in(viewer, seen)) >= 900)
    viewer.scroll_to(9000)
    for _ in range(6):
        server.merge(count=311)
    last = 1500 + 6 * 311
    eventually(lambda: "new lines" in viewer.jump)
    eventually(lambda: viewer.scroll_by(4000) or last in numbers_in(viewer, seen), deadline_seconds=30)
    eventually(lambda: viewer.scroll_to(0) or (numbers_in(viewer, seen) and viewer.jump == ""))
    assert seen >= set(range(min(seen) + 20, last + 1))
    assert server.seen()["positions_asked"] == 0


def test_following_at_speed_and_then_going_back_up_shows_every_line(viewer, server):
    seen = opened(viewer, server, 200)
    for _ in range(20):
        server.merge(count=157)
    last = 200 + 20 * 157
    eventually(lambda: last in numbers_in(viewer, set()))
    seen = set(numbers_in(viewer, set()))
    eventually(lambda: viewer.scroll_by(-5000) or numbers_in(viewer, seen)[0] == 1, deadline_seconds=30)
    assert seen == set(range(1, last + 1))
    assert server.seen()["positions_asked"] == 0


def test_clearing_takes_nothing_away_for_good(viewer, server):
    opened(viewer, server, 300)
    viewer.page.click(".log-menu summary")
    viewer.page.click("[data-command=clear]")
    eventually(lambda: viewer.texts == [])
    viewer.page.get_by_role("button", name="Show older lines").click()
    eventually(lambda: sorted(numbers_in(viewer, set())) == list(range(1, 301)))


def test_link_to_a_line_opens_the_log_around_it(viewer, server):
    server.merge(count=3000)
    viewer.page.goto(f"{server.address}{MERGED}#1%3A300")
    eventually(lambda: viewer.page.locator(".log-row.is-chosen .log-text").all_inner_texts())
    chosen = viewer.page.locator(".log-row.is-chosen")
    assert chosen.get_attribute("data-position") == "1:300"
    around = set(numbers_in(viewer, set()))
    number = int(chosen.locator(".log-text").inner_text().removeprefix("line "))
    assert set(range(number - 200, number + 200)) <= around


def test_lost_connection_costs_and_repeats_nothing(viewer, server):
    seen = opened(viewer, server, 300)
    for _ in range(3):
        server.drop()
        server.merge(count=207)
        eventually(lambda: viewer.state != "live")
        eventually(lambda: viewer.state == "live")
    eventually(lambda: len(numbers_in(viewer, seen)) and seen >= set(range(210, 922)))
