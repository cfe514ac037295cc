"""Who may stay on an open socket, looked at again and again."""

import time

import pytest

from paas.accounts import sessions
from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Wanted
from paas.errors import Forbidden, Unavailable
from paas.storage.tables import SessionRow, UserRow
from paas.web import identity
from paas.web.presence import Look, Presence


class Room:
    def __init__(self):
        self.visitors, self.kept, self.sent_away = {}, [], {}
        self.refuses = None

    def keep(self, key, actor, look):
        self.kept.append((key, actor))
        if self.refuses:
            raise self.refuses

    def send_away(self, key, problem):
        self.sent_away[key] = problem.kind
        del self.visitors[key]


@pytest.fixture
def room(app, database, ada):
    """ada is here twice, on two sessions."""
    room = Room()
    for key in ("first", "second"):
        with database.session() as session:
            token = sessions.start(session, ada.id, address="", user_agent="", now=time.time())
            room.visitors[key] = sessions.find(session, sessions.id_of(token), now=time.time())
    return room


@pytest.fixture
def look(app, room):
    presence = Presence(app)
    presence.watch(room)

    def look():
        with app.app_context():
            presence.look()

    return look


def test_who_may_stay_is_told_to_the_room_as_they_are_now(room, look, database, ada):
    look()
    assert [key for key, _ in room.kept] == ["first", "second"]
    with database.session() as session:
        session.get(UserRow, ada.id).role = "member"
    look()
    assert room.kept[-1][1].role is Role.MEMBER
    assert room.sent_away == {}


def test_session_that_another_process_has_ended_sends_its_sockets_away_alone(room, look, database):
    with database.session() as session:
        sessions.end(session, room.visitors["first"].session_id)
    look()
    assert room.sent_away == {"first": "not_signed_in"}


def test_deleted_user_is_sent_away(room, look, database, ada):
    with database.session() as session:
        session.query(SessionRow).delete()
        session.delete(session.get(UserRow, ada.id))
    look()
    assert room.sent_away == dict.fromkeys(("first", "second"), "not_signed_in")


def test_credential_that_has_expired_sends_away_though_its_session_lives(room, look):
    first = room.visitors["first"]
    room.visitors["third"] = Actor(first.user_id, first.username, first.role, first.session_id, expires_at=time.time())
    look()
    assert room.sent_away == {"third": "not_signed_in"}


def test_room_that_refuses_has_its_visitor_sent_away(room, look):
    room.refuses = Forbidden("No.")
    look()
    assert room.sent_away == {"first": "forbidden", "second": "forbidden"}


@pytest.mark.parametrize("failure", [Unavailable("The database does not answer."), ValueError("a bug")])
def test_failure_sends_nobody_away(room, look, failure):
    room.refuses = failure
    look()
    assert room.sent_away == {}


def test_visitor_who_cannot_be_sent_away_keeps_nobody_else_here(app, room, look, monkeypatch):
    told = []

    def send_away(key, problem):
        told.append(key)
        raise OSError("its connection is broken")

    monkeypatch.setattr(room, "send_away", send_away)
    room.refuses = Forbidden("No.")
    look()
    assert told == ["first", "second"]


def test_what_has_expired_sends_away_though_the_database_does_not_answer(room, look, monkeypatch):
    def fail(credentials):
        raise Unavailable("The database does not answer.")

    first = room.visitors["first"]
    room.visitors["third"] = Actor(first.user_id, first.username, first.role, first.session_id, expires_at=time.time())
    monkeypatch.setattr(identity, "all_now", fail)
    look()
    assert room.sent_away == {"third": "not_signed_in"}


def test_look_that_fails_is_not_the_last(room, look, database, monkeypatch, caplog):
    """An error that got out would end the thread that looks, and nobody would be sent away any more."""
    with monkeypatch.context() as patched:
        patched.setattr(identity, "all_now", lambda credentials: int("a bug"))
        look()
    assert "could be looked up" in caplog.text
    with database.session() as session:
        sessions.end(session, room.visitors["first"].session_id)
    look()
    assert room.sent_away == {"first": "not_signed_in"}


def test_all_credentials_are_looked_up_at_once_and_each_app_once(app, room, look, database, monkeypatch):
    asked, found = [], identity.all_now
    monkeypatch.setattr(identity, "all_now", lambda credentials: asked.append(credentials) or found(credentials))
    first, second = room.visitors["first"], room.visitors["second"]
    room.visitors |= {f"another {number}": first for number in range(10)}
    look()
    assert asked == [sorted([first.session_id, second.session_id])]
    assert len(room.kept) == 12

    with database.session() as session:
        shop = catalogue.create(session, first, Wanted("shop", repository="https://git.example.org/a"))
    round_ = Look(database, {})
    assert round_.app(shop.id) is round_.app(shop.id)
    assert round_.app(shop.id).name == "shop"
    assert round_.app(99) is None
