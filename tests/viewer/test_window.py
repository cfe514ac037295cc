"""The window of a thousand rows: its cap, when it follows, that nothing moves under the eye, that it reaches all."""

import pytest

from tests.viewer.viewer import contiguous
from tests.waiting import eventually


def test_shows_the_tail_then_what_is_written(viewer, server):
    server.number(count=150)
    viewer.open().until_last(150)
    assert viewer.numbers == list(range(51, 151))
    server.number(count=5)
    viewer.until_last(155)
    assert viewer.numbers == list(range(51, 156))


def test_row_carries_position_stream_process_and_text(viewer, server):
    server.write(["stderr", "worker.2", "it broke"])
    viewer.open()
    row = viewer.row("it broke")
    eventually(lambda: row.count() == 1)
    assert row.get_attribute("data-position") == "L1/+="
    assert row.get_attribute("data-stream") == "stderr"
    assert row.get_attribute("data-process") == "worker.2"
    assert "stderr" in row.inner_text()
    scroller = viewer.page.locator(".log-view .log-scroll")
    assert (scroller.get_attribute("role"), scroller.get_attribute("aria-live")) == ("log", "off")


def test_holds_a_thousand_rows_and_never_more(viewer, server):
    server.number(count=100)
    viewer.open().until_last(100)
    viewer.page.evaluate(
        """() => { window.most = 0; new MutationObserver(() => {
        window.most = Math.max(window.most, document.querySelectorAll('.log-row').length);
        }).observe(document.querySelector('.log-rows'), {childList: true}); }"""
    )
    server.number(count=3000)
    viewer.until_last(3100)
    assert viewer.numbers == list(range(2101, 3101))
    assert viewer.page.evaluate("window.most") == 1000


def test_markers_are_bounded_too(viewer, server):
    server.number(count=10)
    viewer.open().until_last(10)
    for number in range(300):
        server.tell(
            event="marker",
            message={"kind": "started", "message": f"Started {number}", "time": "", "position": "L10/+="},
        )
    server.number(count=1200)
    viewer.until_last(1210)
    assert viewer.page.locator(".log-marker").count() <= 200


@pytest.mark.parametrize(("distance", "follows"), [(0, True), (49, True), (51, False), (400, False)])
def test_follows_within_fifty_pixels_of_the_bottom(viewer, server, distance, follows):
    server.number(count=200)
    viewer.open().until_last(200)
    viewer.scroll_to(distance)
    assert (viewer.jump == "") is follows
    server.number(count=3)
    viewer.until_last(203)
    viewer.frames()
    assert viewer.distance == pytest.approx(0 if follows else distance + 3 * 19, abs=1)
    assert viewer.jump == ("" if follows else "3 new lines")


def test_follows_again_at_the_bottom(viewer, server):
    server.number(count=200)
    viewer.open().until_last(200)
    viewer.scroll_to(500)
    server.number(count=2)
    eventually(lambda: viewer.jump == "2 new lines")
    viewer.scroll_to(0)
    assert viewer.jump == ""
    server.number(count=2)
    viewer.until_last(204)
    assert viewer.distance == pytest.approx(0, abs=1)


def test_button_leads_to_the_newest_line(viewer, server):
    server.number(count=200)
    viewer.open().until_last(200)
    viewer.scroll_to(500)
    server.number(count=1)
    eventually(lambda: viewer.jump == "1 new line")
    viewer.page.click(".log-jump")
    eventually(lambda: viewer.jump == "" and viewer.distance < 1)


def test_text_does_not_move_while_lines_come_and_older_rows_leave(viewer, server):
    server.number(count=900)
    server.set(tail=900)
    viewer.open().until_last(900)
    viewer.scroll_to(4000)
    text = viewer.first_visible()
    place = viewer.place_of(text)
    for _ in range(6):
        server.number(count=100)
        viewer.frames(4)
        assert viewer.place_of(text) == place
    eventually(lambda: viewer.jump == "600 new lines")
    assert viewer.place_of(text) == place
    assert len(viewer.texts) == 1000
    assert contiguous(viewer.numbers)


def test_text_does_not_move_when_older_lines_are_loaded(viewer, server):
    server.number(count=3000)
    viewer.open().until_last(3000)
    for _ in range(5):
        server.set(holds_rest=True)
        viewer.page.evaluate("document.querySelector('.log-scroll').scrollTop = 3")
        viewer.frames()
        text, oldest = viewer.first_visible(), viewer.numbers[0]
        place = viewer.place_of(text)
        server.set(holds_rest=False)
        eventually(lambda oldest=oldest: viewer.numbers[0] < oldest)
        assert viewer.place_of(text) == place
    assert len(viewer.texts) == 1000
    assert contiguous(viewer.numbers)


