"""A courier that goes nowhere, and changes of alerts to send."""

import threading
from collections import deque

from paas.accounts.permissions import Actor, Role
from paas.alerts import notices
from paas.alerts.change import Change, Turn
from paas.alerts.outcome import Outcome

TAKEN = Outcome(is_sent=True)


def failed(reason="The service answered 500 Internal Server Error."):
    return Outcome(is_sent=False, reason=reason)


class FakeSender:
    """``outcomes`` by address holds what becomes of the next messages there, taken when it is empty; ``hung`` are the
    addresses that do not answer until ``let_go``. ``sent`` is (address, message, may_be_private) of each."""

    def __init__(self):
        self.sent, self.outcomes, self.hung, self.wrong = [], {}, set(), {}
        self.under_way = []
        self._go = threading.Event()

    def send(self, url, message, *, may_be_private):
        self.under_way.append(url)
        if url in self.hung:
            self._go.wait(60)
        self.sent.append((url, message, may_be_private))
        return self.outcomes.get(url, deque()).popleft() if self.outcomes.get(url) else TAKEN

    def check(self, url, *, may_be_private):
        return Outcome(is_sent=False, is_wrong=True, reason=self.wrong[url]) if url in self.wrong else TAKEN

    def let_go(self):
        self._go.set()

    def titles(self, url):
        return [message.title for address, message, _ in self.sent if address == url]


class Clock:
    def __init__(self, now=1_795_168_490.0):
        self.now = now

    def __call__(self):
        return self.now


def change(number=1, state=Turn.FIRING, *, app_id=None, subject="host", at=1_795_168_490.0, **more):
    fields = {"rule_id": 7, "rule_name": f"Rule {number}", "text": "CPU is at 93 %.", "since": at - 300} | more
    return Change(incident_id=number, subject=subject, app_id=app_id, state=state, at=at, **fields)


def states(database, destination_id):
    """(state, attempts, reason) of each of its notices, oldest first."""
    with database.session() as session:
        found = notices.of_destination(session, Actor(0, "root", Role.OWNER), destination_id)
    return [(each.state, each.attempts, each.reason) for each in reversed(found)]
