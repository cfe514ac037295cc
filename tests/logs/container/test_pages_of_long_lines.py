"""A page of very long lines is a short page, and says that there is more."""

import pytest

from paas.logs.container import pages
from paas.logs.filters import LineFilter
from paas.logs.reading.lines import LogLine

LONG = [LogLine(f"p{number}", "2026-11-20T10:00:00.000000000Z", "web", "stdout", "x" * 1000) for number in range(50)]
END = pages._End("p40", is_inclusive=False)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(pages, "MOST_CHARACTERS", 10_000)


def test_the_page_before_keeps_the_newest():
    seen = pages._up_to(END, iter(LONG), LineFilter(), 30)
    assert [line.position for _, line in seen.kept] == [f"p{number}" for number in range(30, 40)]
    assert seen.has_end
    assert seen.is_cut


def test_lines_that_fit_are_not_cut():
    seen = pages._up_to(END, iter(LONG), LineFilter(), 5)
    assert len(seen.kept) == 5
    assert seen.has_end
    assert not seen.is_cut


def test_the_page_after_ends_early(monkeypatch):
    monkeypatch.setattr(pages, "lines_after", lambda *_, **__: iter(LONG))
    page = pages.Pages().after(None, cursor=None, only=LineFilter(), limit=30)
    assert page.lines == LONG[:11]
    assert page.more
