"""The one-shot read of a container's log: a window of it, the page before or after a position, or all of it as a file.

Lines are sent as the engine sends them, so a log of any length takes no more memory than a short one. An engine that
fails when the answer has begun cannot change its status any more: the document then ends with an error, the text with a
last line."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from time import time

import orjson
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, require
from paas.errors import Invalid, Problem, Unavailable
from paas.logs import history
from paas.logs.cursor import parse_position
from paas.logs.filters import LineFilter
from paas.logs.lines import LogLine
from paas.logs.moments import moment
from paas.logs.reading import LogReader, PositionGone
from paas.web import problems
from paas.web.context import services
from paas.web.identity import actor

blueprint = Blueprint("api_logs", __name__)

DEFAULT_TAIL = 1_000
DEFAULT_PAGE, LONGEST_PAGE = 500, 5_000
LARGEST_FILTERED_TAIL = 20_000
"""The last lines that match are found by reading all, and are held until the end is reached."""

LINES_A_PIECE = 500
CHARACTERS_A_PIECE = 256 * 1024
"""A line can be 1 MB long."""


@blueprint.get("/api/v1/containers/<reference>/logs")
def show(reference: str) -> ResponseReturnValue:
    """``since until tail stream contains regex format timestamps download``, or ``before``/``after`` with ``limit``."""
    require(actor(), Action.SEE_CONTAINERS)
    engine = services().engine
    container = engine.inventory.find(reference)
    if not engine.health.ok:
        raise Unavailable(engine.health.message)  # a hung one would only say so after ten seconds
    reader = LogReader(engine.containers, engine.containers.inspect(container.id))
    only = LineFilter(contains=_arg("contains"), regex=_arg("regex"), stream=_arg("stream"))
    if "before" in request.args or "after" in request.args:
        return _page(reader, only)
    shape = _choice("format", "json", "text")
    lines = _started(history.read(reader, tail=_tail(only), only=only, **_window()))
    body = _as_text(lines) if shape == "text" else _as_json(lines)
    response = Response(body, mimetype="text/plain" if shape == "text" else "application/json")
    if _arg("download"):
        suffix = "log" if shape == "text" else "json"
        name = f"{container.name}-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.{suffix}"
        response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _page(reader: LogReader, only: LineFilter) -> ResponseReturnValue:
    """``before`` and ``after`` are exclusive; an empty ``after`` is the beginning of the log."""
    limit = _whole("limit", DEFAULT_PAGE, most=LONGEST_PAGE)
    if "before" in request.args and "after" in request.args:
        raise Invalid("Ask for the lines before a position or after one, not for both at once.")
    name = "before" if "before" in request.args else "after"
    position = _arg(name)
    container, cursor = parse_position(position) if position or name == "before" else ("", None)
    if not reader.id.startswith(container):
        raise PositionGone("This position is of a container that was removed, and its log with it.")
    pages = services().pages
    if name == "before" and cursor is not None:
        page = pages.before(reader, cursor=cursor, only=only, limit=limit)
    else:
        page = pages.after(reader, cursor=cursor, only=only, limit=limit)
    return Response(
        orjson.dumps({"lines": [line._asdict() for line in page.lines], "more": page.more}), mimetype="application/json"
    )


def _started(lines: Iterator[LogLine]) -> Iterator[LogLine]:
    """The same lines, the first of them read already: what fails before it still gets a status of its own."""
    first = list(islice(lines, 1))
    return chain(first, lines)


def _as_json(lines: Iterator[LogLine]) -> Iterator[bytes]:
    separator, end = b"", b'],"more":false}'
    yield b'{"lines":['
    try:
        for part in _pieces(lines):
            yield separator + b",".join(orjson.dumps(line._asdict()) for line in part)
            separator = b","
    except Problem as problem:
        end = b'],"more":true,' + orjson.dumps(problems.shape(problem))[1:]
    yield end


def _as_text(lines: Iterator[LogLine]) -> Iterator[str]:
    with_time = bool(_arg("timestamps"))

    def generate() -> Iterator[str]:
        try:
            for part in _pieces(lines):
                yield "".join(f"{line.time} {line.text}\n" if with_time else f"{line.text}\n" for line in part)
        except Problem as problem:
            yield f"[the log breaks off here: {problem.message}]\n"

    return generate()


def _pieces(lines: Iterator[LogLine]) -> Iterator[list[LogLine]]:
    """What is sent at once. What came before a failure is handed over before it."""
    part: list[LogLine] = []
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


def _window() -> dict[str, str]:
    now = time()
    return {name: moment(_arg(name), now=now) for name in ("since", "until") if _arg(name)}


def _tail(only: LineFilter) -> int | None:
    """All when a window or a file is asked for, else the last thousand."""
    text = _arg("tail")
    if text == "all" or (not text and (_arg("since") or _arg("until") or _arg("download"))):
        return None
    most = None if only.passes_all else LARGEST_FILTERED_TAIL
    return _whole("tail", DEFAULT_TAIL, most=most)


def _whole(name: str, default: int, *, most: int | None = None) -> int:
    text = _arg(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or (most is not None and int(text) > most) or len(text) > 12:
        bound = f" of at most {most}" if most is not None else ""
        raise Invalid(f"{name} must be a whole number{bound}, not {text!r}.")
    return int(text)


def _choice(name: str, *choices: str) -> str:
    text = _arg(name) or choices[0]
    if text not in choices:
        raise Invalid(f"{name} must be {' or '.join(choices)}, not {text!r}.")
    return text


def _arg(name: str) -> str:
    return request.args.get(name, "")
