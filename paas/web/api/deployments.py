"""Deployments over REST: ask for one, see how they stand, cancel, go back. docs/deployments.md shows the answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Actor
from paas.apps import catalogue
from paas.apps.app import App
from paas.deployments import claims, comparing, history, requests
from paas.deployments.difference import Names, Side
from paas.deployments.history import Deployment
from paas.errors import Invalid
from paas.web import addresses, asked, body, etags, paging, waits
from paas.web.context import services
from paas.web.identity import actor
from paas.web.shapes.deployments import link, shape

blueprint = Blueprint("api_deployments", __name__)

DEFAULT_PAGE, LONGEST_PAGE = 50, 200


@blueprint.post("/api/v1/apps/<reference>/deployments")
def create(reference: str) -> ResponseReturnValue:
    """``ref`` is a whole commit id, ``reuses`` the number of the deployment whose image is to be used again."""
    who, document = actor(), body.document()
    body.refuse_others(document, "ref", "reuses")
    ref, reuses = body.text(document, "ref") or "", _number(document, "reuses")
    with _waiting(who) as is_waiting:
        with services().database.session() as session:
            app = catalogue.find(session, who, reference)
            deployment = requests.request(session, who, app, trigger="api", ref=ref, reuses=reuses, key=_key())
        return _accepted(app, deployment, is_waiting=is_waiting)


@blueprint.get("/api/v1/apps/<reference>/deployments")
def index(reference: str) -> ResponseReturnValue:
    """The newest first; ``before`` is the number of the last one on the page before."""
    who = actor()
    limit, before = paging.limit(DEFAULT_PAGE, LONGEST_PAGE), asked.whole("before", 1 << 30, most=1 << 30)
    with services().database.session() as session:
        app = catalogue.find(session, who, reference)
        found = history.of_app(session, app.id, limit=limit + 1, before=before)
    return etags.tagged({"deployments": [_shape(app, each) for each in found[:limit]], "more": len(found) > limit})


@blueprint.get("/api/v1/apps/<reference>/deployments/<int:number>")
def show_by_number(reference: str, number: int) -> ResponseReturnValue:
    who = actor()
    with services().database.session() as session:
        app = catalogue.find(session, who, reference)
        return etags.tagged(_shape(app, history.find(session, who, app, number)))


@blueprint.get("/api/v1/deployments/<int:deployment_id>")
def show(deployment_id: int) -> ResponseReturnValue:
    """With the Dockerfile that was generated for it, if one was."""
    who = actor()
    with services().database.session() as session:
        app, deployment = history.find_by_id(session, who, deployment_id)
    return etags.tagged(_shape(app, deployment) | {"recipe": deployment.recipe})


@blueprint.post("/api/v1/deployments/<int:deployment_id>/cancel")
def cancel(deployment_id: int) -> ResponseReturnValue:
    """Answered when it is asked for; the end of one that runs comes within two seconds."""
    who = actor()
    with services().database.session() as session:
        app, deployment = history.find_by_id(session, who, deployment_id)
        requests.cancel(session, who, app, deployment)
        deployment = history.load(session, deployment_id)
    services().line.wake()
    return _shape(app, deployment), 202


@blueprint.post("/api/v1/deployments/<int:deployment_id>/rollback")
def rollback(deployment_id: int) -> ResponseReturnValue:
    """A new deployment of what this one was: its image, its environment, its scale."""
    who = actor()
    with _waiting(who) as is_waiting:
        with services().database.session() as session:
            app, before = history.find_by_id(session, who, deployment_id)
            deployment = requests.request(session, who, app, trigger="rollback", rollback_of=before.number, key=_key())
        return _accepted(app, deployment, is_waiting=is_waiting)


@blueprint.get("/api/v1/deployments/<int:deployment_id>/compare/<int:number>")
def compare(deployment_id: int, number: int) -> ResponseReturnValue:
    """What has changed from the app's deployment ``number`` to this one."""
    who = actor()
    with services().database.session() as session:
        app, deployment = history.find_by_id(session, who, deployment_id)
        found = comparing.compare(session, services().vault, who, app, before=number, after=deployment.number)
    return {
        "before": _side(found.before),
        "after": _side(found.after),
        "same_commit": found.is_same_commit,
        "same_image": found.is_same_image,
        "environment": _names(found.environment),
        "processes": _names(found.processes),
        "scale": _names(found.scale),
    }


@contextmanager
def _waiting(who: Actor) -> Iterator[bool]:
    """Whether the answer is to wait for the end, which few of one person may. Asked before anything is requested."""
    if asked.text("wait") in ("", "0"):
        yield False
        return
    with waits.place(who):
        yield True


def _accepted(app: App, deployment: Deployment, *, is_waiting: bool) -> ResponseReturnValue:
    """202 at once; of one that waits, 200 once it is over, however it ended."""
    services().line.wake()
    status = 202
    if is_waiting:
        status = 200
        deployment = claims.wait_for_end(services().database, services().news, deployment.id)
    return _shape(app, deployment), status, {"Location": f"/api/v1/deployments/{deployment.id}"}


def _shape(app: App, deployment: Deployment) -> dict[str, Any]:
    return shape(deployment, link=link(app, addresses.app_host(services().settings.app_host, request.host)))


def _side(side: Side) -> dict[str, Any]:
    return {"number": side.number, "commit": side.commit, "commit_subject": side.subject, "image_id": side.image_id}


def _names(names: Names | None) -> dict[str, list[str]] | None:
    """Null when one of the two is no longer kept."""
    if names is None:
        return None
    return {"added": list(names.added), "removed": list(names.removed), "changed": list(names.changed)}


def _key() -> str:
    """By what a client that was not sure whether it was heard is known again."""
    return request.headers.get("Idempotency-Key", "")


def _number(document: dict[str, Any], name: str) -> int | None:
    value = document.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1 << 31):
        raise Invalid(f"{name} must be the number of a deployment.")
    return value
