"""Images, on a real engine."""

import pytest

from paas.engine.context import pack
from paas.errors import Invalid, NotFound, Unavailable
from tests import images
from tests.waiting import eventually

pytestmark = pytest.mark.engine
TAG = "quayside-0123/shop:1"


@pytest.fixture
def build(ours, tmp_path):
    """``build(dockerfile, tag=..., say=...)`` builds a folder that holds just that."""

    def build(dockerfile, *, tag=TAG, say=lambda piece: None, **options):
        folder = tmp_path / "source"
        folder.mkdir(exist_ok=True)
        (folder / "Dockerfile").write_text(dockerfile)
        pack(folder, tmp_path / "context.tar", dockerfile="Dockerfile")
        with (tmp_path / "context.tar").open("rb") as context:
            return ours.images.build(context, tag=tag, dockerfile="Dockerfile", say=say, **options)

    yield build
    for tag in ours.images.tags(TAG.rpartition(":")[0]):
        ours.images.remove(tag)


def test_a_build_says_what_it_does_and_gives_the_image(ours, build):
    said = []
    labels, args = {"quayside.app": "7"}, {"COLOUR": "blue green"}
    text = f'FROM {images.BUSYBOX}\nARG COLOUR\nRUN echo "the $COLOUR sea"\n'
    text += 'EXPOSE 8080/tcp 80 53/udp\nENV A=b=c\nCMD ["sleep", "9"]\n'
    image_id = build(text, say=said.append, labels=labels, build_args=args)
    assert "the blue green sea\n" in "".join(said)
    assert "Step 3/7 : RUN" in "".join(said)
    image = ours.images.find(TAG)
    assert (image.id, image.tags) == (image_id, (TAG,))
    assert (image.exposed, image.command, image.entrypoint) == ((80, 8080), ("sleep", "9"), ())
    assert (image.environment["A"], image.labels, image.is_from_registry) == ("b=c", labels, False)


def test_a_second_build_with_nothing_changed_is_the_same_image(build):
    first = build(f"FROM {images.BUSYBOX}\nRUN echo once\n", labels={"quayside.app": "7"})
    said = []
    assert build(f"FROM {images.BUSYBOX}\nRUN echo once\n", labels={"quayside.app": "7"}, say=said.append) == first
    assert "Running in" not in "".join(said)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"FROM {images.BUSYBOX}\nRUN echo last words; exit 3\n", "The build failed: .* returned a non-zero code: 3"),
        (f"FROM {images.BUSYBOX}\nRUN exit 137\n", "non-zero code: 137. It was killed: .* the engine was stopped"),
        (f"FROM {images.BUSYBOX}\nCOPY missing /\n", "The build failed: COPY failed: .*missing"),
        ("FRM nothing\n", "unknown instruction: FRM"),
        ("", "cannot be empty"),
    ],
)  # fmt: skip
def test_a_build_that_fails_says_why(ours, build, text, words):
    with pytest.raises(Invalid, match=f"(?i){words}"):
        build(text)
    assert ours.images.find(TAG) is None


def test_a_build_whose_caller_goes_away_ends_on_the_engine(ours, build, real_engine):
    def give_up(piece):
        if "begun" in piece:
            raise KeyboardInterrupt

    def containers():
        return {each["Id"] for each in real_engine.client.api.containers(all=True)}

    before = containers()
    with pytest.raises(KeyboardInterrupt):
        build(f"FROM {images.BUSYBOX}\nRUN echo begun; sleep 600\n", say=give_up)
    eventually(lambda: containers() <= before, what="its container is gone")
    assert ours.images.find(TAG) is None


def test_names_are_given_and_taken_away_and_the_last_one_takes_the_image_along(ours, build):
    image_id = build(f"FROM {images.BUSYBOX}\nRUN echo named\n")
    second = TAG.replace(":1", ":2")
    ours.images.tag(image_id, second)
    assert ours.images.tags("quayside-0123/shop") == [TAG, second]
    assert ours.images.tags("quayside-0123/sho") == []
    ours.images.remove(TAG)
    assert ours.images.find(image_id).tags == (second,)
    ours.images.remove(second)
    ours.images.remove(second)
    assert ours.images.find(image_id) is None
    with pytest.raises(NotFound):
        ours.images.tag(image_id, TAG)


def test_an_image_that_cannot_be_pulled_is_told_in_the_registrys_words(ours):
    with pytest.raises((Invalid, Unavailable, NotFound), match=r"127\.0\.0\.1:1/shop"):
        ours.images.pull("127.0.0.1:1/shop:2", lambda piece: None)
