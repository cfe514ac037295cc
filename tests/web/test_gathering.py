"""What was heard of is told once, all of it, whatever fails meanwhile."""

import threading

import pytest

from paas.errors import Unavailable
from paas.web import gathering
from paas.web.gathering import Gatherer


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(gathering, "RETRY_SECONDS", 0.0)


@pytest.fixture
def told():
    return []


@pytest.fixture
def failures():
    """What telling raises, one after the other, before it works."""
    return []


@pytest.fixture
def gatherer(told, failures):
    def tell(heard):
        if failures:
            raise failures.pop(0)
        told.append(heard)

    return Gatherer(tell, name="a-door", pause_seconds=0.0)


def test_what_is_heard_before_it_is_told_is_told_together(gatherer, told):
    gatherer.hear(1)
    gatherer.hear(2, 1)
    gatherer.hear()
    gatherer.tell_now()
    gatherer.hear(3)
    gatherer.tell_now()
    assert told == [{1, 2}, {3}]


def test_what_cannot_be_told_is_kept_with_what_comes_meanwhile(gatherer, told, failures, caplog):
    failures.append(Unavailable("The database does not answer."))
    gatherer.hear(1)
    gatherer.tell_now()
    assert "The a-door can tell nobody anything: The database does not answer." in caplog.text
    gatherer.hear(2)
    gatherer.tell_now()
    assert told == [{1, 2}]


def test_bug_is_logged_and_the_next_is_told(gatherer, told, failures, caplog):
    failures.append(ValueError("a bug"))
    gatherer.hear(1)
    gatherer.tell_now()
    assert "ValueError: a bug" in caplog.text
    gatherer.hear(2)
    gatherer.tell_now()
    assert told == [{2}]


def test_thread_tells_by_itself_and_goes_on_after_failures():
    heard, everything = [], threading.Event()

    def tell(changed):
        if len(heard) < 2:
            heard.append("failed")
            raise (Unavailable("away"), ValueError("a bug"))[len(heard) - 1]
        heard.append(changed)
        everything.set()

    gatherer = Gatherer(
        tell, name="a-door", pause_seconds=0.0, look_seconds=lambda: None if everything.is_set() else 0.01
    )
    gatherer.start()
    assert everything.wait(30)
    assert heard[:2] == ["failed", "failed"]
