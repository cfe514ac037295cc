"""The queue of notices: who hears of what, and how much is kept."""

from paas.alerts import destinations, notices
from paas.alerts.destinations import Wanted
from tests.alerts.posting import change, states

SLACK = "slack://TokenAAAA/TokenBBBB/TokenCCCC"


def test_queue_is_bounded_and_the_oldest_make_way(database, post, people, monkeypatch):
    made = destinations.create(post, people["ada"], Wanted("Ops", SLACK))
    monkeypatch.setattr(notices, "MOST_WAITING", 3)
    with database.session() as session:
        for number in range(5):
            notices.queue(session, change(number), machine="here", now=1.0 + number)
    assert [state for state, _, _ in states(database, made.id)] == ["given_up"] * 2 + ["waiting"] * 3


def test_each_destination_hears_of_what_its_owner_may_see_and_asked_for(database, post, people, shop):
    def make(who, **more):
        return destinations.create(post, people[who], Wanted(who, SLACK, **more)).id

    of_all, of_app, of_rule = make("ada"), make("bob", app_id=shop.id), make("ada", rule_ids=(8,))
    of_bob, of_nothing = make("bob"), make("mallory")
    with database.session() as session:
        notices.queue(session, change(1), machine="here", now=1.0)
        notices.queue(session, change(2, app_id=shop.id, subject=f"app/{shop.id}"), machine="here", now=1.0)
        notices.queue(session, change(3, rule_id=8), machine="here", now=1.0)
    got = {each: len(states(database, each)) for each in (of_all, of_app, of_rule, of_bob, of_nothing)}
    assert got == {of_all: 3, of_app: 1, of_rule: 1, of_bob: 1, of_nothing: 0}


def test_old_notices_are_removed(database, post, people):
    made = destinations.create(post, people["ada"], Wanted("Ops", SLACK))
    with database.session() as session:
        notices.queue(session, change(1), machine="here", now=1.0)
        notices.give_up(session, 1.0 + notices.PATIENCE_SECONDS + 1)
        notices.sweep(session, 1.0 + notices.PATIENCE_SECONDS + notices.KEPT_SECONDS)
    assert len(states(database, made.id)) == 1
    with database.session() as session:
        notices.sweep(session, 3.0 + notices.PATIENCE_SECONDS + notices.KEPT_SECONDS)
    assert states(database, made.id) == []
