"""The words of a row, by tables of cases."""

from dataclasses import asdict
from json import dumps

import pytest

from paas.engine.containers import Container
from paas.engine.inventory import Health
from paas.web.shapes.containers import binary_size, detail, listing, percent, row, short_image, state_word

NOW = 1_795_000_000.0


def container(name: str = "web", **known) -> Container:
    known = {"image": "demo", "state": "running", "status": "Up 2 hours"} | known
    return Container(id=name.encode().hex().ljust(64, "0"), name=name, **known)


@pytest.mark.parametrize(
    ("known", "word"),
    [
        ({"state": "running"}, "running"),
        ({"state": "running", "health": "healthy"}, "running"),
        ({"state": "running", "health": "starting"}, "starting"),
        ({"state": "running", "health": "unhealthy"}, "unhealthy"),
        ({"state": "restarting", "exit_code": 1}, "starting"),
        ({"state": "exited", "exit_code": 0}, "stopped"),
        ({"state": "exited", "exit_code": 1}, "failed"),
        ({"state": "exited", "exit_code": 137}, "stopped"),
        ({"state": "exited", "exit_code": 137, "out_of_memory": True}, "failed"),
        ({"state": "exited", "exit_code": 143}, "stopped"),
        ({"state": "exited"}, "stopped"),
        ({"state": "dead"}, "failed"),
        ({"state": "created", "exit_code": 0}, "stopped"),
        ({"state": "created", "exit_code": 128}, "failed"),
        ({"state": "paused"}, "stopped"),
        ({"state": "removing"}, "stopped"),
        ({"state": "something new"}, "unknown"),
        ({"state": ""}, "unknown"),
    ],
)
def test_every_state_of_the_engine_has_one_word(known, word):
    assert state_word(container(**known)) == word


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"since": NOW}, ""),
        ({"since": None, "status": "Up 2 hours (healthy)"}, "up 2 hours"),
        ({"state": "exited", "exit_code": 137, "since": NOW}, "exit code 137"),
        ({"state": "exited", "exit_code": 0, "since": NOW}, ""),
        ({"state": "restarting", "exit_code": 1, "since": NOW}, "restarting, exit code 1"),
        ({"state": "created", "status": "Created", "exit_code": 0}, "never started"),
        ({"state": "created", "status": "Created", "exit_code": 128}, "could not start, exit code 128"),
    ],
)
def test_detail_says_what_the_word_leaves_out(known, words):
    assert detail(container(**known)) == words


def test_paused_container_does_not_pass_its_start_off_as_its_pause():
    assert row(container(state="paused", since=NOW - 60), NOW).since_words == ""


@pytest.mark.parametrize(
    ("image", "short"),
    [
        ("postgres:17", "postgres:17"),
        ("registry.example.org:5000/team/web@sha256:" + "ab" * 32, "registry.example.org:5000/team/web"),
        ("sha256:" + "0123456789ab" * 5, "0123456789ab"),
    ],
)
def test_image_is_short_but_recognisable(image, short):
    assert short_image(image) == short


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1.5 * 1024**2, "1.5 MiB"), (200 * 1024**2, "200 MiB"),
     (3 * 1024**5, "3072 TiB")],
)  # fmt: skip
def test_sizes_are_in_binary_units(size, text):
    assert binary_size(size) == text


@pytest.mark.parametrize(("value", "text"), [(0.04, "0.0 %"), (9.94, "9.9 %"), (12.3, "12 %"), (250.0, "250 %")])
def test_percentages_are_short(value, text):
    assert percent(value) == text


def test_projects_come_by_name_and_the_rest_last():
    found = listing(
        [
            container("c", project="shop"),
            container("b"),
            container("a", project="shop"),
            container("d", project="blog"),
        ],
        Health(ok=True),
        NOW,
    )
    assert [(group.name, [each.name for each in group.rows]) for group in found.groups] == [
        ("blog", ["d"]),
        ("shop", ["a", "c"]),
        ("", ["b"]),
    ]


@pytest.mark.parametrize(
    ("containers", "health", "shows"),
    [
        ([], Health(ok=True), "none"),
        ([], Health(ok=False, message="The engine does not answer."), "unreachable"),
        ([container()], Health(ok=True), "list"),
        ([container()], Health(ok=False, message="The engine does not answer."), "list"),
    ],
)
def test_what_is_known_is_shown_even_when_the_engine_is_silent(containers, health, shows):
    assert listing(containers, health, NOW).shows == shows


def test_usage_is_shown_only_when_some_is_known():
    assert not listing([container()], Health(ok=True), NOW).has_usage
    assert listing([container(), container("b", memory_bytes=0)], Health(ok=True), NOW).has_usage


def test_listing_is_a_message_of_plain_values():
    assert dumps(asdict(listing([container(ports=("80->80/tcp",))], Health(ok=True), NOW)))


def test_many_ports_are_counted():
    ports = tuple(f"{port}->{port}/tcp" for port in range(9000, 9008))
    assert row(container(ports=ports), NOW).ports_short.endswith("9002 → 9002/tcp +5")
