"""Lines of a log as the body of an answer, sent as they come, so that a log of any length takes no more memory than a
short one. A source that fails when the answer has begun cannot change its status any more: the document then ends with
an error, the text with a last line."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Protocol, TypeVar

import orjson
from flask import Response

from paas.errors import Problem
from paas.web import problems

LINES_A_PIECE = 500
CHARACTERS_A_PIECE = 256 * 1024
"""A line can be 1 MB long."""


class Line(Protocol):
    """A line of any log."""

    @property
    def time(self) -> str: ...

    @property
    def text(self) -> str: ...

    def _asdict(self) -> dict[str, str]: ...


L = TypeVar("L", bound=Line)


def answer(lines: Iterator[L], *, shape: str, with_time: bool, file_name: str) -> Response:
    """All lines as ``json`` or ``text``; with a name, as a file. What fails before the first line has a status of its
    own."""
    lines = _started(lines)
    body = _as_text(lines, with_time=with_time) if shape == "text" else _as_json(lines)
    response = Response(body, mimetype="text/plain" if shape == "text" else "application/json")
    if file_name:
        suffix = "log" if shape == "text" else "json"
        name = f"{file_name}-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.{suffix}"
        response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def page(lines: Iterable[Line], *, more: bool, **beside: object) -> Response:
    """Consecutive lines; ``more`` says that others lie further in that direction. ``beside`` is what else is told."""
    document = {"lines": [line._asdict() for line in lines], "more": more} | beside
    return Response(orjson.dumps(document), mimetype="application/json")


def _started(lines: Iterator[L]) -> Iterator[L]:
    """The same lines, the first of them read already: what fails before it still gets a status of its own."""
    first = list(islice(lines, 1))
    return chain(first, lines)


def _as_json(lines: Iterator[L]) -> Iterator[bytes]:
    separator, end = b"", b'],"more":false}'
    yield b'{"lines":['
    try:
        for part in _pieces(lines):
            yield separator + b",".join(orjson.dumps(line._asdict()) for line in part)
            separator = b","
    except Problem as problem:
        end = b'],"more":true,' + orjson.dumps(problems.shape(problem))[1:]
    yield end


def _as_text(lines: Iterator[L], *, with_time: bool) -> Iterator[str]:
    try:
        for part in _pieces(lines):
            yield "".join(f"{line.time} {line.text}\n" if with_time else f"{line.text}\n" for line in part)
    except Problem as problem:
        yield f"[the log breaks off here: {problem.message}]\n"


def _pieces(lines: Iterator[L]) -> Iterator[list[L]]:
    """What is sent at once. What came before a failure is handed over before it."""
    part: list[L] = []
    size = 0
    try:
        for line in lines:
            part.append(line)
            size += len(line.text)
            if len(part) == LINES_A_PIECE or size > CHARACTERS_A_PIECE:
                yield part
                part, size = [], 0
    except Problem:
        if part:
            yield part
        raise
    if part:
        yield part
