"""What the machine and an app use, from the last sample: whoever asks does not wait for the engine."""

from time import time

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, require
from paas.apps import catalogue
from paas.errors import Unavailable
from paas.metrics.snapshot import Snapshot
from paas.web.context import services
from paas.web.identity import actor
from paas.web.shapes.metrics import of_app, of_machine

blueprint = Blueprint("api_metrics", __name__)


@blueprint.get("/api/v1/metrics")
def machine() -> ResponseReturnValue:
    """The machine: CPU, memory, disk, network, and how many containers the engine has."""
    require(actor(), Action.SEE_CONTAINERS)
    return of_machine(_last(), time())


@blueprint.get("/api/v1/apps/<reference>/stats")
def app(reference: str) -> ResponseReturnValue:
    """What an app uses, in all and each of its containers."""
    who = actor()
    with services().database.session() as session:
        found = catalogue.find(session, who, reference)
    return of_app(_last(), found.id, time())


def _last() -> Snapshot:
    last = services().sampler.last
    if last is None:
        raise Unavailable("Nothing has been measured yet: the dashboard has just started. Try again in a few seconds.")
    return last
