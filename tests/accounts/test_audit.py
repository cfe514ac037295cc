"""The audit log: what is kept, found and given out, and that nothing in it can be changed."""

import csv
import io
import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from paas.accounts import audit
from paas.accounts.audit import Event, Filter, Result
from paas.accounts.permissions import Actor, Role
from paas.errors import Forbidden, Problem

ADMIN = Actor(1, "ada", Role.ADMIN)


@pytest.fixture
def clock(monkeypatch):
    """Every event comes ten seconds after the one before; the first at 1,000."""
    now = [990.0]

    def tick():
        now[0] += 10
        return now[0]

    monkeypatch.setattr("paas.accounts.audit.time.time", tick)


@pytest.fixture
def record(database, clock):
    def record(username="ada", action="deploy app", subject="app shop", result=Result.DONE, **more):
        event = Event(username, action, subject, **({"door": "page", "address": "192.0.2.1"} | more), result=result)
        with database.session() as session:
            audit.record(session, event)

    return record


def found(database, who=ADMIN, before=None, limit=100, **wanted):
    with database.session() as session:
        return audit.find(session, who, Filter(**wanted), before=before, limit=limit)


def test_event_is_kept_as_it_was(database, record):
    record(detail="ref abc", user_id=7, door="api", result=Result.FAILED)
    entry = found(database)[0]
    assert (entry.at, entry.username, entry.action, entry.subject) == (1_000, "ada", "deploy app", "app shop")
    assert (entry.door, entry.address, entry.result, entry.detail) == ("api", "192.0.2.1", "failed", "ref abc")


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET username = 'eve'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 1"]
)
def test_database_refuses_to_change_what_is_written(database, record, statement):
    record()
    with pytest.raises((DatabaseError, Problem), match="cannot be changed"), database.session() as session:
        session.execute(text(statement))
    assert [entry.username for entry in found(database)] == ["ada"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [4, 3, 2, 1]),
        ({"username": "AD"}, [3, 1]),
        ({"username": "%"}, []),
        ({"subject": "shop"}, [4, 1]),
        ({"action": "delete app"}, [3]),
        ({"result": "refused"}, [3]),
        ({"since": 1_010.0}, [4, 3, 2]),
        ({"until": 1_010.0}, [1]),
        ({"username": "bob", "subject": "cart"}, [2]),
        ({"username": "\ud800"}, []),
    ],
)
def test_filter_finds_what_it_says_the_newest_first(database, record, wanted, expected):
    record()
    record("bob", subject="app cart")
    record("ada", "delete app", "app cart", Result.REFUSED)
    record("bob", "change app", "app shop")
    assert [entry.id for entry in found(database, **wanted)] == expected


def test_pages_follow_one_another(database, record):
    for _ in range(5):
        record()
    first = found(database, limit=2)
    second = found(database, before=first[-1].id, limit=2)
    assert [entry.id for entry in first + second] == [5, 4, 3, 2]


def test_log_is_for_admins_and_the_owner(database, record):
    record()
    member = Actor(2, "bob", Role.MEMBER)
    with pytest.raises(Forbidden, match="see who did what"):
        found(database, who=member)
    with pytest.raises(Forbidden):
        audit.everything(database, member, Filter())
    with database.session() as session, pytest.raises(Forbidden):
        audit.actions(session, member)


def test_export_holds_everything_oldest_first(database, record, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 2)
    for number in range(5):
        record(subject=f'app "{number}", and more')
    rows = list(csv.DictReader(io.StringIO("".join(audit.as_csv(audit.everything(database, ADMIN, Filter()))))))
    objects = [
        json.loads(line)
        for line in "".join(audit.as_json_lines(audit.everything(database, ADMIN, Filter()))).splitlines()
    ]
    assert [row["subject"] for row in rows] == [f'app "{number}", and more' for number in range(5)]
    assert [str(each["id"]) for each in objects] == [row["id"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert objects[0]["time"] == rows[0]["time"] == "1970-01-01T00:16:40.000Z"


@pytest.mark.parametrize("subject", ["=cmd()", "+1", "-1", "@SUM"])
def test_spreadsheet_gets_no_formula(database, record, subject):
    record(subject=subject)
    line = "".join(audit.as_csv(audit.everything(database, ADMIN, Filter()))).splitlines()[1]
    assert f"'{subject}" in line


def test_what_no_database_takes_and_what_is_long_is_cut(database, record):
    record(subject="a\0b\ud800\nc" + "x" * 999, username="y" * 99, detail="z" * 9_999)
    entry = found(database)[0]
    assert entry.subject.startswith("a b  cxx")
    assert (len(entry.subject), len(entry.username), len(entry.detail)) == (255, 64, 1000)
