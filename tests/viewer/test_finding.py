"""The search over what is shown, and the filter on the server."""

from tests.waiting import eventually


def count(viewer):
    return viewer.page.inner_text(".log-search-count")


def highlighted(viewer):
    return viewer.page.evaluate(
        """() => [...CSS.highlights.get('log-match')].map((range) =>
        range.startContainer.textContent.slice(range.startOffset, range.endOffset))"""
    )


def search(viewer, words):
    viewer.page.keyboard.press("/")
    viewer.page.keyboard.type(words)


def test_search_counts_highlights_and_steps_through_matches(viewer, server):
    server.write("apple", "Banana apple", "cherry", "APPLE pie")
    viewer.open()
    search(viewer, "apple")
    eventually(lambda: count(viewer) == "3 found")
    assert highlighted(viewer) == ["apple", "apple", "APPLE"]
    viewer.page.keyboard.press("Enter")
    eventually(lambda: count(viewer) == "1 of 3")
    viewer.page.keyboard.press("Shift+Enter")
    eventually(lambda: count(viewer) == "3 of 3")
    viewer.page.click("[data-command=next]")
    eventually(lambda: count(viewer) == "1 of 3")
    viewer.page.focus(".log-search-text")
    viewer.page.keyboard.press("Escape")
    eventually(lambda: highlighted(viewer) == [] and count(viewer) == "")


def test_search_finds_what_comes_later_and_forgets_what_leaves(viewer, server):
    server.number(count=10)
    viewer.open().until_last(10)
    search(viewer, "line")
    eventually(lambda: count(viewer) == "10 found")
    server.number(count=5)
    eventually(lambda: count(viewer) == "15 found")
    server.number(count=2000)
    eventually(lambda: count(viewer) == "1000 found")


def test_search_across_colours(viewer, server):
    server.write("se\x1b[31mar\x1b[0mch here")
    viewer.open()
    search(viewer, "search")
    eventually(lambda: count(viewer) == "1 found")


def test_search_by_pattern(viewer, server):
    server.write("GET 200", "GET 404", "GET 500")
    viewer.open()
    viewer.page.click("[data-command=regex]")
    search(viewer, r"[45]\d\d$")
    eventually(lambda: count(viewer) == "2 found")
    assert highlighted(viewer) == ["404", "500"]


def test_pattern_that_is_not_valid_is_explained(viewer, server):
    viewer.open()
    viewer.page.click("[data-command=regex]")
    search(viewer, "(")
    eventually(lambda: "not valid" in viewer.problem)
    viewer.page.keyboard.type("a)")
    eventually(lambda: viewer.problem == "")


def test_pattern_that_runs_away_is_stopped(viewer, server):
    server.write("a" * 1000 + "!")
    viewer.open()
    viewer.page.click("[data-command=regex]")
    search(viewer, "(a+)+$")
    eventually(lambda: "too long" in viewer.problem)
    server.number(count=1)
    viewer.until_last(2)


def test_step_to_a_match_stops_following(viewer, server):
    server.write(*[f"needle {n}" if n == 5 else f"line {n}" for n in range(200)])
    server.set(tail=200)
    viewer.open().until_last(199)
    search(viewer, "needle")
    viewer.page.keyboard.press("Enter")
    eventually(lambda: viewer.jump != "")
    assert 0 < viewer.place_of("needle 5") < 800


def test_enter_goes_on_from_the_match_where_the_reader_is(viewer, server):
    server.write(*[f"needle {n}" if n % 20 == 10 else f"line {n}" for n in range(200)])
    server.set(tail=200)
    viewer.open().until_last(199)
    search(viewer, "needle")
    eventually(lambda: count(viewer) == "10 found")
    viewer.scroll_to(100_000)
    counts = []
    for key in ("Enter", "Enter", "Enter", "Shift+Enter"):
        viewer.page.keyboard.press(key)
        viewer.frames()
        counts.append(count(viewer))
    assert counts == ["1 of 10", "2 of 10", "3 of 10", "2 of 10"]


def test_escape_closes_the_menu_and_leaves_the_search_alone(viewer, server):
    server.write("a needle")
    viewer.open()
    search(viewer, "needle")
    viewer.page.click(".log-menu summary")
    viewer.page.keyboard.press("Escape")
    eventually(lambda: viewer.page.locator(".log-menu-panel").is_hidden())
    assert viewer.page.input_value(".log-search-text") == "needle"


def test_filter_that_held_before_a_refused_one_goes_with_the_search(viewer, server):
    server.write("GET 200", "GET 404")
    viewer.open()
    viewer.page.click("[data-command=regex]")
    viewer.page.click("[data-command=filter]")
    search(viewer, "404")
    eventually(lambda: viewer.texts == ["GET 404"])
    viewer.page.fill(".log-search-text", "404(")
    eventually(lambda: viewer.problem != "")
    assert viewer.texts == ["GET 404"]
    viewer.page.keyboard.press("Escape")
    eventually(lambda: viewer.texts == ["GET 200", "GET 404"])
    assert viewer.problem == ""


def test_filter_on_the_server_lets_only_matches_come(viewer, server):
    server.write(*[f"{'odd' if n % 2 else 'even'} {n}" for n in range(2000)])
    viewer.open()
    viewer.page.click("[data-command=filter]")
    search(viewer, "odd")
    eventually(lambda: viewer.texts and all("odd" in text for text in viewer.texts))
    assert server.seen()["watches"][-1] == {"container": "shop", "contains": "odd", "tail": 1000}
    server.write("even 2000", "odd 2001")
    eventually(lambda: viewer.texts[-1] == "odd 2001")
    viewer.page.click("[data-command=filter]")
    eventually(lambda: "even 2000" in viewer.texts)


def test_older_lines_come_through_the_same_filter(viewer, server):
    server.write(*[f"{'odd' if n % 2 else 'even'} {n}" for n in range(6000)])
    viewer.open()
    viewer.page.click("[data-command=filter]")
    search(viewer, "odd")
    eventually(lambda: viewer.texts and "odd" in viewer.texts[0])
    eventually(lambda: viewer.scroll_by(-5000) or viewer.texts[0] == "odd 1")
    assert all("odd" in text for text in viewer.texts)


def test_filter_that_the_server_refuses_changes_nothing(viewer, server):
    server.number(count=5)
    viewer.open().until_last(5)
    viewer.page.click("[data-command=regex]")
    viewer.page.click("[data-command=filter]")
    search(viewer, "[z-a]")
    eventually(lambda: "The pattern is not valid" in viewer.problem)
    server.number(count=1)
    viewer.until_last(6)
    assert viewer.numbers == [1, 2, 3, 4, 5, 6]
