"""A deleted app leaves nothing on the engine and nothing on the disk; its neighbour notices nothing."""

import threading

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps.app import Mount
from paas.concurrency import turns
from paas.concurrency.turns import Turns
from paas.deployments import power
from paas.deployments.pipeline import pipeline
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


def test_what_another_process_deployed_while_it_was_removed_goes_too(yard, remove, monkeypatch):
    app = yard.app(web("version 1"))
    yard.deploy(app)
    unnamed = removal.cleanup.remove_unnamed

    def and_deploy(*args):
        unnamed(*args)
        monkeypatch.undo()
        monkeypatch.setattr(yard.means.engine, "turns", Turns())
        yard.deploy(app)

    monkeypatch.setattr(removal.cleanup, "remove_unnamed", and_deploy)
    remove(app)
    assert (yard.containers(app), images(yard, app)) == ({}, [])


def test_what_is_wanted_while_it_is_removed_waits_and_finds_no_app(yard, remove, monkeypatch, caplog):
    """A deployment that began before would be left without its app, and so would what is started or scaled."""
    app, wanted = yard.app(web("version 1")), []
    yard.deploy(app)
    unnamed, means = removal.cleanup.remove_unnamed, yard.means

    def restart():
        with pytest.raises((NotFound, Conflict)):
            power.restart(means.database, means.engine, ADA, app)

    def and_want_more(*args):
        unnamed(*args)
        monkeypatch.undo()
        deployment = yard.request(app)
        wanted.append(threading.Thread(target=pipeline.run, args=[means, deployment.id]))
        wanted.append(threading.Thread(target=restart))
        for thread in wanted:
            thread.start()

    monkeypatch.setattr(removal.cleanup, "remove_unnamed", and_want_more)
    remove(app)
    for thread in wanted:
        thread.join(60)
    assert [thread.is_alive() for thread in wanted] == [False] * 2
    assert (yard.containers(app), images(yard, app)) == ({}, [])
    with pytest.raises(NotFound):
        yard.current(app)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_removal_waits_for_its_turn_and_gives_up_when_that_does_not_come(yard, remove, monkeypatch):
    app = yard.app(web("version 1"))
    yard.deploy(app)
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.05)
    with yard.means.turns.take(app.id), pytest.raises(Conflict, match="Somebody else is changing the containers"):
        remove(app)
    assert yard.running(app) == ["shop.web.1"]


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
