"""Reads a deployment's log from its file, piece by piece in a real thread, so that a log of any length takes no more
memory than a short one and holds up nobody.

A reader sees whole lines only: one without its newline is being written, or was torn by a crash and is mended before
the next one is written."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from paas.broadcast import PositionGone
from paas.concurrency import run_blocking
from paas.deployments.journal.lines import JournalLine, decoded, parse_position

PIECE_BYTES = 128 * 1024
MOST_CHARACTERS = 8 * 1024 * 1024
"""A page ends early when its lines are very long: each can be 1 MB."""

MOST_GIVEN_CHARACTERS = 2 * 1024 * 1024
"""What is held for one viewer that comes back, and sent to it at once."""

Only = Callable[[JournalLine], bool]
"""Which lines are wanted. Equal ones share what is made for viewers, so it can be hashed."""


@dataclass(frozen=True)
class Page:
    """Consecutive lines; ``more`` tells whether others lie further in that direction, ``skipped`` how many between a
    position and these were left out."""

    lines: list[JournalLine]
    more: bool = False
    skipped: int = 0


def everything(_line: JournalLine) -> bool:
    return True


class JournalFile:
    """One deployment's file, which need not exist."""

    def __init__(self, path: Path, deployment_id: int) -> None:
        self.path, self.deployment_id = path, deployment_id

    def end(self) -> int:
        """The offset after the last whole line."""
        return run_blocking(last_end, self.path)

    def offset_of(self, place: str) -> int:
        """The offset that the position stands for. PositionGone when no line ends there, as after a power failure, when
        it was shown and had not reached the disk; Invalid for another log's."""
        offset = parse_position(place, self.deployment_id)
        if offset and run_blocking(_read, self.path, offset - 1, 1) != b"\n":
            raise PositionGone("The log no longer holds this position.")
        return offset

    def lines(self, start: int = 0, end: int | None = None) -> Iterator[list[JournalLine]]:
        """The lines from one offset to another, or to the last one there is; in lists, as they are read."""
        at, rest = start, b""
        while piece := run_blocking(_read, self.path, at + len(rest), _wanted(at + len(rest), end)):
            *whole, rest = (rest + piece).split(b"\n")
            lines = []
            for line in whole:
                at += len(line) + 1
                lines.append(decoded(line, self.deployment_id, at))
            if lines:
                yield lines

    def lines_back(self, end: int, start: int = 0) -> Iterator[JournalLine]:
        """The lines from one offset back to another, the last one first."""
        rest, at = b"", end
        while at > start:
            begin = max(at - PIECE_BYTES, start)
            piece = run_blocking(_read, self.path, begin, at - begin) + rest
            first = 0 if begin == start else piece.find(b"\n", 0, -1) + 1
            at = begin
            if first or begin == start:
                yield from self._backwards(piece[first:], begin + len(piece))
                rest = piece[:first]
            else:  # a line that began before it
                rest = piece

    def _backwards(self, whole: bytes, end: int) -> Iterator[JournalLine]:
        for line in reversed(whole[:-1].split(b"\n")):
            yield decoded(line, self.deployment_id, end)
            end -= len(line) + 1

    def start_of_last(self, count: int, only: Only = everything) -> int:
        """The offset from which on there are ``count`` lines that are wanted, or fewer in the whole log."""
        found = 0
        for line in self.lines_back(self.end()) if count else ():
            if found == count:
                return parse_position(line.position, self.deployment_id)
            found += only(line)
        return 0 if count else self.end()

    def before(self, end: int, only: Only = everything, *, limit: int) -> Page:
        """The ``limit`` lines just before the one that ends at an offset."""
        found: deque[JournalLine] = deque()
        size = 0
        for line in filter(only, islice(self.lines_back(end), 1, None)):
            if len(found) == limit or size > MOST_CHARACTERS:
                return Page(list(found), more=True)
            found.appendleft(line)
            size += len(line.text)
        return Page(list(found))

    def after(self, start: int, only: Only = everything, *, limit: int) -> Page:
        """The first ``limit`` lines after an offset."""
        found: list[JournalLine] = []
        size = 0
        for lines in self.lines(start):
            for line in filter(only, lines):
                if len(found) == limit or size > MOST_CHARACTERS:
                    return Page(found, more=True)
                found.append(line)
                size += len(line.text)
        return Page(found)

    def newest(self, start: int, end: int, only: Only = everything, *, limit: int) -> Page:
        """The last ``limit`` lines between two offsets, and how many before them are left out."""
        found: deque[JournalLine] = deque()
        skipped = size = 0
        for line in filter(only, self.lines_back(end, start)):
            is_full = len(found) == limit or size > MOST_GIVEN_CHARACTERS
            if is_full and only is everything:
                before = parse_position(line.position, self.deployment_id)
                return Page(list(found), skipped=run_blocking(_count, self.path, start, before))
            if is_full:
                skipped += 1
                continue
            found.appendleft(line)
            size += len(line.text)
        return Page(list(found), skipped=skipped)


def _wanted(at: int, end: int | None) -> int:
    return PIECE_BYTES if end is None else min(PIECE_BYTES, end - at)


def _read(path: Path, offset: int, size: int) -> bytes:
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return b""
    try:
        return os.pread(file, size, offset)
    finally:
        os.close(file)


def _count(path: Path, start: int, end: int) -> int:
    """How many lines lie between two offsets."""
    count, at = 0, start
    while piece := _read(path, at, _wanted(at, end)):
        count += piece.count(b"\n")
        at += len(piece)
    return count


def last_end(path: Path) -> int:
    """Usually the size."""
    try:
        at = path.stat().st_size
    except FileNotFoundError:
        return 0
    while at > 0:
        begin = max(at - PIECE_BYTES, 0)
        found = _read(path, begin, at - begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        at = begin
    return 0
