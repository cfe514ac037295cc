"""What is queued is sent: in order, again after a failure, over a restart, and normally once."""

import contextlib
from collections import deque

import pytest

from paas.accounts import grants
from paas.alerts import destinations, notices
from paas.alerts.change import Turn
from paas.alerts.destinations import Post, Wanted
from paas.alerts.notifying import MOST_AT_ONCE, Notifier, pause_after
from paas.alerts.sending import Sender
from paas.errors import TooMany
from tests.alerts.posting import Clock, change, failed, states
from tests.waiting import eventually

SLACK, NTFY = "slack://TokenAAAA/TokenBBBB/TokenCCCC", "ntfys://ntfy.example.org/ops"


@pytest.fixture
def start(post):
    """``start()`` -> a notifier that runs, with a clock that is moved by hand."""
    with contextlib.ExitStack() as ends:

        def start(post=post, clock=None):
            notifier = Notifier(
                post,
                public_url="https://paas.example.org",
                clock=clock or Clock(),
                pause=lambda failures: 10.0 * (failures + 1),
            )
            notifier.start()
            ends.callback(notifier.stop)
            return notifier

        yield start


@pytest.fixture
def tell(database):
    """``tell(notifier, change(), ...)`` as those who watch do it."""

    def tell(notifier, *changes):
        with database.session() as session:
            for each in changes:
                notifier.notify(session, each)
        notifier.wake()

    return tell


def later(notifier, seconds):
    notifier._clock.now += seconds
    notifier.wake()


def test_notice_says_what_where_since_when_and_leads_to_its_page(database, post, sender, people, start, tell, shop):
    made = destinations.create(post, people["bob"], Wanted("Ops", SLACK))
    notifier = start()
    tell(notifier, change(4, app_id=shop.id, subject=f"app/{shop.id}/web.1", value="93 %"))
    later(notifier, notices.GATHER_SECONDS)
    eventually(lambda: states(database, made.id) == [("sent", 1, "")])
    [(_, message, may_be_private)] = sender.sent
    assert message.title == "shop web.1: Rule 4"
    assert message.kind == "failure"
    assert message.body.splitlines() == [
        "CPU is at 93 %.",
        "Since 2026-11-20 09:49:50 UTC",
        "Value: 93 %",
        "https://paas.example.org/alerts/incidents/4",
    ]
    assert not may_be_private


def test_notices_within_seconds_go_out_as_one_message(database, post, sender, people, start, tell):
    made = destinations.create(post, people["ada"], Wanted("Ops", SLACK))
    notifier = start()
    tell(notifier, change(1), change(2), change(1, Turn.RECOVERED))
    later(notifier, notices.GATHER_SECONDS)
    eventually(lambda: states(database, made.id) == [("sent", 1, "")] * 3)
    assert sender.titles(SLACK) == ["2 alerts, 1 over"]


def test_failure_is_tried_again_after_a_pause_in_order_and_once(database, post, sender, people, start, tell):
    made = destinations.create(post, people["ada"], Wanted("Ops", SLACK))
    sender.outcomes[SLACK] = deque([failed(), failed()])
    notifier = start()
    tell(notifier, change(1))
    later(notifier, notices.GATHER_SECONDS)
    reason = failed().reason
    eventually(lambda: states(database, made.id) == [("waiting", 1, reason)])
    later(notifier, 10)
    eventually(lambda: states(database, made.id) == [("waiting", 2, reason)])
    tell(notifier, change(2))
    later(notifier, 19)
    tell(notifier, change(3))
    later(notifier, 1 + notices.GATHER_SECONDS)
    eventually(lambda: [state for state, _, _ in states(database, made.id)] == ["sent"] * 3)
    assert sender.titles(SLACK) == ["paas.example.org: Rule 1", "paas.example.org: Rule 1", "3 alerts"]
    assert sender.sent[-1][1].body.index("Rule 1") < sender.sent[-1][1].body.index("Rule 2")


def test_failure_is_tried_again_after_a_restart(database, post, sender, people, start, tell):
    made = destinations.create(post, people["ada"], Wanted("Ops", SLACK))
    sender.outcomes[SLACK] = deque([failed()])
    first = start()
    tell(first, change(1))
    later(first, notices.GATHER_SECONDS)
    eventually(lambda: states(database, made.id) == [("waiting", 1, failed().reason)])
    first.stop()
    second = start(clock=Clock(first._clock.now + 10))
    eventually(lambda: states(database, made.id) == [("sent", 2, "")])
    later(second, 3600)
    assert len(sender.sent) == 2


def test_crash_in_the_middle_has_it_sent_again_once_the_lease_is_over(database, post, sender, people, start, tell):
    made = destinations.create(post, people["ada"], Wanted("Ops", SLACK))
    died = Notifier(post, clock=Clock())
    with database.session() as session:
        died.notify(session, change(1))
        assert notices.take(session, made.id, died._clock.now + notices.GATHER_SECONDS)
    notifier = start(clock=Clock(died._clock.now + notices.LEASE_SECONDS))
    later(notifier, notices.GATHER_SECONDS - 0.5)
    tell(notifier, change(2))
    assert sender.sent == []
    later(notifier, notices.GATHER_SECONDS)
    eventually(lambda: [state for state, _, _ in states(database, made.id)] == ["sent"] * 2)


