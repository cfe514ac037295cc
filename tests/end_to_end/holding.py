"""Deployments that stay in a stage until something is done: they are cancelled, or who works on them is killed."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests import images
from tests.end_to_end import samples
from tests.end_to_end.deploying import ADeployment, AnApp, House
from tests.git_server import GitServer
from tests.waiting import eventually

STAGES = ("cloning_repo", "building_image", "releasing", "starting_new", "checking", "stopping_old")

WORKERS = 8
"""So many take two seconds to start, which is how long ``starting_new`` can be held."""

DEAF = f"""\
FROM {images.BUSYBOX}
COPY www /www
COPY deaf /deaf
CMD ["sh", "/deaf"]
"""
PROCFILE = f"web: {samples.SERVES}\n"
DEAF_BEFORE = {**samples.web("version 1", dockerfile=DEAF), "deaf": samples.DEAF}
"""It takes all the time that it is given to stop, and serves meanwhile."""

HELD = {
    "cloning_repo": samples.web("version 2"),
    "building_image": samples.web("version 2", dockerfile=samples.dockerfile("RUN sleep 100000")),
    "releasing": samples.with_procfile("version 2", f"{PROCFILE}release: sleep 100000\n"),
    "starting_new": samples.with_procfile("version 2", f"{PROCFILE}worker: sleep 100000\n"),
    "checking": samples.web("version 2", checks=[{"type": "startup", "name": "stays", "uptime": 100}]),
    "stopping_old": samples.web("version 2"),
}


@contextmanager
def held(app: AnApp, stage: str) -> Iterator[ADeployment]:
    """A deployment of version 2 that has come to the stage and is not leaving it."""
    app.commit(HELD[stage])
    app.change(scale={"worker": WORKERS} if stage == "starting_new" else {})
    with _source(app, stage):
        deployment = app.request()
        deployment.until(stage)
        if stage == "building_image":
            eventually(lambda: "Running in" in deployment.log(), 30, what="the builder runs the step that sleeps")
        yield deployment
    app.change(scale={})


@contextmanager
def _source(app: AnApp, stage: str) -> Iterator[None]:
    """A server that does not answer, where fetching is to be held."""
    if stage != "cloning_repo":
        yield
        return
    with GitServer(app.repository.path.parent) as server, changed_source(app, server):
        server.hold()
        yield


@contextmanager
def changed_source(app: AnApp, server: GitServer) -> Iterator[None]:
    """Its repository, as the server has it."""
    app.change(repository=server.address_of(app.repository.path.name))
    yield
    app.change(repository=str(app.repository.path))


class AppsBefore:
    """Apps whose version 1 serves, one that stops at once and one that does not. Each is made when it is not there."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._made: dict[bool, AnApp] = {}

    def of(self, stage: str) -> AnApp:
        is_deaf = stage == "stopping_old"
        if is_deaf not in self._made or not self._made[is_deaf].is_there():
            self._made[is_deaf] = self._house.app(DEAF_BEFORE if is_deaf else samples.web("version 1"))
            self._made[is_deaf].deploy()
        return self._made[is_deaf]
