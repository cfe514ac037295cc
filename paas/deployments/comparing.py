"""Reads what two deployments were made of, to compare them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.accounts.permissions import Actor
from paas.apps.app import App
from paas.apps.vault import Vault
from paas.deployments import history
from paas.deployments.difference import Difference, Side, difference
from paas.deployments.history import Deployment
from paas.deployments.release import unseal
from paas.storage.tables import DeploymentRow


def compare(session: Session, vault: Vault, actor: Actor, app: App, *, before: int, after: int) -> Difference:
    """From the app's deployment of one number to that of another; NotFound where there is none of it."""
    sides = [_side(session, vault, history.find(session, actor, app, number)) for number in (before, after)]
    return difference(*sides)


def _side(session: Session, vault: Vault, deployment: Deployment) -> Side:
    sealed = session.scalar(select(DeploymentRow.sealed_release).where(DeploymentRow.id == deployment.id))
    kept = unseal(vault, sealed) if sealed else None
    return Side(
        number=deployment.number,
        commit=deployment.commit,
        subject=deployment.commit_subject,
        image_id=deployment.image_id,
        environment=kept.environment if kept else None,
        processes=kept.processes if kept else None,
        scale=kept.scale if kept else None,
    )
