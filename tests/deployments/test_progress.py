"""What git and the builder print becomes lines: whole ones, and redrawn ones once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.deployments.journal.progress import CUT_MARK, LONGEST_LINE, PATIENCE_SECONDS, Lines, step


def lines_of(*pieces):
    lines = Lines()
    return [line for piece in pieces for line in lines.feed(piece, 0)] + lines.end()


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        (["a\nb\n"], ["a", "b"]),
        (["a", "b\n", "c"], ["ab", "c"]),
        (["a\n\nb\n"], ["a", "", "b"]),
        (["a\r\nb\r\n"], ["a", "b"]),
        (["a\r", "\nb\r", "\n"], ["a", "b"]),
        (["10%\r20%\r100%, done.\n"], ["100%, done."]),
        (["10%\r", "20%\r", "100%, done.\n", "next\n"], ["100%, done.", "next"]),
        (["10%\r20%\r"], ["20%"]),
        (["\x1b[1mbold\x1b[0m\n"], ["\x1b[1mbold\x1b[0m"]),
        ([], []),
    ],
)
def test_pieces_become_lines(pieces, lines):
    assert lines_of(*pieces) == lines


@given(st.lists(st.text("ab\n\r", max_size=5)))
def test_how_it_was_cut_into_pieces_does_not_matter(pieces):
    assert lines_of(*pieces) == lines_of("".join(pieces))


def test_what_is_redrawn_for_long_is_shown_now_and_then():
    lines = Lines()
    shown = [line for second in range(20) for line in lines.feed(f"{second}0%\r", second / 2)]
    assert shown == ["60%", "120%", "180%"]
    assert PATIENCE_SECONDS == 3


def test_an_endless_line_is_cut_and_not_kept():
    lines = Lines()
    for _ in range(40):
        lines.feed("x" * 65_536, 0)
    assert lines.feed("\nnext\n", 0) == ["x" * LONGEST_LINE + CUT_MARK, "next"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Step 3/8 : COPY . .", (3, 8)),
        ("Step 10/10 : CMD exec true", (10, 10)),
        (" Step 3/8 : COPY . .", None),
        ("Step 3 of 8", None),
        ("Stepping 3/8 : on", None),
    ],
)
def test_a_step_of_the_build_is_known(line, found):
    assert step(line) == found
