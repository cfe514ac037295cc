"""Requests for deployments, and for their end. The waiting line takes up what is requested here.

Of one app, one deployment runs and at most one waits: a request replaces what waits, as only the newest state of a
branch is worth building.
"""

import hashlib
import math
import re
import time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, require
from paas.apps.app import App, Kind
from paas.deployments import claims, history
from paas.deployments.history import Deployment
from paas.deployments.stages import Status
from paas.errors import Conflict, Invalid, NotFound, TooMany
from paas.storage.tables import DeploymentRow

REF = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)

MOST_A_MINUTE = 60
"""Of one app."""

LONGEST_KEY = 200
KEY_SECONDS = 24 * 3600


def request(
    session: Session,
    actor: Actor,
    app: App,
    *,
    trigger: str,
    ref: str = "",
    reuses: int | None = None,
    rollback_of: int | None = None,
    key: str = "",
) -> Deployment:
    """Stand a deployment of the app in line, in the place of one that waits already. Wake the line when the session has
    ended.

    ``ref`` is a whole commit id, empty for the newest of the branch; ``reuses`` the number of the deployment whose
    image is taken instead of building, ``rollback_of`` of the one that is to be as it was. With a ``key`` of their own,
    what somebody asks for again within a day is the deployment that there is already.
    """
    require(actor, Action.DEPLOY_APP, app)
    _refuse_impossible(app, ref)
    claims.lock_app(session, app.id)  # or two requests at once would take the same number
    request_key = _hashed(actor, key) if key else None
    if request_key and (known := _known(session, app, request_key, (ref, reuses, rollback_of))):
        return known
    for number in (reuses, rollback_of):
        _refuse_gone(session, app, number)
    number = 1 + (session.scalar(select(func.max(DeploymentRow.number)).where(DeploymentRow.app_id == app.id)) or 0)
    _refuse_flood(session, app, number)
    _replace_waiting(session, app, number)
    row = DeploymentRow(
        app_id=app.id,
        number=number,
        status=Status.PENDING.value,
        trigger=trigger,
        requested_by=actor.username,
        ref=ref,
        branch=app.branch,
        reuses=reuses,
        rolled_back_from=rollback_of,
        request_key=request_key,
        requested_at=time.time(),
    )
    session.add(row)
    session.flush()
    return history.load(session, row.id)


def cancel(session: Session, actor: Actor, app: App, deployment: Deployment) -> None:
    """End it if it waits; if it runs, ask for its end, which comes within two seconds. Conflict when it is over.

    Wake the line when the session has ended.
    """
    require(actor, Action.DEPLOY_APP, app)
    row = session.get(DeploymentRow, deployment.id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("This deployment was deleted, and its app with it.")
    if Status(row.status).is_over:
        raise Conflict(f"Deployment {row.number} of {app.name} is {row.status} already.")
    row.cancel_requested = True
    if row.started_at is None:
        history.end(session, row.id, Status.CANCELLED, f"Cancelled by {actor.username} before it began.")


def _hashed(actor: Actor, key: str) -> str:
    if not (key.isascii() and key.isprintable() and len(key) <= LONGEST_KEY):
        raise Invalid(f"Idempotency-Key must have at most {LONGEST_KEY} letters, digits and signs.")
    return hashlib.sha256(f"{actor.user_id} {key}".encode()).hexdigest()


def _known(
    session: Session, app: App, request_key: str, asked: tuple[str, int | None, int | None]
) -> Deployment | None:
    of_app = select(DeploymentRow).where(DeploymentRow.app_id == app.id, DeploymentRow.request_key == request_key)
    recent = of_app.where(DeploymentRow.requested_at > time.time() - KEY_SECONDS).order_by(DeploymentRow.id.desc())
    row = session.scalar(recent.limit(1))
    if row is None:
        return None
    if (row.ref, row.reuses, row.rolled_back_from) != asked:
        raise Conflict("This Idempotency-Key is of another request that you made today. Choose another one.")
    return history.load(session, row.id)


def _refuse_impossible(app: App, ref: str) -> None:
    if app.kind is Kind.ADOPTED:
        raise Conflict(
            f"{app.name} was adopted: its container is made by somebody else, so it cannot be deployed from here. "
            "Create an app from its repository or its image instead."
        )
    if ref and app.kind is not Kind.GIT:
        raise Invalid(f"{app.name} is deployed from an image, which has no commits. Leave ref out.")
    if ref and not REF.fullmatch(ref):
        raise Invalid(
            "ref must be a whole commit id: 40 digits and letters from a to f, as git rev-parse prints it.", field="ref"
        )


def _refuse_gone(session: Session, app: App, number: int | None) -> None:
    """What is taken again must have been deployed and be kept."""
    if number is None:
        return
    wanted = select(DeploymentRow).where(DeploymentRow.app_id == app.id, DeploymentRow.number == number)
    row = session.scalar(wanted)
    if row is None:
        raise NotFound(f"{app.name} has no deployment {number}.")
    if row.status != Status.SUCCESS.value:
        raise Conflict(f"Deployment {number} of {app.name} is {row.status}. Choose one that succeeded.")
    if not row.sealed_release:
        raise Conflict(f"What deployment {number} of {app.name} was made of is no longer kept. Choose a newer one.")


def _refuse_flood(session: Session, app: App, number: int) -> None:
    """Each is a row for good, and stands in the line for a moment."""
    of_app = select(DeploymentRow.requested_at).where(DeploymentRow.app_id == app.id)
    before = session.scalar(of_app.where(DeploymentRow.number == number - MOST_A_MINUTE))
    seconds = math.ceil(before + 60 - time.time()) if before is not None else 0
    if seconds > 0:
        raise TooMany(
            f"{app.name} was to be deployed {MOST_A_MINUTE} times within a minute. Try again in {seconds} s.",
            retry_after_seconds=seconds,
        )


def _replace_waiting(session: Session, app: App, number: int) -> None:
    waiting = select(DeploymentRow).where(DeploymentRow.app_id == app.id, claims.is_waiting()).with_for_update()
    for row in session.scalars(waiting):
        history.end(session, row.id, Status.CANCELLED, f"Deployment {number} was requested and took its place.")
        row.replaced_by = number
