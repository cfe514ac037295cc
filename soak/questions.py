"""What is asked when all has settled. Each answer is a row of the table: a measure, its value, whether it is right."""

import contextlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import requests

from soak.account import Written
from soak.chronicle import Chronicle
from soak.crowd import Crowd
from soak.deploying import Deploying, Ended, is_as_wanted
from soak.gauge import Gauge, Reading
from soak.viewers import Viewer
from tests.end_to_end.deploying import House
from tests.end_to_end.leftovers import leftovers
from tests.waiting import eventually

SETTLE_SECONDS = 90.0
MORE_FILES = 60
"""What is kept on purpose and made at first use: 20 worker threads with a poll each, 25 idle connections of the Docker
SDK, and the pool of the database."""

CONNECTED = ("connection ESTABLISHED", "connection CLOSE_WAIT")


@dataclass(frozen=True)
class Answer:
    measure: str
    value: str
    wrong: Sequence[str] = ()
    """What is wrong, a sentence each; empty when all is well."""

    @property
    def is_right(self) -> bool:
        return not self.wrong


def viewers(crowd: Crowd, written: dict[str, Written], ends: dict[str, str]) -> Iterable[Answer]:
    """``ends`` are the containers that are there to the end, by the name or the number of what is watched."""
    told = sum(each.account.count for each in crowd.all), sum(each.account.skipped for each in crowd.all)
    lines = sum(len(each.places) for each in written.values())
    visits = sum(each.heard["came"] for each in crowd.all)
    torn = sum(each.is_torn for each in written.values())
    yield Answer("lines written", f"{lines:,} by {len(written)} containers, the logs of {torn} torn by a full disk")
    yield Answer("lines shown, declared", f"{told[0]:,}, {told[1]:,} in {visits:,} visits of {len(crowd.all)} viewers")
    wrong = [f"{viewer.says()}: {each!r}" for viewer in crowd.all if (each := viewer.failure) is not None]
    yield Answer("viewers that broke", str(len(wrong)), wrong)
    for name, group in (("stayed", crowd.staying), ("left before", crowd.gone)):
        wrong = [
            f"{viewer.says()}: {problem}"
            for viewer in group
            for problem in viewer.account.problems(written, _ends(viewer, ends) if name == "stayed" else ())
        ]
        yield Answer(
            f"shown + declared = written, viewers that {name}", f"{len(group) - len(wrong)}/{len(group)}", wrong
        )


def _ends(viewer: Viewer, ends: dict[str, str]) -> list[str]:
    return [ends[name]] if (name := viewer.place.name) in ends else []


def deployments(deploying: Sequence[Deploying], chronicle: Chronicle) -> Iterable[Answer]:
    ended = [each for app in deploying for each in app.ended]
    count = Counter(each.status for each in ended)
    said = ", ".join(f"{number} {status}" for status, number in count.most_common())
    yield Answer("deployments", f"{len(ended)}: {said}")
    stuck = [problem for app in deploying for problem in (*app.failures, *app.under_way())]
    yield Answer("deployments stuck or under way", str(len(stuck)), stuck)
    strange = [sentence for each in ended if (sentence := _strange(each, chronicle))]
    yield Answer("ended otherwise than they should, no fault near", str(len(strange)), strange)
    wrong = [problem for app in deploying if (problem := _served(app))]
    yield Answer("apps that serve what their record says", f"{len(deploying) - len(wrong)}/{len(deploying)}", wrong)


def _strange(ended: Ended, chronicle: Chronicle) -> str:
    if is_as_wanted(ended) or chronicle.near(ended.began, ended.ended):
        return ""
    return f"{ended.app} {ended.number}, at {ended.began:.0f} s: {ended.wanted} wanted, {ended.status} {ended.reason}"


def _served(app: Deploying) -> str:
    try:
        eventually(lambda: not app.serves(), 30)
    except (AssertionError, requests.RequestException):
        return app.serves()
    return ""


def left_over(house: House) -> Answer:
    """When the plain containers are gone: containers, images, networks, files and processes."""
    found: list[str] = []

    def nothing() -> bool:
        found[:] = leftovers(house)
        return not found

    with contextlib.suppress(AssertionError):
        eventually(nothing, SETTLE_SECONDS)
    return Answer("containers, images, networks, files, processes left over", str(len(found)), found)


def resources(gauge: Gauge, before: Reading) -> Iterable[Answer]:
    """When nobody watches any more."""
    with contextlib.suppress(AssertionError):
        eventually(lambda: _is_back(gauge.read(), before), SETTLE_SECONDS)
    now = gauge.read()
    said = f"{now.threads} ({before.threads} before)"
    more = [] if now.threads <= before.threads else [f"{now.threads - before.threads} more than before the load"]
    yield Answer("threads of the dashboard", said, more)
    said = f"{_files(now)} ({_files(before)} before)"
    more = {name: count for name, count in now.files.items() if count > before.files.get(name, 0)}
    wrong = [] if _is_back(now, before) else [f"{count} of {name}" for name, count in more.items()]
    yield Answer("sockets and files that it holds open", said, wrong)


def _is_back(now: Reading, before: Reading) -> bool:
    """Of connections that came in none more than before."""
    connected = all(count <= before.files.get(name, 0) for name, count in now.files.items() if name in CONNECTED)
    return connected and now.threads <= before.threads and _files(now) <= _files(before) + MORE_FILES


def _files(reading: Reading) -> int:
    return sum(reading.files.values())


def memory(gauge: Gauge) -> Answer:
    trend = gauge.memory()
    if trend is None:
        return Answer("memory of the dashboard", "too short a life to judge it: see memory.csv")
    said = f"{trend.level:.0f} MB, rose {trend.rise:+.1f} MB in {trend.seconds:.0f} s, noise {trend.noise:.1f} MB"
    wrong = [] if trend.is_flat else [f"rises by {trend.rise / trend.seconds * 3600:.0f} MB/h: see memory.csv"]
    return Answer("memory of the dashboard", said, wrong)


def log(text: str) -> Iterable[Answer]:
    """What the dashboard wrote about itself."""
    traces = re.findall(
        r"^([^\n]*)\nTraceback \(most recent call last\):\n((?:[ \t].*\n)*)(\S[^\n]*)", text, re.MULTILINE
    )
    found = Counter(f"{before} ... {last}"[:300] for before, _, last in traces)
    count = text.count("Traceback (most recent call last)")
    wrong = [f"{number} times {sentence}" for sentence, number in found.most_common(10)]
    yield Answer("tracebacks in the log of the dashboard", str(count), wrong or ["see dashboard.log"] * bool(count))


def table(answers: Sequence[Answer]) -> str:
    rows = [("measure", "value", "verdict")]
    rows += [(each.measure, each.value, "ok" if each.is_right else "WRONG") for each in answers]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    for each in answers:
        if not each.is_right:
            lines += ["", f"{each.measure}:", *(f"  {sentence}" for sentence in each.wrong[:10])]
            lines += [f"  and {len(each.wrong) - 10} more"] * (len(each.wrong) > 10)
    return "\n".join(lines)
