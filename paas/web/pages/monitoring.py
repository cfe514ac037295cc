"""What an app and the machine use, now and before: drawn with the last sample, kept true by the page itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from time import time
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from paas.accounts.permissions import Action, require
from paas.apps import catalogue
from paas.apps.app import App
from paas.metrics.snapshot import Snapshot
from paas.web import metric_marks
from paas.web.context import services
from paas.web.identity import actor
from paas.web.metric_marks import Asked
from paas.web.pages.opening import app_page, open_to
from paas.web.shapes import charts, gauges, metrics, monitoring, usage
from paas.web.shapes.charts import ChartKind
from paas.web.shapes.monitoring import ChartsPage, MonitoringPage, View
from paas.web.shapes.usage import UseRow

blueprint = Blueprint("monitoring", __name__)

MOST_ROWS = 60
"""In a table behind a chart; a script writes all that it draws."""


@dataclass(frozen=True)
class Drawn:
    """What charts are of, and the apps of which is told what happened."""

    kinds: Sequence[ChartKind]
    subject: str
    apps: Sequence[App]


@blueprint.get("/apps/<name>/monitoring")
def of_app(name: str) -> str:
    opened, view = open_to(Action.SEE_APP, name), monitoring.view(request.args)
    app, snapshot, now = opened.app, services().sampler.last, time()
    stats = metrics.of_app(snapshot, app.id, now) if snapshot else None
    log = url_for("apps.logs", name=app.name)
    page = MonitoringPage(
        attributes=_attributes(f"/api/v1/apps/{app.id}/stats", f"/api/v1/apps/{app.id}/metrics/history", view, stats)
        | {"data-watch": json.dumps([{"app": app.id}]), "data-log": log, "data-engine": monitoring.ENGINE_AWAY},
        gauges=gauges.of_app(stats),
        facts=monitoring.facts(monitoring.APP_FACTS, stats),
        rows=usage.of_processes(stats),
        nothing_runs=monitoring.nothing_runs(stats, "Nothing of it runs now."),
        charts=_charts(
            Drawn(charts.OF_APP, f"app/{app.id}", (app,)),
            view,
            now,
            processes=_names(stats),
            hint="Drag to zoom, click to open the log there.",
        ),
        engine=monitoring.ENGINE_AWAY,
        is_stale=bool(stats and stats["stale"]),
        age_words=monitoring.age_words(stats["age_seconds"]) if stats else "",
        log=log,
    )
    return app_page("monitoring/app.html", opened, page=page)


@blueprint.get("/monitoring")
def machine() -> str:
    """For those who may see every container."""
    viewer = actor()
    require(viewer, Action.SEE_CONTAINERS)
    view, snapshot, now = monitoring.view(request.args), services().sampler.last, time()
    with services().database.session() as session:
        apps = catalogue.visible(session, viewer)
    told = metrics.of_machine(snapshot, now) if snapshot else None
    sort = request.args.get("sort", "")
    sort = sort if sort in usage.SORTS else usage.DEFAULT_SORT
    page = MonitoringPage(
        attributes=_attributes("/api/v1/metrics", "/api/v1/metrics/history", view, told)
        | {
            "data-watch": json.dumps([{"host": True}, {"apps": True}]),
            "data-engine": monitoring.MACHINE_ENGINE_AWAY,
            "data-rows": "all",
        },
        gauges=gauges.of_machine(told),
        facts=monitoring.facts(monitoring.MACHINE_FACTS, told),
        rows=usage.ordered(_users(apps, snapshot, now), sort) if snapshot else [],
        nothing_runs=monitoring.nothing_runs(told, "Nothing runs now."),
        charts=_charts(Drawn(charts.OF_MACHINE, "host", apps), view, now, hint="Drag to zoom."),
        engine=monitoring.MACHINE_ENGINE_AWAY,
        is_stale=bool(told and told["stale"]),
        age_words=monitoring.age_words(told["age_seconds"]) if told else "",
        about=monitoring.about(told),
        cores=told["cpu"]["each"] if told else (),
        sort=sort,
        sorts={each: _here(sort=each) for each in usage.SORTS},
    )
    return render_template(
        "monitoring/machine.html", actor=viewer, page=page, login_url=url_for("session.login", next=request.path)
    )


def _attributes(api: str, history: str, view: View, told: dict[str, Any] | None) -> dict[str, str]:
    return {
        "data-api": api,
        "data-history": history,
        "data-range": view.range,
        "data-age": str(told["age_seconds"]) if told else "0",
        "data-login": url_for("session.login", next=request.path),
    }


def _names(stats: dict[str, Any] | None) -> list[str]:
    """Of its processes, where there are several to choose from."""
    names = [each["process"] for each in stats["processes"] if each["process"]] if stats else []
    return names if len(names) > 1 else []


def _charts(drawn: Drawn, view: View, now: float, *, hint: str, processes: Sequence[str] = ()) -> ChartsPage:
    """With the tables behind the charts, which are all that there is without a script."""
    choices = [("", "All"), *((name, name) for name in processes)] if processes else []
    (start, end), subject = view.span(now), drawn.subject + (f"/{view.process}" if view.process else "")
    with services().database.session() as session:
        known = services().history.series(
            session, subject, charts.metrics(drawn.kinds), start=start, end=end, most=MOST_ROWS
        )
        apps = {app.id: app for app in drawn.apps}
        happened = metric_marks.between(session, Asked(apps, start, end, with_others=drawn.subject == "host"))
    means = {name: band.mean for name, band in known.series.items()}
    return ChartsPage(
        range=view.range if view.start is None else "",
        process=view.process,
        ranges=tuple((name, words, _here(range=name)) for name, (words, _) in charts.RANGES.items()),
        processes=tuple((name, words, _here(process=name)) for name, words in choices),
        kinds=tuple((kind, charts.rows(kind, known.times, means)) for kind in drawn.kinds),
        marks=tuple(_mark(each, now, names_app=drawn.subject == "host") for each in reversed(happened[-MOST_ROWS:])),
        hint=hint,
    )


def _mark(happened: metric_marks.Mark, now: float, *, names_app: bool) -> monitoring.Mark:
    text, beginning = happened.text, f"{happened.app}: "
    if names_app and happened.app and not text.startswith(beginning):
        text = beginning + text
    return monitoring.mark(happened.kind, text, happened.href, happened.at, now)


def _here(**changed: str) -> str:
    """This page with something else chosen; another range ends a zoom."""
    chosen = {name: request.args[name] for name in ("range", "process", "sort", "from", "to") if request.args.get(name)}
    if "range" in changed:
        chosen = {name: value for name, value in chosen.items() if name not in ("from", "to")}
    asked = {name: value for name, value in (chosen | changed).items() if value}
    return f"{request.path}?{urlencode(asked)}"


def _users(apps: Sequence[App], snapshot: Snapshot, now: float) -> list[UseRow]:
    """The apps of which something runs, and the containers of none."""
    names = {app.id: app.name for app in apps}
    running = [
        usage.row(
            metrics.of_app(snapshot, app_id, now),
            key=f"app/{app_id}",
            name=names[app_id],
            url=url_for("monitoring.of_app", name=names[app_id]),
            app_id=app_id,
        )
        for app_id in snapshot.apps()
        if app_id in names
    ]
    others = [
        usage.row(
            metrics.of_container(each, now),
            key=f"container/{each.name}",
            name=each.name,
            url=url_for("containers.logs", name=each.name),
            note="of no app",
        )
        for each in snapshot.containers.values()
        if each.app_id not in names
    ]
    return [*running, *others]