def test_two_notifiers_of_one_database_send_once(database, post, sender, people, start, tell):
    made = destinations.create(post, people["ada"], Wanted("Ops", SLACK))
    sender.hung.add(SLACK)
    clock = Clock()
    one, other = start(clock=clock), start(clock=clock)
    tell(one, change(1))
    later(one, notices.GATHER_SECONDS)
    eventually(lambda: sender.under_way == [SLACK])
    with database.session() as session:
        assert notices.due(session, clock.now)[0] == []
        assert notices.take(session, made.id, clock.now) is None
    other.wake()
    sender.let_go()
    eventually(lambda: states(database, made.id) == [("sent", 1, "")])
    assert len(sender.sent) == 1


def test_destinations_that_hang_hold_up_no_other(database, post, sender, people, start, tell):
    """More of them than there are couriers, once they are known to fail."""
    hung = [f"json://{number}.example.org/hook" for number in range(MOST_AT_ONCE)]
    for url in hung:
        destinations.create(post, people["ada"], Wanted(url[:20], url))
        sender.outcomes[url] = deque([failed()])
    notifier = start()
    tell(notifier, change(1))
    later(notifier, notices.GATHER_SECONDS)
    eventually(lambda: len(sender.sent) == len(hung) and not notifier._busy)
    sender.hung |= set(hung)
    made = destinations.create(post, people["ada"], Wanted("Ops", NTFY))
    later(notifier, 10)
    eventually(lambda: len(sender.under_way) == len(hung) + MOST_AT_ONCE // 2)
    tell(notifier, change(2))
    later(notifier, notices.GATHER_SECONDS)
    eventually(lambda: states(database, made.id) == [("sent", 1, "")])
    sender.let_go()


def test_what_failed_for_a_day_is_given_up_and_says_why(database, post, sender, people, start, tell):
    made = destinations.create(post, people["ada"], Wanted("Ops", SLACK))
    sender.outcomes[SLACK] = deque([failed()] * 9)
    notifier = start()
    tell(notifier, change(1))
    later(notifier, notices.GATHER_SECONDS)
    eventually(lambda: states(database, made.id) == [("waiting", 1, failed().reason)])
    later(notifier, notices.PATIENCE_SECONDS)
    reason = f"{failed().reason} Nothing was taken for a day."
    eventually(lambda: [(state, words) for state, _, words in states(database, made.id)] == [("given_up", reason)])


def test_what_may_not_be_seen_any_more_is_not_sent(database, post, sender, people, start, tell, shop):
    with database.session() as session:
        grants.give(session, people["ada"], shop, "eve", "view")
    made = destinations.create(post, people["eve"], Wanted("Ops", SLACK))
    notifier = start()
    tell(notifier, change(1, app_id=shop.id, subject=f"app/{shop.id}"))
    with database.session() as session:
        grants.withdraw(session, people["ada"], shop, "eve")
    later(notifier, notices.GATHER_SECONDS)
    eventually(lambda: [state for state, _, _ in states(database, made.id)] == ["given_up"])
    assert sender.sent == []


def test_what_waits_for_a_destination_that_is_turned_off_is_given_up(database, post, sender, people, start, tell):
    made = destinations.create(post, people["ada"], Wanted("Ops", SLACK))
    notifier = start()
    tell(notifier, change(1))
    destinations.change(post, people["ada"], made.id, is_on=False)
    later(notifier, notices.GATHER_SECONDS)
    eventually(lambda: states(database, made.id) == [("given_up", 0, "The destination was turned off.")])
    assert sender.sent == []


def test_destination_that_was_removed_takes_its_notices_along(database, post, sender, people, start, tell):
    made = destinations.create(post, people["ada"], Wanted("Ops", SLACK))
    sender.hung.add(SLACK)
    notifier = start()
    tell(notifier, change(1))
    later(notifier, notices.GATHER_SECONDS)
    eventually(lambda: sender.under_way == [SLACK])
    with database.session() as session:
        destinations.remove(session, people["ada"], made.id)
    sender.let_go()
    eventually(lambda: not notifier._busy)
    with database.session() as session:
        assert notices.due(session, notifier._clock.now) == ([], None)


def test_test_is_sent_at_once_and_not_again_within_seconds(post, sender, people):
    made = destinations.create(post, people["ada"], Wanted("Ops", SLACK))
    notifier = Notifier(post, clock=Clock())
    assert notifier.test(people["ada"], made.id).is_sent
    assert sender.titles(SLACK) == ["A test from Quayside"]
    with pytest.raises(TooMany):
        notifier.test(people["ada"], made.id)
    notifier._clock.now += 10
    sender.outcomes[SLACK] = deque([failed("Its host refused the connection.")])
    assert notifier.test(people["ada"], made.id) == failed("Its host refused the connection.")


@pytest.mark.parametrize(("failures", "least", "most"), [(0, 8, 12), (1, 16, 24), (4, 128, 192), (99, 1440, 2160)])
def test_pauses_grow_to_half_an_hour(failures, least, most):
    assert least <= pause_after(failures) <= most


def test_webhook_gets_each_notice_once_though_it_failed_and_the_dashboard_started_again(
    database, vault, people, webhook, start, tell, caplog
):
    """With a courier that really goes."""
    post = Post(database, vault, Sender(longest_seconds=60))
    made = destinations.create(post, people["ada"], Wanted("Ops", webhook.url("the-secret-hook")))
    webhook.answers += [500, 200]
    first = start(post=post)
    tell(first, change(1))
    later(first, notices.GATHER_SECONDS)
    reason = "The service answered 500 Internal Server Error."
    eventually(lambda: states(database, made.id) == [("waiting", 1, reason)], 60)
    first.stop()
    start(post=post, clock=Clock(first._clock.now + 10))
    eventually(lambda: states(database, made.id) == [("sent", 2, "")], 60)
    assert webhook.titles == ["paas.example.org: Rule 1"] * 2
    assert "the-secret-hook" not in caplog.text
