"""What happened while something was measured, to be drawn on charts: each kind of mark comes from where it is kept."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from flask import url_for
from sqlalchemy.orm import Session

from paas.apps.app import App
from paas.deployments import history as deployments
from paas.deployments import log_marks

MOST = 200
"""Of each kind, the newest: more cannot be told apart on a chart."""


class Mark(NamedTuple):
    """``at`` in seconds since 1970; ``href`` is the page that tells more."""

    at: float
    kind: str
    text: str
    href: str
    app: str


Apps = Mapping[int, App]
Source = Callable[[Session, Apps, float, float], Iterator[Mark]]
"""Tells what happened to some apps, by their ids, from a time until another."""


def of_deployments(session: Session, apps: Apps, start: float, end: float) -> Iterator[Mark]:
    for deployment in deployments.of_apps(session, apps, limit=MOST):
        name = apps[deployment.app_id].name
        href = url_for("deployments.show", name=name, number=deployment.number)
        for mark in log_marks.of(deployment):
            if start <= mark.at <= end:
                yield Mark(mark.at, mark.kind, mark.message, href, name)


SOURCES: tuple[Source, ...] = (of_deployments,)


def between(session: Session, apps: Apps, start: float, end: float) -> list[Mark]:
    """Of every kind, the oldest first."""
    return sorted(mark for source in SOURCES for mark in source(session, apps, start, end))
