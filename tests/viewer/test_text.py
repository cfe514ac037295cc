"""What a container writes is shown as text, whatever it is: colours, control characters, markup, JSON, levels."""

import pytest

from tests.waiting import eventually

ESC = "\x1b"


@pytest.fixture
def shown(viewer, server):
    """Writes lines, opens the log, and gives the `.log-text` of the last one."""

    def show(*lines):
        server.write(*lines)
        viewer.open()
        eventually(lambda: viewer.page.locator(".log-row").count() == len(lines))
        return viewer.page.locator(".log-row").last.locator(".log-text")

    return show


HOSTILE = [
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    '"><svg/onload=window.hacked=1>',
    "{{ 7 * 7 }} ${7 * 7} &lt;b&gt; <!-- ",
    "javascript:window.hacked=1",
]


def test_markup_is_text(viewer, shown):
    shown(*HOSTILE)
    assert viewer.texts == HOSTILE
    assert viewer.page.evaluate("window.hacked") is None
    assert viewer.page.locator(".log-rows :is(script, img, svg, b)").count() == 0


def test_markup_inside_colours_and_json_is_text(viewer, shown):
    shown(f"{ESC}[31m<b onclick=x>red</b>{ESC}[0m", '{"message": "<img src=x onerror=hacked=1>", "<i>": "<u>"}')
    viewer.page.click(".log-fold")
    assert viewer.page.locator(".log-rows :is(b, img, i, u)").count() == 0
    assert "<b onclick=x>red</b>" in viewer.texts[0]


def test_colours_are_spans(shown):
    text = shown(
        f"a {ESC}[1;31mred{ESC}[0m b {ESC}[38;5;208morange{ESC}[0m "
        f"{ESC}[48;2;10;20;30mground{ESC}[m {ESC}[38:2::9:200:7mgreen"
    )
    assert text.inner_text() == "a red b orange ground green"
    spans = text.locator("span")
    assert spans.nth(0).get_attribute("class") == "ansi-bold ansi-red-fg"
    assert spans.nth(1).evaluate("(span) => span.style.color") == "rgb(255, 135, 0)"
    assert spans.nth(2).evaluate("(span) => span.style.backgroundColor") == "rgb(10, 20, 30)"
    assert spans.nth(3).evaluate("(span) => span.style.color") == "rgb(9, 200, 7)"


@pytest.mark.parametrize(
    "bomb",
    [
        f"{ESC}[1m" * 20_000 + "end",
        "".join(f"{ESC}[3{n % 8}mx" for n in range(20_000)),
        f"{ESC}]0;" * 50_000,
        f"{ESC}[" * 50_000,
    ],
    ids=["same", "different", "unended titles", "unended sequences"],
)
def test_ansi_bomb_stays_small(viewer, shown, bomb):
    shown(bomb)
    assert viewer.page.locator(".log-text *").count() <= 450


def test_other_sequences_leave_no_trace(shown):
    text = shown(
        f"{ESC}]0;title\x07one{ESC}[2J {ESC}]8;;http://x.example{ESC}\\link{ESC}]8;;{ESC}\\{ESC}(B{ESC}[?25l two"
    )
    assert text.inner_text() == "one link two"


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("a\x00b", "a\u2400b"), ("bell\x07", "bell\u2407"), ("half \x1b", "half \u241b"),
        ("c1 \x9b31m", "c1 [U+009B]31m"),
        ("\x7f", "\u2421"), ("tab\tstays", "tab\tstays"),
        ("user\u202egnp.exe", "user[U+202E]gnp.exe"), ("a\u2066b\u2069", "a[U+2066]b[U+2069]"),
        ("two\u2028lines", "two[U+2028]lines"),
    ],
)  # fmt: skip
def test_unseen_characters_are_seen(viewer, shown, raw, seen):
    shown(raw)
    assert viewer.texts == [seen]


def test_right_to_left_text_does_not_turn_its_row_around(viewer, shown):
    text = shown("\u05e9\u05dc\u05d5\u05dd world")
    assert text.evaluate("(cell) => getComputedStyle(cell).unicodeBidi") == "isolate"


@pytest.mark.parametrize(
    ("raw", "end"),
    [
        ("10 %\r50 %\r100 %", "100 %"), ("longer text\rshort", "shortr text"), ("longer\r\x1b[Kx", "x"),
        ("windows\r", "windows"),
        ("abc\b\bX", "aXc"), ("\x1b[32m1/2\x1b[0m\r\x1b[32m2/2\x1b[0m", "2/2"),
    ],
)  # fmt: skip
def test_progress_shows_what_a_terminal_shows_at_the_end(shown, raw, end):
    assert (
        shown(raw).evaluate(
            """(cell) => [...cell.childNodes].filter((node) => node.tagName !== 'BUTTON')
            .map((node) => node.textContent).join('').trim()"""
        )
        == end
    )


