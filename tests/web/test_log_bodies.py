"""The one-shot read in pieces."""

import pytest

from paas.errors import Unavailable
from paas.logs.reading.lines import LogLine
from paas.web import log_bodies


def _line(text):
    return LogLine("position", "time", "web", "stdout", text)


def test_long_lines_are_not_collected():
    pieces = log_bodies._pieces(iter([_line("x" * 1_000_000)] * 5))
    assert [len(piece) for piece in pieces] == [1] * 5


def test_short_lines_go_together():
    pieces = log_bodies._pieces(iter([_line("x")] * 1_100))
    assert [len(piece) for piece in pieces] == [500, 500, 100]


def test_what_came_before_a_failure_is_sent():
    def lines():
        yield _line("x")
        raise Unavailable("The engine stopped.")

    pieces = log_bodies._pieces(lines())
    assert next(pieces) == [_line("x")]
    with pytest.raises(Unavailable):
        next(pieces)
