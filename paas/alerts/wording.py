"""The words of a notice. Pure.

A title is one line, as it becomes the subject of a mail: nothing of it may end a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from paas.alerts.change import Change, Turn

LONGEST_TITLE, LONGEST_BODY = 200, 1_500
MOST_TOGETHER = 20
"""Put into one message."""


@dataclass(frozen=True)
class Text:
    """What one notice says. ``link`` is whole, or empty."""

    turn: Turn
    title: str
    body: str
    link: str = ""


def where(subject: str, app_name: str, machine: str) -> str:
    """``host`` -> the machine's name, ``app/3/web.1`` -> ``shop web.1``, ``container/db`` -> ``container db``."""
    kind, _, rest = subject.partition("/")
    match kind:
        case "app":
            process = rest.partition("/")[2]
            return f"{app_name} {process}" if process else app_name
        case "container":
            return f"container {rest}"
        case _:
            return machine


def title_of(change: Change, place: str) -> str:
    said = f"{place}: {change.rule_name}"
    return _line(said if change.state is Turn.FIRING else f"Over: {said}")[:LONGEST_TITLE]


def body_of(change: Change) -> str:
    """What, since when, and the value."""
    lines = [change.text[:LONGEST_BODY]]
    if change.state is Turn.FIRING:
        lines.append(f"Since {moment(change.since or change.at)}")
    elif change.since is None:
        lines.append(f"Over since {moment(change.at)}")
    else:
        lines.append(f"From {moment(change.since)} to {moment(change.at)}, {lasted(change.at - change.since)}")
    if change.value:
        lines.append(f"Value: {change.value}")
    return "\n".join(filter(None, lines))


def together(texts: Sequence[Text]) -> tuple[str, str, str]:
    """Title, body and kind (failure or success) of one message for all of these, of which there is at least one."""
    kind = "failure" if any(text.turn is Turn.FIRING for text in texts) else "success"
    if len(texts) == 1:
        [text] = texts
        return text.title, "\n".join(filter(None, (text.body, text.link))), kind
    parts = ["\n".join(filter(None, (text.title, text.body, text.link))) for text in texts]
    return _count(texts), "\n\n".join(parts), kind


def moment(at: float) -> str:
    """``2026-11-21 10:21:07 UTC``"""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def lasted(seconds: float) -> str:
    """``3 s``, ``4 min``, ``2 h 5 min``, ``3 d 4 h``"""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes = whole // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def _count(texts: Sequence[Text]) -> str:
    firing = sum(text.turn is Turn.FIRING for text in texts)
    over = len(texts) - firing
    if not firing:
        return f"{over} alerts are over"
    return f"{firing} {'alert' if firing == 1 else 'alerts'}" + (f", {over} over" if over else "")


def _line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