def test_overwritten_parts_can_be_seen(viewer, shown):
    text = shown("10 %\r100 %")
    viewer.page.click(".log-more")
    assert "10 %\u240d100 %" in text.inner_text()


def test_long_line_shows_its_beginning_and_all_when_asked(viewer, shown):
    line = "start " + "x" * 1_048_560 + " end"
    text = shown(line)
    assert len(text.inner_text()) < 2100
    assert viewer.page.inner_text(".log-more") == "show all 1.0 MB"
    viewer.page.click(".log-more")
    assert text.evaluate("(cell) => cell.textContent.includes('x end')")
    viewer.page.click(".log-more")
    assert len(text.inner_text()) < 2100


LEVELS = [
    ("2026-11-20 10:00:00,123 ERROR root: boom", "error"),
    ("[2026-11-20T10:00:00Z WARN  crate] x", "warn"),
    ("2026-11-20T10:00:00.000Z  INFO 1 --- [main] c.e.App : up", "info"),
    ("10:00:00.123 [main] DEBUG com.foo - x", "debug"),
    ("time=2026 level=warning msg=x", "warn"),
    ('{"level":"error","msg":"no"}', "error"),
    ('{"level":30,"msg":"pino"}', "info"),
    ('{"severity":"CRITICAL","message":"x"}', "fatal"),
    ("E1120 10:00:00.000000 1 main.go:1] klog", "error"),
    ("2026/11/20 10:00:00 [error] 12#12: *1 open() failed", "error"),
    ("2026-11-20 10:00:00 UTC [12] ERROR:  relation does not exist", "error"),
    ("2026-11-20 10:00:00 UTC [12] LOG:  ready", "info"),
    ("ERROR:root:python", "error"),
    ("npm ERR! code 1", "error"),
    ("warning: unused variable", "warn"),
    ("Traceback (most recent call last):", "error"),
    ("ValueError: no", "error"),
    ("FATAL: out of memory", "fatal"),
    ("TRACE entering", "trace"),
    ("\x1b[31mERROR\x1b[0m coloured", "error"),
    ("0 errors, 0 warnings", None),
    ("GET /error 200", None),
    ("no ERROR was found in the whole file", None),
    ("see the information page", None),
    ("the level is high", None),
    ("errors=0", None),
    ("plain", None),
]


def test_levels_are_found_where_levels_stand(viewer, shown):
    shown(*[line for line, _ in LEVELS])
    found = viewer.page.evaluate(
        """[...document.querySelectorAll('.log-row')].map((row) =>
        [row.dataset.level ?? null, row.querySelector('.log-level').textContent.trim()])"""
    )
    assert [level for level, _ in found] == [level for _, level in LEVELS]
    assert [word for _, word in found] == [(level or "").upper() for _, level in LEVELS]


def test_json_line_shows_its_message_first_and_the_rest_on_demand(viewer, shown):
    text = shown('{"time":"2026","level":"info","msg":"cart paid","user":7,"deep":{"list":[1,{"a":null}]}}')
    assert text.inner_text().strip() == "cart paid user=7"
    viewer.page.click(".log-fold")
    tree = viewer.page.inner_text(".log-json")
    assert '"cart paid"' in tree
    assert "list: [" in tree
    assert "a: null" in tree
    viewer.page.click(".log-fold")
    assert viewer.page.locator(".log-json").count() == 0


def test_json_that_is_not_folded_is_shown_as_written(viewer, shown):
    line = '{"msg":"cart paid","user":7}'
    shown(line)
    viewer.page.click(".log-menu summary")
    viewer.page.click("[data-choice=foldsJson]")
    eventually(lambda: viewer.texts == [line])


@pytest.mark.parametrize("line", ["{not json}", '{"a":', "[1,2]", '{"__proto__":{"x":1},"constructor":"x","msg":3}'])
def test_odd_json_is_no_trouble(viewer, shown, line):
    shown(line)
    assert len(viewer.texts) == 1


def test_addresses_are_links_and_nothing_else_is(viewer, shown):
    text = shown(
        "see https://a.example/x?y=1&z=(2). or http://b.example, not javascript:alert(1) or data:text/html,x (http://c.example)"
    )
    links = text.locator("a")
    assert links.evaluate_all("(links) => links.map((link) => link.href)") == [
        "https://a.example/x?y=1&z=(2)", "http://b.example/", "http://c.example/",
    ]  # fmt: skip
    assert links.first.get_attribute("rel") == "noopener noreferrer"
    assert links.first.get_attribute("target") == "_blank"
