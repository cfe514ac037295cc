"""How guessing passwords is slowed down, on a clock of the test's own."""

import time

import pytest

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
    monkeypatch.setattr("limits.storage.memory.time", clock)
    monkeypatch.setattr("limits.strategies.time", clock)
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
