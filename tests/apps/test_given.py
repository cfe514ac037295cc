"""Forms, documents and command lines come to the same fields."""

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from paas.apps import given
from paas.apps.app import Kind, Mount
from paas.errors import Invalid

FORM = {
    "name": " shop ", "kind": "git", "repository": "https://example.org/shop.git", "branch": "", "port": "8000",
    "published_port": "", "cpus": "0.5", "memory": "512m", "scale": "web=2, worker=1", "privileged": "on",
    "mounts": "uploads:/app/uploads\r\n\r\n/srv/shop:/data:ro\r\n",
}  # fmt: skip
DOCUMENT = {
    "name": "shop", "kind": "git", "repository": "https://example.org/shop.git", "branch": None, "port": 8000,
    "published_port": None, "cpus": 0.5, "memory": 2**29, "scale": {"web": 2, "worker": 1}, "privileged": True,
    "mounts": [{"kind": "volume", "source": "uploads", "target": "/app/uploads"},
               {"source": "/srv/shop", "target": "/data", "read_only": True}],
}  # fmt: skip


def test_form_and_document_say_the_same():
    found = given.wanted(FORM)
    assert found == given.wanted(DOCUMENT)
    assert (found.memory_bytes, found.port, found.published_port, dict(found.scale)) == (
        2**29, 8000, None, {"web": 2, "worker": 1})  # fmt: skip
    assert found.mounts == (Mount("volume", "uploads", "/app/uploads"), Mount("host", "/srv/shop", "/data", True))


@pytest.mark.parametrize(("fields", "kind"), [
    ({"image": "nginx"}, Kind.IMAGE),
    ({"repository": "https://example.org/a"}, Kind.GIT),
    ({}, Kind.GIT),
    ({"image": "nginx", "kind": "git"}, Kind.GIT),
])  # fmt: skip
def test_kind_is_what_fits(fields, kind):
    assert given.wanted({"name": "shop"} | fields).kind is kind


def test_only_what_is_given_is_changed_and_empty_is_the_default():
    assert given.fields({"memory": "", "restart_policy": None}) == {
        "memory_bytes": None, "restart_policy": "on-failure:10"}  # fmt: skip


@pytest.mark.parametrize(("fields", "says"), [
    ({"colour": "red"}, "Unknown field 'colour'. Known ones are branch, build, cpus"),
    ({"kind": "adopted"}, "Unknown field 'kind'"),
    ({"memory_bytes": 5}, "Unknown field 'memory_bytes'"),
    ({"port": "http"}, "port must be a whole number, not 'http'"),
    ({"port": True}, "port must be a whole number, not True"),
    ({"port": 80.5}, "port must be a whole number"),
    ({"port": "²"}, "port must be a whole number"),
    ({"cpus": "nan"}, "cpus must be a number such as 0.5"),
    ({"cpus": [1]}, "cpus must be a number"),
    ({"cpus": 10**400}, "cpus must be a number"),
    ({"cpus": float("inf")}, "cpus must be a number"),
    ({"memory": "lots"}, "memory must be a whole number with a unit"),
    ({"memory": "1.5g"}, "memory must be a whole number with a unit"),
    ({"memory": True}, "memory must be a text"),
    ({"scale": "web"}, "scale must look like web=2"),
    ({"scale": "web=1 web=2"}, "each process once"),
    ({"scale": {"web": "many"}}, "scale: web must be a whole number"),
    ({"scale": ["web"]}, "scale must be a text"),
    ({"mounts": "data"}, "does not look like"),
    ({"mounts": "a:/b:rx"}, "does not look like"),
    ({"mounts": [{"source": "a"}]}, "each must be an object"),
    ({"mounts": [{"source": "a", "target": "/b", "owner": "x"}]}, "each must be an object"),
    ({"mounts": ["a:/b"]}, "each must be an object"),
    ({"privileged": "perhaps"}, "privileged must be true or false"),
    ({"privileged": 1}, "privileged must be true or false"),
    ({"branch": 7}, "branch must be a text, not 7"),
    ({"branch": ["x" * 1000]}, "branch must be a text"),
])  # fmt: skip
def test_what_cannot_be_read_is_named(fields, says):
    with pytest.raises(Invalid) as raised:
        given.fields(fields)
    assert says in raised.value.message
    assert raised.value.field == ("" if "Unknown" in says else next(iter(fields)))
    assert len(raised.value.message) < 300


def test_name_must_be_there():
    with pytest.raises(Invalid, match="name is missing"):
        given.wanted({"repository": "https://example.org/a"})


@pytest.mark.parametrize(("text", "size"), [
    ("512m", 2**29), ("512M", 2**29), ("512mb", 2**29), ("512 MiB", 2**29), ("1g", 2**30), ("64k", 2**16),
    ("1000000", 1_000_000), ("7b", 7),
])  # fmt: skip
def test_memory_in_the_usual_units(text, size):
    assert given.memory(text) == size


@examples(st.integers(1, 2**50))
def test_memory_is_shown_as_it_is_read(size):
    assert given.memory(given.memory_text(size)) == size


MOUNTS = st.builds(
    lambda source, target, read_only: Mount("host" if source.startswith("/") else "volume", source, target, read_only),
    st.from_regex(r"/?[a-z]{1,9}", fullmatch=True), st.from_regex(r"/[a-z]{1,9}", fullmatch=True), st.booleans(),
)  # fmt: skip


@examples(
    st.lists(MOUNTS).map(tuple), st.dictionaries(st.from_regex(r"[a-z]{1,9}", fullmatch=True), st.integers(0, 99))
)
def test_mounts_and_scale_are_shown_as_they_are_read(mounts, scale):
    assert given.mounts(given.mounts_text(mounts)) == mounts
    assert given.scale(given.scale_text(scale)) == scale
