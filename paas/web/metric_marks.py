"""What happened while something was measured, to be drawn on charts: each kind of mark comes from where it is kept."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flask import url_for
from sqlalchemy.orm import Session

from paas.alerts import incidents
from paas.apps.app import App
from paas.deployments import history as deployments
from paas.deployments import log_marks
from paas.metrics import marks

MOST = 200
"""Of each kind, the newest: more cannot be told apart on a chart."""


class Mark(NamedTuple):
    """``at`` in seconds since 1970; ``href`` is the page that tells more."""

    at: float
    kind: str
    text: str
    href: str
    app: str


@dataclass(frozen=True)
class Asked:
    """What happened to these apps, by their ids, from a time until another; ``with_others`` asks for what happened to
    containers of no app too."""

    apps: Mapping[int, App]
    start: float
    end: float
    with_others: bool = False


Source = Callable[[Session, Asked], Iterator[Mark]]


def of_deployments(session: Session, asked: Asked) -> Iterator[Mark]:
    for deployment in deployments.of_apps(session, asked.apps, limit=MOST, between=(asked.start, asked.end)):
        name = asked.apps[deployment.app_id].name
        href = url_for("deployments.show", name=name, number=deployment.number)
        for mark in log_marks.of(deployment):
            if asked.start <= mark.at <= asked.end:
                yield Mark(mark.at, mark.kind, mark.message, href, name)


def of_containers(session: Session, asked: Asked) -> Iterator[Mark]:
    only = None if asked.with_others else list(asked.apps)
    for mark in marks.between(session, only, asked.start, asked.end, most=MOST):
        app = asked.apps.get(mark.app_id or 0)
        if app is not None:
            href = url_for("apps.logs", name=app.name, _anchor=f"at={mark.at:.3f}")
            yield Mark(mark.at, mark.kind.value, mark.text, href, app.name)
        elif mark.app_id is None:
            yield Mark(mark.at, mark.kind.value, mark.text, url_for("containers.logs", name=mark.process), "")


def of_alerts(session: Session, asked: Asked) -> Iterator[Mark]:
    """When one fired, and when it was over."""
    subjects = {*asked.apps, None} if asked.with_others else set(asked.apps)
    for incident in incidents.between(session, subjects, asked.start, asked.end, most=MOST):
        app = asked.apps.get(incident.app_id or 0)
        name, href = app.name if app else "", f"/alerts/incidents/{incident.id}"
        for at, text in ((incident.fired_at, incident.text), (incident.recovered_at, f"Over: {incident.text}")):
            if at is not None and asked.start <= at <= asked.end:
                yield Mark(at, "alert", text, href, name)


SOURCES: tuple[Source, ...] = (of_deployments, of_containers, of_alerts)


def between(session: Session, asked: Asked) -> list[Mark]:
    """Of every kind, the oldest first."""
    return sorted(mark for source in SOURCES for mark in source(session, asked))
