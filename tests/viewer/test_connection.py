"""States, reconnecting, resuming, gaps, the end of a session."""

import json
import re
import urllib.parse

import pytest

from tests.viewer.viewer import contiguous
from tests.waiting import eventually

NUMBERED = re.compile(r"Next try in (\d+) s")


def test_states_go_from_connecting_to_live_to_lost_and_back(viewer, server):
    server.number(count=10)
    viewer.open().until_last(10)
    server.set(refuses=True)
    server.drop()
    eventually(lambda: viewer.state == "lost")
    note = eventually(lambda: NUMBERED.search(viewer.page.inner_text(".log-state")))
    assert int(note[1]) <= 2
    assert viewer.page.locator(".log-retry").is_visible()
    server.set(refuses=False)
    eventually(lambda: viewer.state == "live")
    assert not viewer.page.locator(".log-retry").is_visible()


def test_pauses_grow_to_thirty_seconds_and_begin_again_after_success(viewer, server):
    viewer.open()
    pauses = viewer.page.evaluate(
        """async () => { const { pauseAfter } = await import('/static/js/connection.js');
        const range = (failures) => [pauseAfter(failures, () => 0), pauseAfter(failures, () => 0.999999)];
        return [0, 1, 2, 3, 4, 5, 6, 50].map(range); }"""
    )
    for seconds, (least, most) in zip((1, 2, 4, 8, 16, 30, 30, 30), pauses, strict=True):
        assert least == pytest.approx(0.9 * seconds * 1000, abs=1)
        assert most == pytest.approx(1.1 * seconds * 1000, abs=1)


def test_tries_come_at_growing_intervals(viewer, server):
    viewer.open()
    server.set(refuses=True)
    server.drop()
    times = eventually(lambda: len(tries := server.seen()["connects"]) >= 4 and tries, 20)
    first, second = times[2] - times[1], times[3] - times[2]
    assert first == pytest.approx(2, abs=0.6)
    assert second == pytest.approx(4, abs=0.9)


@pytest.mark.parametrize("event", ["online", "visibilitychange"])
def test_network_or_tab_that_comes_back_reconnects_at_once(viewer, server, event):
    viewer.open()
    server.set(refuses=True)
    server.drop()
    eventually(lambda: len(server.seen()["connects"]) >= 3 and viewer.state == "lost")
    server.set(refuses=False)
    before = len(server.seen()["connects"])
    viewer.page.evaluate(f"{'window' if event == 'online' else 'document'}.dispatchEvent(new Event('{event}'))")
    eventually(lambda: viewer.state == "live", 1.5)
    assert len(server.seen()["connects"]) == before + 1


def test_retry_button_tries_at_once(viewer, server):
    viewer.open()
    server.set(refuses=True)
    server.drop()
    eventually(lambda: len(server.seen()["connects"]) >= 3 and viewer.state == "lost")
    server.set(refuses=False)
    viewer.page.click(".log-retry")
    eventually(lambda: viewer.state == "live", 1.5)


def test_resumes_with_every_line_once(viewer, server):
    server.number(count=50)
    viewer.open().until_last(50)
    server.flow(rate=200, seconds=4)
    for _ in range(2):
        eventually(lambda: viewer.state == "live")
        seen = viewer.numbers[-1]
        server.drop()
        eventually(lambda seen=seen: viewer.numbers[-1] > seen + 50)
    viewer.until_last(850)
    assert viewer.numbers == list(range(1, 851))
    assert "position" in server.seen()["watches"][-1]


def test_lines_written_while_the_connection_was_lost_come_afterwards(viewer, server):
    server.number(count=50)
    viewer.open().until_last(50)
    server.set(refuses=True)
    server.drop()
    eventually(lambda: viewer.state == "lost")
    server.number(count=200)
    server.set(refuses=False)
    viewer.until_last(250)
    assert contiguous(viewer.numbers)


def test_reader_who_is_elsewhere_stays_there_over_a_reconnect(viewer, server):
    server.number(count=3000)
    viewer.open().until_last(3000)
    viewer.page.keyboard.press("g")
    eventually(lambda: viewer.numbers[:1] == [1])
    server.drop()
    eventually(lambda: len(server.seen()["watches"]) == 2 and viewer.state == "live")
    server.number(count=7)
    eventually(lambda: viewer.jump == "7 new lines")
    assert viewer.numbers[0] == 1


def test_rows_sent_twice_are_shown_once(viewer, server):
    server.number(count=5)
    viewer.open().until_last(5)
    row = ["L5/+=", "2026-11-20T10:00:00.000000000Z", "web.1", "stdout", "line 5"]
    server.tell(event="lines", message={"position": "L5/+=", "skipped": 0, "rows": json.dumps([row])})
    server.number(count=1)
    viewer.until_last(6)
    assert viewer.numbers == [1, 2, 3, 4, 5, 6]


def test_skipped_lines_leave_a_marker_with_their_number_that_can_be_filled(viewer, server):
    server.number(count=100)
    viewer.open().until_last(100)
    server.skip(count=1234)
    viewer.until_last(1335)
    marker = viewer.page.locator(".log-marker[data-skipped]")
    assert marker.get_attribute("data-skipped") == "1234"
    assert "1,234 lines skipped" in marker.inner_text()
    assert viewer.numbers == [*range(1, 101), 1335]
    place = viewer.place_of("line 90")
    marker.get_by_role("button", name="Load them").click()
    eventually(lambda: 101 in viewer.numbers)
    assert viewer.place_of("line 90") == place
    assert marker.count() == 0
    assert viewer.numbers[0] == 1
    assert contiguous(viewer.numbers)
    eventually(lambda: viewer.scroll_by(4000) or viewer.numbers[-1] == 1335)
    assert contiguous(viewer.numbers)


