"""What a build leaves on the engine: the image under its name; of one that failed, what the next one begins with."""

import io

import pytest

from paas.deployments.pipeline import build
from paas.deployments.pipeline.run import image_labels
from paas.deployments.upkeep import removal
from tests import images
from tests.deployments.live.yard import ADA
from tests.end_to_end import samples

UP = [{"type": "startup", "uptime": 0}]
GOOD = samples.web("version 1", checks=UP)
FAILS = samples.web("bad", dockerfile=samples.dockerfile("RUN date +%N > /built", "RUN exit 7"), checks=UP)
MENDED = {**FAILS, "Dockerfile": samples.dockerfile("RUN date +%N > /built", "RUN true")}


def names(yard, app):
    return [tag.rpartition(":")[2] for tag in yard.means.engine.images.tags(yard.means.repository(app))]


def broken_off(yard, labels):
    """What a build leaves whose end came between its last step and the naming of its image."""
    recipe = f"FROM {images.BUSYBOX}\nLABEL broken=off\n"
    api = yard.private_engine.client.api
    said = list(api.build(fileobj=io.BytesIO(recipe.encode()), labels=labels, rm=True, decode=True))
    return next(each["aux"]["ID"] for each in said if "aux" in each)


@pytest.fixture
def unnamed(yard):
    """How many images stand on the engine that nobody could ever name, beyond those that did before."""

    def count():
        return len(yard.private_engine.client.images.list(filters={"dangling": True}))

    before = count()
    return lambda: count() - before


def test_a_failed_build_leaves_no_image_without_a_name_and_the_next_one_goes_on_from_it(yard, unnamed):
    app = yard.app(FAILS)
    failed = yard.deploy(app, status="failed")
    assert "returned a non-zero code: 7" in failed.error_message
    assert names(yard, app) == ["unfinished"]
    assert unnamed() == 0
    yard.deploy(app, status="failed")
    assert names(yard, app) == ["unfinished"]
    yard.commit(app, MENDED)
    mended = yard.deploy(app)
    assert yard.log(mended).count("Using cache") == 2, "of COPY, and of the first RUN"
    assert names(yard, app) == ["3"]
    assert unnamed() == 0


def test_what_failed_builds_leave_goes_with_the_next_one_and_with_the_app(yard, unnamed):
    app = yard.app(FAILS)
    yard.deploy(app, status="failed")
    yard.commit(app, {**FAILS, "www/index.html": "another"})
    yard.deploy(app, status="failed")
    assert names(yard, app) == ["unfinished"]
    yard.commit(app, GOOD)
    yard.deploy(app)
    assert names(yard, app) == ["3"]
    yard.commit(app, FAILS)
    yard.deploy(app, status="failed")
    means = yard.means
    removal.remove(means.database, means.engine, means.journals, actor=ADA, app=yard.reloaded(app), name="shop")
    assert names(yard, app) == []
    assert unnamed() == 0


def test_an_unchanged_app_is_built_from_the_cache_and_gets_a_second_name_for_the_same_image(yard):
    app = yard.app(GOOD)
    first, second = yard.deploy(app), yard.deploy(app)
    assert first.image_id == second.image_id
    assert names(yard, app) == ["1", "2"]
    assert "Running in" not in yard.log(second)


def test_an_image_that_never_got_its_name_goes_with_the_next_cleanup_and_with_the_app(yard, unnamed):
    app = yard.app(GOOD)
    broken_off(yard, image_labels(yard.instance, app.id))
    strangers = [
        broken_off(yard, image_labels("another", app.id)),
        broken_off(yard, image_labels(yard.instance, app.id + 1)),
    ]
    yard.deploy(app)
    assert unnamed() == len(strangers)
    assert names(yard, app) == ["1"]
    broken_off(yard, image_labels(yard.instance, app.id))
    means = yard.means
    removal.remove(means.database, means.engine, means.journals, actor=ADA, app=yard.reloaded(app), name="shop")
    assert unnamed() == len(strangers)
    for stranger in strangers:
        yard.means.engine.images.remove(stranger)


def test_what_does_not_fit_is_neither_packed_nor_sent(yard, monkeypatch):
    """The whole of it is known before: a repository of a few MB can unpack to any size."""
    app = yard.app(GOOD)
    monkeypatch.setattr(build, "size_of", lambda _folder: 1 << 60)
    failed = yard.deploy(app, status="failed")
    assert (failed.stage, "does not fit on the disk" in failed.error_message) == ("building_image", True)
    assert names(yard, app) == []
    assert list((yard.settings.data_dir / "work").iterdir()) == []
