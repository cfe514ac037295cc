"""Takes what a webhook brings: each delivery once, as a deployment of the commit that was pushed."""

import secrets
import time
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue, credentials
from paas.apps.app import App, Kind
from paas.apps.vault import Vault
from paas.deployments import claims, requests
from paas.deployments.history import Deployment
from paas.deployments.hooks import pushes
from paas.deployments.hooks.pushes import Delivery, Forge, Nothing, Push
from paas.errors import NotFound
from paas.storage.tables import DeliveryRow

ANYBODY = Actor(0, "webhook", Role.OWNER)
"""Finds and deploys every app: the signature decides, and an app that is not there is answered as a wrong one."""

UNKNOWN_SECRET = secrets.token_hex(32)
LONGEST_NAME = 64
REMEMBERED = 1_000
"""Of each app."""


def take(session: Session, vault: Vault, reference: str, forge: Forge, delivery: Delivery) -> Deployment | Nothing:
    """The deployment that the delivery asks for, or why it asks for none; NotSignedIn unless it is signed with the
    secret of the app of this name or id. Wake the line when the session has ended."""
    app, secret = _app_and_secret(session, vault, reference)
    now = time.time()
    key = pushes.proof(forge, delivery, secret, now=now)
    if app is None:
        raise NotFound("There is no such app.")  # nobody can sign for it
    push = pushes.wanted(forge.push(delivery), app.branch)
    if isinstance(push, Nothing):
        return push
    claims.lock_app(session, app.id)
    reason = _remember(session, app.id, key, made_at=forge.moment(delivery, now))
    if reason is not None:
        return reason
    commit = push.commit if app.kind is Kind.GIT else ""
    return requests.request(session, replace(ANYBODY, username=_by(push, forge)), app, trigger="webhook", ref=commit)


def _remember(session: Session, app_id: int, key: str, *, made_at: float) -> Nothing | None:
    """Why it is not to be taken. The newest are remembered, by the time at which they were made; what is not newer than
    the oldest of them may be one that was forgotten."""
    if session.get(DeliveryRow, (app_id, key)) is not None:
        return Nothing("This delivery was taken before. To deploy that commit again, ask for it in the dashboard.")
    of_app = select(DeliveryRow).where(DeliveryRow.app_id == app_id)
    kept = session.scalars(of_app.order_by(DeliveryRow.made_at)).all()
    if len(kept) >= REMEMBERED:
        if made_at <= kept[0].made_at:
            return Nothing("This delivery is too old, or does not say when it was made. Ask for it in the dashboard.")
        for row in kept[: len(kept) - REMEMBERED + 1]:
            session.delete(row)
    session.add(DeliveryRow(app_id=app_id, delivery=key, made_at=made_at))
    return None


def _app_and_secret(session: Session, vault: Vault, reference: str) -> tuple[App | None, str]:
    try:
        app = catalogue.find(session, ANYBODY, reference)
    except NotFound:
        return None, UNKNOWN_SECRET
    return app, credentials.secrets_of(session, vault, app.id).webhook_secret


def _by(push: Push, forge: Forge) -> str:
    """As people are called there: a name of another place must not pass for one of ours."""
    name = "".join(character for character in push.by if character.isprintable())
    at = f" on {forge.title}" if forge.title else ""
    return f"{name[: LONGEST_NAME - len(at)]}{at}" if name else forge.title
