"""How guessing passwords is slowed down, on a clock of the test's own."""

import time
from threading import BoundedSemaphore
from types import SimpleNamespace

import pytest
from argon2 import extract_parameters

from paas.accounts import invitations, passwords
from paas.accounts.permissions import Actor
from paas.web import attempts
from paas.web.counting import Window
from paas.web.factory import create_app

WRONG = {"username": "ada", "password": "wrong horse"}
RIGHT = {"username": "ada", "password": "correct horse"}


class Clock:
    def __init__(self):
        self.now = time.time()

    def time(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("paas.web.attempts.time", clock)
    return clock


@pytest.fixture
def attempt(client, ada, clock):
    """``attempt(form, address)`` -> the status."""

    def attempt(form=WRONG, address="192.0.2.1"):
        return client.post("/api/v1/login", json=form, environ_base={"REMOTE_ADDR": address}).status_code

    return attempt


def named(number):
    return {"username": f"user{number}", "password": "wrong horse"}


def test_sixth_wrong_password_within_five_minutes_is_refused(attempt, clock):
    assert [attempt() for _ in range(5)] == [401] * 5
    assert attempt() == 429
    assert attempt(RIGHT) == 429
    clock.now += 301
    assert attempt(RIGHT) == 200


def test_each_attempt_ages_by_itself(attempt, clock):
    for _ in range(5):
        attempt()
        clock.now += 50
    assert attempt() == 429
    clock.now += 51
    assert [attempt(), attempt()] == [401, 429]


def test_names_are_one_however_they_are_capitalised(attempt):
    statuses = [attempt({"username": name, "password": "wrong"}) for name in ("ada", "Ada", "ADA", "aDa", "adA", "ADa")]
    assert statuses == [401] * 5 + [429]


def test_other_names_and_other_addresses_are_not_held_up(attempt):
    for _ in range(6):
        attempt()
    assert attempt(named(1)) == 401
    assert attempt(RIGHT, address="192.0.2.2") == 200


def test_one_address_trying_many_names_is_refused(attempt, clock):
    assert [attempt(named(number)) for number in range(11)] == [401] * 10 + [429]
    assert attempt(named(12), address="192.0.2.2") == 401
    clock.now += 61
    assert attempt(named(13)) == 401


def test_many_addresses_trying_one_name_are_refused(attempt):
    statuses = [attempt(address=f"198.51.100.{number}") for number in range(51)]
    assert statuses == [401] * 50 + [429]


def test_refusals_are_held_back_and_nothing_else(attempt, monkeypatch):
    held = []
    monkeypatch.setattr(attempts, "REFUSAL_SECONDS", 7)
    monkeypatch.setattr(attempts.threading, "Event", lambda: SimpleNamespace(wait=held.append))
    assert [attempt() for _ in range(5)] == [401] * 5
    assert held == []
    assert attempt() == 429
    assert held == [7]


def test_success_forgets_the_mistakes_before_it(attempt):
    for _ in range(4):
        assert [attempt() for _ in range(4)] == [401] * 4
        assert attempt(RIGHT) == 200


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("", "", True),
    ],
)
def test_neighbours_on_ipv6_are_one_address(attempt, first, second, one):
    for _ in range(5):
        attempt(address=first)
    assert (attempt(address=second) == 429) is one


def test_page_says_when_to_come_back(ada, sign_in, clock):
    for _ in range(5):
        sign_in(password="wrong horse")
    clock.now += 100
    answer = sign_in(password="wrong horse")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "200"
    assert "Too many attempts to sign in. Try again in 200 s." in answer.text


def test_api_says_it_in_its_shape(client, attempt):
    for _ in range(6):
        attempt()
    answer = client.post("/api/v1/login", json=WRONG, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert answer.json["error"]["kind"] == "too_many"
    assert answer.headers["Retry-After"] == "300"


@pytest.mark.parametrize(("public_url", "held_up"), [(None, True), ("https://paas.example.org", False)])
def test_address_behind_a_proxy_is_believed_only_where_there_must_be_one(services, ada, public_url, held_up):
    services.settings = type(services.settings)(public_url=public_url)
    client = create_app(services).test_client()
    for number in range(12):
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        answer = client.post("/api/v1/login", json=named(number), headers=headers)
    assert (answer.status_code == 429) is held_up


@pytest.fixture
def hashed(monkeypatch):
    """The parameters of every hash that a password was compared with."""
    hashed, verify = [], passwords._verify

    def counted(password_hash, password):
        hashed.append(extract_parameters(password_hash))
        return verify(password_hash, password)

    monkeypatch.setattr(passwords, "_verify", counted)
    return hashed


@pytest.mark.parametrize("door", ["page", "api"])
@pytest.mark.parametrize("password", ["wrong horse", "x", "x" * 256, "x" * 257, ""])
def test_whoever_is_named_costs_the_same_hashing(client, add, database, sign_in, hashed, door, password):
    """Nobody learns by the time of an answer who has an account, or has been invited."""
    ada = add("ada", "owner")
    add("eve", "member")
    with database.session() as session:
        invitations.invite(session, Actor(ada.id, "ada", ada.role), "member", "for mia")
    told = {}
    for name in ("ada", "EVE", "mia", "nobody", "no one"):
        hashed.clear()
        if door == "page":
            status = sign_in(username=name, password=password).status_code
        else:
            status = client.post("/api/v1/login", json={"username": name, "password": password}).status_code
        told[name] = (status, len(hashed), hashed[:1])
    assert len({str(each) for each in told.values()}) == 1, told
    assert told["ada"][1] == (1 if 0 < len(password) <= 256 or (door == "api" and not password) else 0)


def test_name_that_is_held_up_is_refused_alike_whoever_has_it_and_costs_no_hashing(attempt, hashed):
    for name, address in (("ada", "192.0.2.1"), ("nobody", "192.0.2.2")):
        form = {"username": name, "password": "wrong horse"}
        assert [attempt(form, address) for _ in range(5)] == [401] * 5
        assert len(hashed) == 5
        assert [attempt(form, address), attempt(form | {"password": "correct horse"}, address)] == [429] * 2
        assert len(hashed) == 5
        hashed.clear()


def test_flood_from_everywhere_takes_bounded_memory_and_shuts_out_nobody(app, attempt, clock, monkeypatch):
    """Every attempt from an address of its own, at a name of its own."""
    windows = app.extensions[attempts.KEY]
    small = attempts.Windows(
        *(Window(each.most, seconds=each.seconds, most_names=100) for each in vars(windows).values())
    )
    monkeypatch.setitem(app.extensions, attempts.KEY, small)
    for number in range(300):
        assert attempt(named(number), address=f"2001:db8:{number:x}::1") == 401
    assert [len(each) for each in (small.by_address, small.by_address_and_name, small.by_name)] == [100] * 3
    assert attempt(RIGHT, address="192.0.2.9") == 200
    assert not any(name in each._times for each in vars(small).values() for name in ("ada", ("192.0.2.9", "ada")))


def test_attempts_beyond_those_that_can_be_judged_are_refused_and_not_counted(attempt, monkeypatch):
    with monkeypatch.context() as crowded:
        crowded.setattr(passwords, "_places", BoundedSemaphore(1))
        with passwords._place():
            assert [attempt() for _ in range(20)] == [429] * 20
        assert attempt() == 401
    assert attempt(RIGHT) == 200
