"""Apps and browsers for the tests of pages."""

from dataclasses import dataclass, field

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Wanted
from paas.deployments import history, requests
from paas.deployments.stages import Stage, Status
from paas.engine.containers import Container
from paas.engine.inventory import Health
from paas.errors import NotFound, Unavailable

REPOSITORY = "https://example.org/shop.git"


@dataclass
class ShownInventory:
    """The containers that a test sets; None: the engine has never answered."""

    containers: list[Container] | None = field(default_factory=list)
    health: Health = field(default_factory=lambda: Health(ok=True))
    caught_up: int = 0

    def catch_up(self, *, limit_seconds):
        self.caught_up += 1

    def all(self):
        if self.containers is None:
            raise Unavailable(self.health.message)
        return tuple(self.containers)

    def find(self, reference):
        found = [each for each in self.all() if reference in (each.name, each.id)]
        if not found:
            raise NotFound("Container not found")
        return found[0]


@pytest.fixture
def running(services):
    """``running.containers = [...]``"""
    services.engine.inventory = ShownInventory()
    return services.engine.inventory


@pytest.fixture
def make(database, ada):
    """``make("shop")`` -> an app that ada, an admin, has made; more fields of ``Wanted`` may follow."""

    def make(name="shop", by=ada, **wanted):
        who = Actor(by.id, by.username, Role(by.role))
        with database.session() as session:
            return catalogue.create(session, who, Wanted(name, **({"repository": REPOSITORY} | wanted)))

    return make


@pytest.fixture
def deploy(database, ada):
    """``deploy(app)`` -> its next deployment, gone through to success; ``ends=`` another status, or a stage where it
    is now."""

    def deploy(app, ends="success", error="", sealed="sealed", **asked):
        who = Actor(ada.id, ada.username, Role(ada.role))
        with database.session() as session:
            made = requests.request(session, who, app, **({"trigger": "page"} | asked))
            if ends == "pending":
                return made
            walk(session, app, made.id, ends, error, sealed)
            return history.load(session, made.id)

    return deploy


def walk(session, app, deployment_id, ends, error, sealed):
    note = {"commit_sha": f"{deployment_id:040x}", "commit_subject": "Add cart totals", "sealed_release": sealed}
    history.note(session, deployment_id, **note)
    for stage in Stage:
        if stage is Stage.COMPLETED and ends in ("failed", "cancelled", "interrupted"):
            history.end(session, deployment_id, Status(ends), error)
            return
        history.enter(session, deployment_id, stage)
        if stage == ends:
            return
    catalogue.set_current(session, app.id, deployment_id)


@pytest.fixture
def send(signed_in, csrf):
    """``send("/apps/new", name="shop")`` posts a form as a browser does."""

    def send(path, **form):
        return signed_in.post(path, data={"csrf_token": csrf("/account"), **form})

    return send
