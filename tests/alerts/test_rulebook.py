"""Who may make, see, change, silence and remove which rule."""

import time

import pytest

from paas.alerts import rulebook
from paas.alerts.rules import About, Direction, Kind, Wanted
from paas.errors import Conflict, Forbidden, Invalid, NotFound

OF_ALL = Wanted("Busy", Kind.METRIC, About.APPS, metric="cpu", threshold=80.0)
OF_MACHINE = Wanted("Full", Kind.METRIC, About.MACHINE, metric="disk_percent", threshold=90.0)


@pytest.fixture
def of_shop(shop):
    return Wanted("Errors", Kind.LOG_PATTERN, About.APP, shop.id, pattern="ERROR", times=5)


@pytest.fixture
def book(database, people, shop, of_shop):
    """One rule of each sort, by the name of what it is about."""
    wanted = {"apps": OF_ALL, "machine": OF_MACHINE, "shop": of_shop}
    with database.session() as session:
        return {name: rulebook.create(session, people["ada"], each) for name, each in wanted.items()}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ada", {"apps", "machine", "shop"}),
        ("bob", {"apps", "shop"}),
        ("eve", {"apps", "shop"}),
        ("mallory", set()),
    ],
)
def test_each_sees_the_rules_of_what_they_may_see(database, people, book, who, seen):
    with database.session() as session:
        found = rulebook.visible(session, people[who])
        assert {rule.id for rule in found} == {book[name].id for name in seen}
        for name, rule in book.items():
            if name in seen:
                assert rulebook.find(session, people[who], rule.id) == rule
            else:
                with pytest.raises(NotFound):
                    rulebook.find(session, people[who], rule.id)


@pytest.mark.parametrize(
    ("who", "may_change"), [("ada", {"apps", "machine", "shop"}), ("bob", {"shop"}), ("eve", set()), ("mallory", set())]
)
def test_each_changes_the_rules_of_what_they_may_change(database, people, book, who, may_change):
    doings = [
        lambda session, rule: rulebook.create(session, people[who], rule_like(rule)),
        lambda session, rule: rulebook.change(session, people[who], rule, name="Another"),
        lambda session, rule: rulebook.silence(session, people[who], rule, time.time() + 60),
        lambda session, rule: rulebook.remove(session, people[who], rule),
    ]
    for name, rule in book.items():
        for do in doings:
            with database.session() as session:
                assert rulebook.may_change(session, people[who], rule) is (name in may_change)
                if name in may_change:
                    do(session, rule)
                else:
                    with pytest.raises(Forbidden):
                        do(session, rule)


def rule_like(rule):
    return Wanted(rule.name, rule.kind, rule.about, rule.app_id, rule.metric, pattern=rule.pattern)


def test_rules_that_watch_an_app_are_found_by_it(database, people, shop, book):
    with database.session() as session:
        found = rulebook.visible(session, people["bob"], shop)
    assert {rule.id for rule in found} == {book["apps"].id, book["shop"].id}


def test_change_keeps_the_rest_and_says_when_it_became_another_rule(database, people, book):
    with database.session() as session:
        renamed = rulebook.change(session, people["ada"], book["apps"], name="Hot", cooldown_minutes=5.0)
        assert renamed.changed_at == book["apps"].changed_at
        changed = rulebook.change(session, people["ada"], renamed, direction=Direction.BELOW, threshold=1.0)
    assert (changed.name, changed.direction, changed.threshold, changed.metric) == ("Hot", "below", 1.0, "cpu")
    assert changed.changed_at > renamed.changed_at


@pytest.mark.parametrize("changes", [{"kind": Kind.DIED}, {"about": About.MACHINE}, {"app_id": 3}, {"colour": "red"}])
def test_what_a_rule_is_cannot_be_changed(database, people, book, changes):
    with database.session() as session, pytest.raises(Invalid, match="cannot be changed"):
        rulebook.change(session, people["ada"], book["apps"], **changes)


def test_pattern_must_be_one_that_the_log_takes(database, people):
    broken = Wanted("Errors", Kind.LOG_PATTERN, About.APPS, pattern="(?=x)")
    with database.session() as session, pytest.raises(Invalid, match="RE2") as refused:
        rulebook.create(session, people["ada"], broken)
    assert refused.value.field == "pattern"


def test_there_are_only_so_many_rules(database, people, of_shop, monkeypatch):
    monkeypatch.setattr(rulebook, "MOST_OF_AN_APP", 2)
    with database.session() as session:
        for _ in range(2):
            rulebook.create(session, people["bob"], of_shop)
        with pytest.raises(Conflict, match="Remove some"):
            rulebook.create(session, people["bob"], of_shop)
        rulebook.create(session, people["ada"], OF_ALL)


def test_silence_of_a_rule_begins_and_ends(database, people, book):
    until = time.time() + 60
    with database.session() as session:
        assert rulebook.silence(session, people["bob"], book["shop"], until).silent_until == until
        assert rulebook.silence(session, people["bob"], book["shop"], None).silent_until is None
        with pytest.raises(Invalid, match="30 days"):
            rulebook.silence(session, people["bob"], book["shop"], until + 31 * 24 * 3600)


def test_silence_of_an_app_is_for_whoever_may_change_it(database, people, shop):
    until = time.time() + 60
    with database.session() as session:
        for _ in range(2):
            assert rulebook.silence_app(session, people["bob"], shop, until) == until
        assert rulebook.silence_of(session, people["eve"], shop) == until
        for who in ("eve", "mallory"):
            with pytest.raises(Forbidden):
                rulebook.silence_app(session, people[who], shop, None)
        with pytest.raises(Forbidden):
            rulebook.silence_of(session, people["mallory"], shop)
        assert rulebook.silence_app(session, people["bob"], shop, time.time() - 1) is None
        assert rulebook.silence_of(session, people["eve"], shop) is None


def test_rules_that_are_off_are_not_watched(database, people, book):
    with database.session() as session:
        rulebook.change(session, people["ada"], book["machine"], is_on=False)
        assert {rule.id for rule in rulebook.watched(session)} == {book["apps"].id, book["shop"].id}
