"""What was measured in the last 30 days, over REST, and what happened meanwhile. docs/monitoring.md shows the calls."""

import re
import time
from collections.abc import Mapping, Sequence

import orjson
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, require
from paas.apps import catalogue
from paas.apps.app import App
from paas.errors import Invalid
from paas.logs.moments import moment
from paas.metrics.charts import Band, Numbers
from paas.metrics.packing import OF_CONTAINERS, OF_MACHINE
from paas.metrics.rollup import DAY, HOUR, MINUTE
from paas.web import asked, metric_marks
from paas.web.context import services
from paas.web.identity import actor
from paas.web.metric_marks import Asked

blueprint = Blueprint("api_metrics_history", __name__)

RANGES = {"1h": HOUR, "15m": 15 * MINUTE, "6h": 6 * HOUR, "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY}
PROCESS = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,199}", re.ASCII)


@blueprint.get("/api/v1/metrics/history")
def machine() -> ResponseReturnValue:
    """What the machine used, with what happened to the apps meanwhile."""
    who = actor()
    require(who, Action.SEE_CONTAINERS)
    window, metrics = _window(), _metrics(OF_MACHINE)
    with services().database.session() as session:
        return _answer(session, catalogue.visible(session, who), "host", window, metrics)


@blueprint.get("/api/v1/apps/<reference>/metrics/history")
def app(reference: str) -> ResponseReturnValue:
    """What an app used, or one ``process`` of it (``web.1``), with what happened to it meanwhile."""
    who = actor()
    with services().database.session() as session:
        found = catalogue.find(session, who, reference)
        process = asked.text("process")
        if process and not PROCESS.fullmatch(process):
            raise Invalid(f"process must be the name of one, such as web.1, not {process[:80]!r}.", field="process")
        subject = f"app/{found.id}/{process}" if process else f"app/{found.id}"
        return _answer(session, [found], subject, _window(), _metrics(OF_CONTAINERS))


def _answer(
    session: Session, apps: Sequence[App], subject: str, window: tuple[float, float], metrics: Sequence[str]
) -> Response:
    start, end = window
    chart = services().history.series(session, subject, metrics, start=start, end=end)
    asked_for = Asked({each.id: each for each in apps}, start, end, with_others=subject == "host")
    document = {
        "subject": subject,
        "from": start,
        "to": end,
        "step_seconds": chart.step_seconds,
        "times": chart.times,
        "series": {metric: _lists(band) for metric, band in chart.series.items()},
        "marks": [mark._asdict() for mark in metric_marks.between(session, asked_for)],
    }
    response = Response(orjson.dumps(document), mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()  # of a range in the past nothing has changed
    return response.make_conditional(request)  # type: ignore[return-value]


def _lists(band: Band) -> Mapping[str, Numbers]:
    return {name: [None if each is None else round(each, 3) for each in its] for name, its in band._asdict().items()}


def _metrics(known: Sequence[str]) -> list[str]:
    """All of them unless some are asked for."""
    wanted = list(dict.fromkeys(asked.text("metrics").split(","))) if asked.text("metrics") else list(known)
    for name in wanted:
        if name not in known:
            raise Invalid(f"metrics must be some of {', '.join(known)}, not {name[:80]!r}.", field="metrics")
    return wanted


def _window() -> tuple[float, float]:
    """From when until when: a ``range`` until now, or ``from`` and ``to``, which is now unless it is given."""
    now = time.time()
    given = [name for name in ("from", "to") if asked.text(name)]
    if not given:
        return now - RANGES[asked.choice("range", *RANGES)], now
    if asked.text("range"):
        raise Invalid("Ask for a range, or for from and to, not for both at once.", field="range")
    if "from" not in given:
        raise Invalid("from must be given with to: seconds since 1970, or a time such as 2026-11-20T10:21:07Z.")
    start, end = _time("from", now=now), _time("to", now=now) if "to" in given else now
    if start >= end:
        raise Invalid("from must lie before to, which is now unless it is given.", field="from")
    return start, end


def _time(name: str, *, now: float) -> float:
    try:
        return float(moment(asked.text(name), now=now))
    except Invalid as problem:
        raise Invalid(f"{name} cannot be understood: {problem.message}", field=name) from problem
