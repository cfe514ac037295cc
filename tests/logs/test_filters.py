"""Who sees which line."""

import time

import pytest

from paas.errors import Invalid
from paas.logs.filters import LONGEST_PATTERN, LineFilter
from paas.logs.reading.lines import LogLine


def _line(text, stream="stdout"):
    return LogLine("p", "2026-11-20T10:21:07.412345678Z", "web", stream, text)


@pytest.mark.parametrize(
    ("only", "text", "passes"),
    [
        ({}, "anything", True),
        ({"contains": "error"}, "an ERROR here", True),
        ({"contains": "error"}, "all well", False),
        ({"contains": "a.b"}, "aXb", False),
        ({"contains": "a.b*(c)[d]\\"}, "x a.b*(c)[d]\\ y", True),
        ({"contains": "größe"}, "DIE GRÖSSE, die GRÖßE", True),
        ({"contains": "naïve ☃"}, "a NAÏVE ☃!", True),
        ({"contains": "a\0b"}, "a\0b", True),
        ({"contains": "red text"}, "\x1b[31mred\x1b[0m text", True),
        ({"contains": "[31m"}, "\x1b[31mred", False),
        ({"regex": "^red"}, "\x1b[1;31mred", True),
        ({"regex": "error"}, "an ERROR here", False),
        ({"regex": "(?i)error"}, "an ERROR here", True),
        ({"regex": r"\b5\d\d\b"}, "GET / 503 12ms", True),
        ({"regex": r"^\d+$"}, "12 ", False),
        ({"regex": "a|b", "contains": "c"}, "b and c", True),
        ({"regex": "a|b", "contains": "c"}, "b alone", False),
        ({"stream": "stdout"}, "x", True),
        ({"stream": "stderr"}, "x", False),
    ],
)
def test_lines_pass(only, text, passes):
    assert LineFilter(**only).matches(_line(text)) is passes


def test_only_a_filter_without_wishes_passes_all():
    assert LineFilter().passes_all
    assert not LineFilter(stream="stderr").passes_all
    lines = [_line("a"), _line("b", "stderr")]
    assert LineFilter().choose(lines) == lines
    assert LineFilter(stream="stderr").choose(lines) == lines[1:]


def test_equal_filters_share_a_channel():
    assert hash(LineFilter(contains="x")) == hash(LineFilter(contains="x"))
    assert LineFilter(contains="x") == LineFilter(contains="x") != LineFilter(regex="x")


@pytest.mark.parametrize(
    ("only", "told"),
    [
        ({"stream": "stdin"}, "stdout or stderr, not 'stdin'"),
        ({"regex": "("}, "missing \\)"),
        ({"regex": "a**"}, "bad repetition"),
        ({"regex": r"(?<=a)b"}, "cannot be used"),
        ({"regex": r"(a)\1"}, "cannot be used"),
        ({"regex": "((a{1000}){1000}){1000}"}, "cannot be used"),
        ({"contains": "x" * (LONGEST_PATTERN + 1)}, "longer than 1000"),
        ({"regex": "x" * (LONGEST_PATTERN + 1)}, "longer than 1000"),
        ({"contains": "\ud800"}, "cannot be used"),
        ({"regex": "\ud800"}, "cannot be used"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_with_the_reason(only, told):
    with pytest.raises(Invalid, match=told):
        LineFilter(**only)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)*c", "(.*a){20}b", "(a?){50}a{50}b"])
def test_no_pattern_takes_more_than_linear_time(pattern):
    """Python's own engine would be at it for years."""
    only = LineFilter(regex=pattern)
    began = time.process_time()
    only.matches(_line("a" * 20_000 + "!"))
    assert time.process_time() - began < 2


def test_a_line_of_escapes_is_searched_at_once():
    began = time.process_time()
    assert not LineFilter(contains="needle").matches(_line("\x1b[" * 300_000 + "0;" * 100_000))
    assert time.process_time() - began < 2
