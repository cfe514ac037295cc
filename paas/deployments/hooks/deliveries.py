"""Takes what a webhook brings: each delivery once, as a deployment of the commit that was pushed."""

import secrets
import time

from sqlalchemy.orm import Session

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue, credentials
from paas.apps.app import App, Kind
from paas.apps.vault import Vault
from paas.deployments import claims, waiting_line
from paas.deployments.history import Deployment
from paas.deployments.hooks import pushes
from paas.deployments.hooks.pushes import Delivery, Forge, Nothing, Push
from paas.errors import NotFound
from paas.storage.tables import DeliveryRow

ANYBODY = Actor(0, "webhook", Role.OWNER)
"""Finds every app: the signature decides, and an app that is not there is answered as a wrong one."""

UNKNOWN_SECRET = secrets.token_hex(32)
LONGEST_NAME = 64


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
    if session.get(DeliveryRow, (app.id, key)) is not None:
        return Nothing("This delivery was taken before. To deploy that commit again, ask for it in the dashboard.")
    session.add(DeliveryRow(app_id=app.id, delivery=key, received_at=now))
    commit = push.commit if app.kind is Kind.GIT else ""
    return waiting_line.request_as(session, _by(push, forge), app, trigger="webhook", ref=commit)


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