def test_text_does_not_move_when_long_lines_wrap(viewer, server):
    server.write(*[f"{'word ' * (number % 90)}{number}" for number in range(300)])
    server.set(tail=300)
    viewer.open().until_last(299)
    viewer.scroll_to(2500)
    text = viewer.first_visible()
    place = viewer.place_of(text)
    viewer.page.keyboard.press("w")
    viewer.frames()
    assert viewer.place_of(text) == pytest.approx(place, abs=1)
    server.write("one more 300")
    viewer.until_last(300)
    assert viewer.place_of(text) == pytest.approx(place, abs=1)


def test_slides_over_the_whole_log_and_back_to_live(viewer, server):
    server.number(count=20_000)
    viewer.open().until_last(20_000)
    seen = set(viewer.numbers)

    def step(pixels) -> list[int]:
        viewer.scroll_by(pixels)
        numbers = viewer.numbers
        assert contiguous(numbers)
        assert len(numbers) <= 1000
        seen.update(numbers)
        return numbers

    eventually(lambda: step(-6000)[0] == 1, what="the first line", deadline_seconds=60)
    eventually(lambda: "begins here" in viewer.page.inner_text(".log-edge-older"))
    assert seen == set(range(1, 20_001))
    server.number(count=30)
    eventually(lambda: viewer.jump == "30 new lines")
    eventually(lambda: step(6000)[-1] == 20_030, what="the live end", deadline_seconds=60)
    eventually(lambda: viewer.scroll_to(0) or viewer.jump == "")
    server.number(count=3)
    viewer.until_last(20_033)
    assert contiguous(viewer.numbers)
    assert server.seen()["skipped"] == 0


def test_lines_that_come_while_reading_elsewhere_are_counted_and_reachable(viewer, server):
    server.number(count=5000)
    viewer.open().until_last(5000)
    viewer.page.keyboard.press("g")
    eventually(lambda: viewer.numbers[:1] == [1])
    server.flow(rate=4000, seconds=1)
    eventually(lambda: viewer.jump == "4,000 new lines")
    assert server.seen()["skipped"] == 0
    viewer.page.keyboard.press("G")
    viewer.until_last(9000)
    assert contiguous(viewer.numbers)


def test_both_g_lead_to_both_ends(viewer, server):
    server.number(count=3000)
    viewer.open().until_last(3000)
    viewer.page.keyboard.press("g")
    eventually(lambda: viewer.numbers[:1] == [1])
    assert viewer.first_visible() == "line 1"
    viewer.page.keyboard.press("G")
    viewer.until_last(3000)
    eventually(lambda: viewer.distance < 1)


def test_shift_of_a_window_that_is_made_smaller_keeps_the_end(viewer, server):
    server.number(count=300)
    viewer.open().until_last(300)
    viewer.page.set_viewport_size({"width": 700, "height": 400})
    viewer.frames(3)
    assert viewer.distance == pytest.approx(0, abs=1)


def test_pause_appends_nothing_and_resumes_without_a_gap(viewer, server):
    server.number(count=100)
    viewer.open().until_last(100)
    viewer.page.keyboard.press("p")
    server.number(count=40)
    eventually(lambda: "40 new lines" in viewer.jump)
    assert viewer.numbers[-1] == 100
    viewer.page.keyboard.press("p")
    viewer.until_last(140)
    assert viewer.numbers == list(range(1, 141))


def test_clear_drops_rows_and_scrolling_up_brings_them_back(viewer, server):
    server.number(count=300)
    viewer.open().until_last(300)
    viewer.page.click(".log-menu summary")
    viewer.page.click("[data-command=clear]")
    eventually(lambda: viewer.texts == [])
    server.number(count=2)
    viewer.until_last(302)
    assert viewer.numbers == [301, 302]
    viewer.page.hover(".log-scroll")
    viewer.page.mouse.wheel(0, -200)
    eventually(lambda: viewer.numbers[:1] == [1])
    assert viewer.numbers == list(range(1, 303))


def test_hidden_tab_loses_nothing(viewer, server):
    server.number(count=10)
    viewer.open().until_last(10)
    viewer.page.evaluate(
        """() => { Object.defineProperty(document, 'hidden', {get: () => true, configurable: true});
        window.requestAnimationFrame = () => 0; document.dispatchEvent(new Event('visibilitychange')); }"""
    )
    server.flow(rate=2000, seconds=2)
    viewer.until_last(4010)
    assert viewer.numbers == list(range(3011, 4011))
    assert server.seen()["skipped"] == 0
