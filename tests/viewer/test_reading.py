"""Streams and levels, copying, links to lines, preferences, keys, and a narrow screen."""

from datetime import timedelta

import pytest

from tests.viewer.scripted_log import START
from tests.viewer.viewer import contiguous
from tests.waiting import eventually


def test_stream_can_be_chosen(viewer, server):
    server.write("out 1", ["stderr", "web.1", "err 2"], "out 3")
    viewer.open()
    viewer.page.click(".log-menu summary")
    viewer.page.select_option("[data-choice=stream]", "stderr")
    eventually(lambda: viewer.texts == ["err 2"])


def test_level_filter_looks_through_the_whole_log(viewer, server):
    server.write(*[f"ERROR boom {n}" if n % 500 == 0 else f"INFO fine {n}" for n in range(5000)], "  at once")
    viewer.open()
    viewer.page.select_option("[data-choice=level]", "error")
    eventually(lambda: viewer.numbers == list(range(0, 5000, 500)))
    server.write("INFO fine", "ERROR boom 9", "  at line 10", "INFO fine 11")
    eventually(lambda: viewer.texts[-2:] == ["ERROR boom 9", "  at line 10"])
    viewer.page.select_option("[data-choice=level]", "")
    eventually(lambda: len(viewer.texts) == 1000 and viewer.texts[-1] == "INFO fine 11")


@pytest.mark.parametrize(
    ("action", "copied"),
    [("line", "red <b> line"), ("timed", "2026-11-20T10:00:00.000000123Z web.1 red <b> line")],
)
def test_copy_of_a_line_is_plain(viewer, server, action, copied):
    server.write("\x1b[31mred\x1b[0m <b> line")
    viewer.open()
    viewer.page.hover(".log-row .log-text")
    viewer.page.click(f"[data-action={action}]")
    eventually(lambda: viewer.page.evaluate("navigator.clipboard.readText()") == copied)


def test_selection_copies_lines_without_time_process_and_level(viewer, server):
    server.write("ERROR one", ["stderr", "worker.1", "two"], "three")
    viewer.open()
    eventually(lambda: len(viewer.texts) == 3)
    viewer.page.evaluate("() => getSelection().selectAllChildren(document.querySelector('.log-rows'))")
    viewer.page.keyboard.press("Control+c")
    eventually(
        lambda: viewer.page.evaluate("navigator.clipboard.readText()").split("\n") == ["ERROR one", "two", "three"]
    )


def test_link_to_a_line_opens_the_log_around_it(viewer, server):
    server.number(count=9000)
    viewer.open().until_last(9000)
    viewer.page.hover(".log-row >> nth=-5 >> .log-text")
    viewer.page.click("[data-action=link]")
    link = eventually(lambda: viewer.page.evaluate("navigator.clipboard.readText()"))
    assert link.endswith("#L8996%2F%2B%3D")
    viewer.page.goto("about:blank")
    viewer.page.goto(link.replace("8996", "4321"))
    eventually(lambda: viewer.page.locator(".log-row.is-chosen .log-text").all_inner_texts() == ["line 4321"])
    assert contiguous(viewer.numbers)
    assert 100 < viewer.place_of("line 4321") < 700
    eventually(lambda: viewer.state == "live")
    server.number(count=3)
    eventually(lambda: viewer.jump == "3 new lines")
    assert 100 < viewer.place_of("line 4321") < 700


@pytest.mark.parametrize("number", [1, 2, 300])
def test_link_to_a_line_at_either_end_of_the_log(viewer, server, number):
    server.number(count=300)
    viewer.open(fragment=f"#L{number}%2F%2B%3D")
    eventually(lambda: viewer.page.locator(".log-row.is-chosen .log-text").all_inner_texts() == [f"line {number}"])
    server.number(count=1)
    eventually(lambda: viewer.numbers == list(range(1, 302)))


def test_link_to_a_line_that_is_gone_says_so_and_shows_the_newest(viewer, server):
    server.number(count=30)
    viewer.open(fragment="#nonsense").until_last(30)
    assert "not in the log" in viewer.page.inner_text(".log-said")


