"""What was built for an app is nobody else's, however an image, a Dockerfile or a label asks for it."""

import io

import pytest

from paas.apps.app import Kind
from paas.engine import labels
from tests import images
from tests.end_to_end import samples

UP = [{"type": "startup", "uptime": 0}]
SECRET = "/secret"
OWN = samples.web("version 1", dockerfile=samples.dockerfile(f"RUN echo bob > {SECRET}"), checks=UP)
FOREIGN = ("was built here for an app", "is the id of an image here")


@pytest.fixture
def theirs(yard):
    """The name and the id of an image that was built for an app."""
    app = yard.app(OWN)
    deployment = yard.deploy(app)
    return f"{yard.means.repository(app)}:1", deployment.image_id.removeprefix("sha256:")


@pytest.fixture
def trap(yard, theirs):
    """An image, as a registry may have it, that copies from the other one as soon as it is built on."""
    api = yard.private_engine.client.api
    recipe = f"FROM {images.BUSYBOX}\nONBUILD COPY --from={theirs[0]} {SECRET} /stolen\n"
    list(api.build(fileobj=io.BytesIO(recipe.encode()), tag="trap:1", rm=True))
    yield "trap:1"
    api.remove_image("trap:1")


def test_no_dockerfile_gets_at_it(yard, theirs, trap):
    name, image_id = theirs
    copies = f"FROM {images.BUSYBOX}\nCOPY --from={{}} {SECRET} /stolen\n"
    given = f"ARG BASE={name}\nFROM $BASE\n"
    hostile = yard.app({"Dockerfile": ""}, name="hostile")
    for dockerfile in (
        f"FROM {name}\n",
        f"FROM docker.io/{name}\n",
        f"FROM {image_id[:12]}\n",
        f"FROM sha256:{image_id}\n",
        given,
        copies.format(name),
        copies.format(image_id[:20]),
        f"FROM {trap}\n",
    ):
        yard.commit(hostile, {"Dockerfile": dockerfile, "app.json": "{}"})
        failed = yard.deploy(hostile, status="failed")
        assert any(words in failed.error_message for words in FOREIGN), (dockerfile, failed.error_message)
        assert "Step 1" not in yard.log(failed)


def test_no_app_of_an_image_gets_at_it(yard, theirs):
    layer = yard.private_engine.client.api.inspect_image(theirs[1])["Parent"]
    for number, reference in enumerate((theirs[1], theirs[1][:12], layer, layer.removeprefix("sha256:")[:12])):
        hostile = yard.app(name=f"hostile-{number}", kind=Kind.IMAGE, image=reference)
        failed = yard.deploy(hostile, status="failed")
        assert any(words in failed.error_message for words in FOREIGN), (reference, failed.error_message)


def test_by_its_labels_nothing_passes_for_a_container_of_ours(yard, theirs):
    """Neither what somebody runs of the image by hand, nor what a build's log tells of this dashboard."""
    by_hand = yard.private_engine.client.containers.create(theirs[0])
    try:
        assert not {labels.INSTANCE, labels.APP} & by_hand.labels.keys()
        assert by_hand.id not in [each.id for each in yard.workloads.find()]
    finally:
        by_hand.remove()
    deployment = yard.means.records.load(1)
    assert "LABEL" in yard.log(deployment)
    assert yard.instance not in yard.log(deployment)
