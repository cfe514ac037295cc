"""What happened to containers, kept in both databases."""

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Wanted
from paas.engine import labels
from paas.engine.containers import Container
from paas.engine.events import Event
from paas.errors import NotFound, Unavailable
from paas.metrics import marks as module
from paas.metrics.history import History
from paas.metrics.marks import Kind, Mark, Marks, between
from paas.metrics.owners import Owners
from paas.metrics.rollup import DAY
from tests.metrics.test_history import cpu

NOW = 1_800_000_000.0
OWNER = Actor(0, "ada", Role.OWNER)


class Inventory:
    """``rows`` are what a test sets."""

    def __init__(self):
        self.rows, self.is_away = [], False

    def all(self):
        if self.is_away:
            raise Unavailable("The engine does not answer.")
        return tuple(self.rows)

    def find(self, reference):
        for row in self.all():
            if row.id == reference:
                return row
        raise NotFound("Container not found")


@pytest.fixture
def inventory():
    return Inventory()


@pytest.fixture
def marks(database, inventory):
    return Marks(database, inventory, Owners(database, "here"), clock=lambda: NOW)


@pytest.fixture
def shop(database):
    with database.session() as session:
        return catalogue.create(session, OWNER, Wanted("shop", repository="https://a.org/b"))


@pytest.fixture
def tell(marks):
    """``tell(*events)``, and what they are worth is kept."""

    def tell(*events):
        for event in events:
            marks.hear(event)
        while marks.keep_next(wait_seconds=0.01):
            pass

    return tell


@pytest.fixture
def kept(database):
    def kept(app_ids=None, start=0, end=2 * NOW, most=100):
        with database.session() as session:
            return between(session, app_ids, start, end, most=most)

    return kept


def its_labels(app, role="process"):
    return {
        labels.INSTANCE: "here",
        labels.APP: str(app.id),
        labels.PROCESS: "web",
        labels.NUMBER: "1",
        labels.ROLE: role,
    }


def event(action, at, app=None, container="c", code=None, role="process"):
    own = its_labels(app, role) if app else {}
    return Event(action, container, NOW + at, name=f"name-of-{container}", exit_code=code, labels=own)


def test_crash_and_restart_of_an_app_are_kept_with_the_code(tell, kept, shop):
    tell(event("die", 1, shop, code=3), event("start", 2, shop))
    again, ended = kept()
    assert ended == Mark(NOW + 1, Kind.EXIT, shop.id, "web.1", "c", 3)
    assert (again.kind, again.at, again.text) == (Kind.RESTART, NOW + 2, "web.1 was started again")
    assert ended.text == "web.1 exited with code 3"


def test_stop_that_was_asked_for_is_not_kept(tell, kept, shop):
    tell(event("kill", 1, shop), event("die", 2, shop, code=143))
    assert kept() == []


def test_of_containers_of_no_app_only_lack_of_memory_is_kept(tell, kept):
    tell(event("die", 1, code=1), event("oom", 2), event("start", 3))
    (mark,) = kept()
    assert (mark.text, mark.app_id) == ("name-of-c ran out of memory", None)


def test_release_command_leaves_no_mark(tell, kept, shop):
    tell(event("die", 1, shop, code=1, role="release"))
    assert kept() == []


def test_container_of_another_dashboard_is_none_of_ours(tell, kept, shop):
    theirs = its_labels(shop) | {labels.INSTANCE: "there"}
    tell(Event("die", "c", NOW, name="x", exit_code=1, labels=theirs))
    assert kept() == []


def test_marks_are_found_by_app_and_time_and_only_so_many(tell, kept, shop):
    tell(*(event("die", at, shop, code=at) for at in range(10)), event("oom", 20))
    assert [mark.exit_code for mark in kept([shop.id], most=3)] == [9, 8, 7]
    assert [mark.exit_code for mark in kept([shop.id], NOW + 2, NOW + 4)] == [4, 3, 2]
    assert kept([shop.id + 1]) == []
    assert len(kept()) == 11


def test_what_two_dashboards_have_seen_is_told_once(tell, kept, shop):
    tell(event("die", 1, shop, code=3))
    tell(event("die", 1, shop, code=3), event("die", 2, shop, code=3))
    assert [mark.at - NOW for mark in kept()] == [2, 1]


def row(name, code, at, app=None, **more):
    own = its_labels(app) if app else {}
    return Container(name, name, "image", "exited", "", since=NOW + at, exit_code=code, labels=own, **more)


def test_ends_that_nobody_saw_are_kept_at_the_next_start(database, marks, inventory, kept, shop):
    history = History(database)
    history.take(cpu(NOW, 1))
    history.flush()
    inventory.rows = [
        row("old", 1, -60, shop),
        row("crashed", 7, 60, shop),
        row("stopped", 143, 60, shop),
        row("done", 0, 60, shop),
        row("large", 137, 61, shop, out_of_memory=True),
        row("stranger", 1, 60),
        Container("up", "up", "image", "running", "", since=NOW + 60, labels=its_labels(shop)),
    ]
    marks.look_back()
    assert [(mark.container_id, mark.kind, mark.exit_code) for mark in kept()] == [
        ("large", Kind.OUT_OF_MEMORY, None),
        ("crashed", Kind.EXIT, 7),
    ]


def test_nothing_is_told_of_the_time_before_the_dashboard(marks, inventory, kept, shop):
    inventory.rows = [row("crashed", 7, 60, shop)]
    marks.look_back()
    assert kept() == []


def test_engine_that_is_away_is_asked_again(database, marks, inventory, shop):
    history = History(database)
    history.take(cpu(NOW, 1))
    history.flush()
    inventory.is_away = True
    with pytest.raises(Unavailable):
        marks.look_back()


def test_what_is_too_old_and_what_belongs_to_no_app_any_more_is_deleted(database, marks, tell, kept, shop, monkeypatch):
    monkeypatch.setattr(module, "SWEPT_AT_ONCE", 2)
    tell(
        *(event("die", -31 * DAY + at, shop, code=at) for at in range(5)),
        event("die", 0, shop, code=9),
        event("oom", 0),
    )
    marks.sweep()
    assert {mark.exit_code for mark in kept()} == {9, None}
    with database.session() as session:
        catalogue.delete(session, OWNER, shop, name="shop")
    marks.sweep()
    assert [mark.kind for mark in kept()] == [Kind.OUT_OF_MEMORY]


def test_flood_of_events_is_bounded_and_said(marks, shop, caplog):
    for at in range(module.MOST_WAITING + 5):
        marks.hear(event("die", at, shop, code=1))
    assert "not all of it is kept" in caplog.text


def test_database_that_is_away_is_waited_for(database, marks, tell, kept, shop, monkeypatch):
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.001)
    session, failures = database.session, iter([Unavailable("It does not answer.")] * 2)

    def failing():
        if (failure := next(failures, None)) is not None:
            raise failure
        return session()

    marks._owners.of([])  # asks the database which apps there are, before it goes away
    monkeypatch.setattr(database, "session", failing)
    tell(event("die", 1, shop, code=1))
    assert len(kept()) == 1