def test_small_gap_closes_and_the_view_stays_live(viewer, server):
    server.number(count=30)
    viewer.open().until_last(30)
    server.skip(count=3)
    viewer.until_last(34)
    viewer.page.click(".log-load")
    eventually(lambda: viewer.numbers == list(range(1, 35)))
    server.number(count=2)
    viewer.until_last(36)
    assert viewer.numbers == list(range(1, 37))


def test_more_than_can_be_drawn_is_drawn_or_declared(viewer, server):
    server.number(count=1)
    viewer.open().until_last(1)
    viewer.page.evaluate(
        """() => { window.shown = 0; window.declared = 0; new MutationObserver((changes) => {
        for (const { addedNodes } of changes) for (const node of addedNodes) {
          if (node.className === 'log-row') window.shown += 1;
          else window.declared += Number(node.dataset.skipped ?? 0);
        } }).observe(document.querySelector('.log-rows'), {childList: true}); }"""
    )
    server.flow(rate=20_000, seconds=2)
    eventually(lambda: viewer.page.evaluate("window.shown + window.declared") == 40_000, 30)
    assert viewer.page.evaluate("window.declared") == server.seen()["skipped"]
    assert len(viewer.texts) <= 1000


def test_marker_stands_between_lines(viewer, server):
    server.number(count=2)
    viewer.open().until_last(2)
    marker = {"kind": "started", "message": "The container started", "time": "2026-11-20T10:00:00.000000000Z"}
    server.tell(event="marker", message={**marker, "position": "L2/+="})
    server.number(count=1)
    viewer.until_last(3)
    words = viewer.page.locator(".log-rows > *").all_inner_texts()
    assert "The container started" in words[2]
    assert "line 3" in words[3]


def test_ended_session_leads_to_the_login_page_and_back(viewer, server):
    server.number(count=5)
    viewer.open(fragment="#L3%2F%2B%3D")
    server.end_session()
    viewer.page.wait_for_url("**/login?*")
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(viewer.page.url).query)
    assert query["next"] == ["/containers/shop/logs?theme=light#L3%2F%2B%3D"]


def test_server_that_is_down_does_not_look_like_an_ended_session(viewer, server):
    viewer.open()
    server.set(refuses=True)
    server.drop()
    eventually(lambda: len(server.seen()["connects"]) >= 3)
    assert "/containers/shop/logs" in viewer.page.url


def test_status_of_engine_and_container_is_shown(viewer, server):
    viewer.open()
    server.tell(
        event="status", message={"state": "lost", "message": "The engine does not answer. Trying again in 8 s."}
    )
    eventually(lambda: viewer.state == "lost")
    assert "The engine does not answer" in viewer.page.inner_text(".log-state")
    server.tell(event="status", message={"state": "ended", "message": "Exited (1)"})
    eventually(lambda: viewer.state == "ended")
    assert "Exited (1)" in viewer.page.inner_text(".log-state")
    server.tell(event="status", message={"state": "live", "message": ""})
    eventually(lambda: viewer.state == "live")
    assert "live" in viewer.page.inner_text(".log-announce")


def test_watch_that_is_refused_for_good_ends_with_the_reason(viewer, server):
    server.set(watch_error={"kind": "not_found", "message": "Container not found"})
    viewer.page.goto(server.log_page)
    eventually(lambda: viewer.state == "ended")
    assert "Container not found" in viewer.page.inner_text(".log-state")


def test_watch_that_is_refused_for_now_is_tried_again(viewer, server):
    server.set(watch_error={"kind": "unavailable", "message": "The engine does not answer"})
    viewer.page.goto(server.log_page)
    eventually(lambda: viewer.state == "lost")
    server.set(watch_error=None)
    eventually(lambda: viewer.state == "live")


def test_unreadable_log_says_why(viewer, server):
    viewer.open()
    server.tell(
        event="problem", message={"error": {"kind": "unavailable", "message": "The log driver none keeps nothing."}}
    )
    eventually(lambda: "keeps nothing" in viewer.problem)


def test_empty_log_says_what_will_be_here(viewer, server):
    viewer.open()
    eventually(lambda: "No lines yet" in viewer.page.inner_text(".log-scroll"))
    server.number(count=1)
    viewer.until_last(1)
    eventually(lambda: "No lines yet" not in viewer.page.inner_text(".log-scroll"))


def test_log_that_will_bring_nothing_says_why_where_its_lines_would_be(viewer, server):
    viewer.open()
    eventually(lambda: "No lines yet" in viewer.page.inner_text(".log-empty"))
    server.tell(event="status", message={"state": "ended", "message": "This log cannot be read.", "container": None})
    eventually(lambda: viewer.page.inner_text(".log-empty").strip() == "This log cannot be read.")
    server.tell(event="status", message={"state": "live", "message": ""})
    eventually(lambda: "No lines yet" in viewer.page.inner_text(".log-empty"))
