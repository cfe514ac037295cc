"""What a live page is told of a deployment: the contract's words, what the page draws, and what time it is here."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from paas.apps.app import App
from paas.deployments.history import Deployment
from paas.web.shapes.deployment_page import deployment_page
from paas.web.shapes.deployments import shape


def live(deployment: Deployment, app: App, current: Deployment | None, *, now: float) -> dict[str, Any]:
    """``current`` is the deployment that serves. ``page`` is what a page that is loaded now would draw, so the two
    cannot disagree; ``now`` lets times run on in a browser whose clock is wrong. The link is the viewer's own."""
    page = asdict(deployment_page(deployment, app, current, now))
    return shape(deployment) | {"now": datetime.fromtimestamp(now, UTC).isoformat(), "page": page}