def test_address_that_names_a_moment_opens_the_log_there(viewer, server):
    server.number(count=5000)
    moment = START + timedelta(milliseconds=7 * 2499 - 3)  # just before line 2500
    viewer.open(fragment=f"#at={moment.timestamp():.3f}")
    eventually(lambda: viewer.page.locator(".log-row.is-chosen .log-text").all_inner_texts() == ["line 2500"])
    assert contiguous(viewer.numbers)
    later = (START + timedelta(days=1)).timestamp()
    viewer.page.evaluate("(at) => (location.hash = `#at=${at}`)", later)
    viewer.until_last(5000)
    assert "No line was written since then." in viewer.page.inner_text(".log-said")


def test_download_is_a_plain_link(viewer, server):
    viewer.open()
    link = viewer.page.locator("a[download]")
    assert link.get_attribute("href") == "/api/v1/containers/shop/logs?format=text&download=1"


def times(viewer):
    return viewer.page.locator(".log-time").first.inner_text().strip()


def test_time_is_local_or_utc_or_off_and_remembered(viewer, server):
    server.number(count=1)
    viewer.open().until_last(1)
    assert times(viewer).endswith("19:00:00.000")
    viewer.page.keyboard.press("t")
    assert times(viewer).endswith("10:00:00.000")
    viewer.page.keyboard.press("t")
    assert not viewer.page.locator(".log-time").first.is_visible()
    viewer.page.reload()
    viewer.until_last(1)
    assert not viewer.page.locator(".log-time").first.is_visible()


def test_wrap_is_remembered(viewer, server):
    server.write("wide " * 200)
    viewer.open()
    eventually(lambda: viewer.page.locator(".log-row").count() == 1)
    one = viewer.page.locator(".log-row").bounding_box()["height"]
    viewer.page.keyboard.press("w")
    assert viewer.page.locator(".log-row").bounding_box()["height"] > 2 * one
    viewer.page.reload()
    eventually(lambda: viewer.page.locator(".log-row").count() == 1)
    assert viewer.page.locator(".log-row").bounding_box()["height"] > 2 * one


def test_keys_do_nothing_while_typing(viewer, server):
    server.number(count=50)
    viewer.open().until_last(50)
    viewer.page.keyboard.press("/")
    viewer.page.keyboard.type("wtfgp?")
    assert viewer.page.input_value(".log-search-text") == "wtfgp?"
    assert not viewer.page.locator("dialog").is_visible()
    assert viewer.jump == ""


def test_help_opens_and_closes(viewer, server):
    viewer.open()
    viewer.page.keyboard.press("?")
    assert viewer.page.locator("dialog.log-help").is_visible()
    viewer.page.keyboard.press("Escape")
    assert not viewer.page.locator("dialog.log-help").is_visible()


def test_f_stops_following_and_follows_again(viewer, server):
    server.number(count=300)
    viewer.open().until_last(300)
    viewer.page.keyboard.press("f")
    server.number(count=5)
    eventually(lambda: viewer.jump == "5 new lines")
    viewer.page.keyboard.press("f")
    eventually(lambda: viewer.jump == "" and viewer.distance < 1)


def test_stderr_and_processes_are_told_apart(viewer, server):
    server.write("one", ["stderr", "worker.1", "two"])
    viewer.open()
    eventually(lambda: viewer.page.locator(".log-process >> visible=true").count() == 2)
    first, second = viewer.page.locator(".log-process").evaluate_all("(cells) => cells.map((cell) => cell.className)")
    assert first != second


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_narrow_screen_has_no_sideways_scroll_and_all_controls(viewer, server, theme):
    viewer.page.set_viewport_size({"width": 360, "height": 640})
    server.write(*["INFO a line that is longer than a telephone is wide, as most lines are"] * 60)
    viewer.open(theme=theme)
    eventually(lambda: len(viewer.texts) == 60)
    assert viewer.page.evaluate("document.documentElement.scrollWidth") <= 360
    for name in (".log-search-text", "[data-command=pause]", ".log-menu summary", ".log-level-choice"):
        box = viewer.page.locator(name).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    viewer.page.click(".log-menu summary")
    panel = viewer.page.locator(".log-menu-panel").bounding_box()
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= 360
