"""A deleted app leaves nothing on the engine and nothing on the disk; its neighbour notices nothing."""

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps.app import Mount
from paas.deployments.pipeline.run import image_repository
from paas.deployments.upkeep import removal
from paas.engine import labels
from paas.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from tests.deployments.live.yard import ADA
from tests.end_to_end import samples

VOLUME = Mount("volume", "uploads", "/uploads")


@pytest.fixture(autouse=True)
def no_volumes_afterwards(yard):
    """Other tests on this engine have volumes of the same names."""
    yield
    for volume in yard.workloads.volumes({}):
        yard.workloads.remove_volume(volume)


@pytest.fixture
def remove(yard):
    def remove(app, actor=ADA, **options):
        means = yard.means
        options = {"name": app.name, **options}
        removal.remove(means.database, means.engine, means.journals, actor=actor, app=app, **options)

    return remove


def web(version):
    return samples.web(version, checks=[{"type": "startup", "path": "/", "attempts": 20, "wait": 1}])


def images(yard, app):
    return yard.means.engine.images.tags(image_repository(yard.instance, app.id))


def volumes(yard, app):
    return yard.workloads.volumes({labels.APP: str(app.id)})


def test_nothing_is_left_but_the_volumes(yard, remove):
    app, neighbour = (yard.app(web(name), name=name, mounts=(VOLUME,)) for name in ("shop", "other"))
    yard.deploy(neighbour)
    first = yard.deploy(app)
    yard.commit(app, web("version 2"))
    yard.deploy(app)
    remove(app)
    assert (yard.containers(app), images(yard, app), len(volumes(yard, app))) == ({}, [], 1)
    assert not (yard.settings.data_dir / "deployments" / f"{first.id}.log").exists()
    with pytest.raises(NotFound):
        yard.load(first)
    assert yard.running(neighbour) == ["other.web.1"]
    assert (len(images(yard, neighbour)), len(volumes(yard, neighbour))) == (1, 1)
    remove(neighbour)


def test_volumes_go_when_asked_for(yard, remove):
    app = yard.app(web("version 1"), mounts=(VOLUME,))
    yard.deploy(app)
    remove(app, with_volumes=True)
    assert volumes(yard, app) == []


@pytest.mark.parametrize(("options", "error"), [
    ({"name": "Shop"}, Invalid),
    ({"actor": Actor(7, "eve", Role.MEMBER)}, Forbidden),
], ids=["another name", "another member"])  # fmt: skip
def test_nothing_is_touched_for_who_may_not_or_did_not_mean_it(yard, remove, options, error):
    app = yard.app(web("version 1"))
    yard.deploy(app)
    with pytest.raises(error):
        remove(app, **options)
    assert yard.running(app) == ["shop.web.1"]


def test_nothing_is_touched_under_a_deployment(yard, remove):
    app = yard.app(web("version 1"))
    yard.deploy(app)
    yard.request(app)
    with pytest.raises(Conflict, match="Deployment 2 of shop is under way"):
        remove(app)
    assert yard.running(app) == ["shop.web.1"]


def test_what_was_deployed_while_it_was_removed_goes_too(yard, remove, monkeypatch):
    app = yard.app(web("version 1"))
    yard.deploy(app)
    unnamed = removal.cleanup.remove_unnamed

    def and_deploy(*args):
        unnamed(*args)
        monkeypatch.undo()
        yard.deploy(app)

    monkeypatch.setattr(removal.cleanup, "remove_unnamed", and_deploy)
    remove(app)
    assert (yard.containers(app), images(yard, app)) == ({}, [])


def test_app_stays_until_the_engine_has_let_go_of_everything(yard, remove, monkeypatch):
    app = yard.app(web("version 1"))
    yard.deploy(app)

    def fail(reference):
        raise Unavailable("The engine does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(yard.means.engine.images, "remove", fail)
        with pytest.raises(Unavailable):
            remove(app)
    assert yard.current(app) is not None
    remove(app)
    with pytest.raises(NotFound):
        yard.current(app)
