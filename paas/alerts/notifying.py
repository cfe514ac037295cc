"""Sends what is queued, in threads of its own: one looks what is due, one for each destination sends. Nobody waits for
it, and a destination that hangs holds up no other.

A failure is tried again with growing pauses for a day, in the order of the notices; what fails then is given up, and
its page says why.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from paas import concurrency
from paas.accounts.permissions import Actor
from paas.alerts import destinations, notices, wording
from paas.alerts.change import Change
from paas.alerts.destinations import Post
from paas.alerts.notices import Batch
from paas.alerts.outcome import Outcome
from paas.alerts.sending import Message
from paas.concurrency.tasks import Task
from paas.errors import Invalid, Problem, TooMany, Unavailable
from paas.storage.notice_tables import DestinationRow

log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
"""How soon what another process has queued is noticed."""
SWEEP_SECONDS = 3600.0
STOP_SECONDS = 60.0
MOST_AT_ONCE = 8
"""Couriers, each a process of 50 MB. Destinations that failed the last time share half of them, so that however many
hang, there is always one for those that do not."""
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 10.0, 1800.0
BETWEEN_TESTS_SECONDS = 10.0


def pause_after(failures: int) -> float:
    """10 s after the first failure (``failures`` counts those before it), twice as long after each one more, half an
    hour at most; a fifth more or less, so that those that failed together are not tried together."""
    whole = min(SHORTEST_PAUSE_SECONDS * 2.0 ** min(failures, 20), LONGEST_PAUSE_SECONDS)
    return whole * (0.8 + 0.4 * random.random())  # noqa: S311 - it spreads load, it guards nothing


class Notifier:
    """Takes what is to be told (``paas.alerts.outbox.Outbox``) and sends it."""

    def __init__(
        self,
        post: Post,
        *,
        public_url: str | None = None,
        machine: str = "this machine",
        clock: Callable[[], float] = time.time,
        pause: Callable[[int], float] = pause_after,
    ) -> None:
        self.post = post
        self._public_url, self._machine = public_url or "", urlsplit(public_url or "").hostname or machine
        self._clock, self._pause = clock, pause
        self._busy: dict[int, bool] = {}
        """Whether it failed the last time, by the id of the destination that is being sent to."""
        self._tasks: list[Task] = []
        self._swept_at = 0.0
        self._complaint = ""
        self._is_stopped = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="notifier", daemon=True)

    def notify(self, session: Session, change: Change) -> None:
        """Queue it in this session, with the change itself: both are kept or neither."""
        notices.queue(session, change, machine=self._machine, now=self._clock())

    def wake(self) -> None:
        """Look now: something was queued, or a destination was changed."""
        self._wake.set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more, and wait a while for what is being sent."""
        self._is_stopped = True
        self._wake.set()
        self._thread.join(STOP_SECONDS)
        for task in self._tasks:
            task.join(STOP_SECONDS)

    def test(self, actor: Actor, destination_id: int) -> Outcome:
        """Send a notice that says it is a test, now; TooMany when one was sent a moment ago."""
        now = self._clock()
        with self.post.database.session() as session:
            found = destinations.find(session, actor, destination_id)
            owner = destinations.owner_of(session, found.owner_id)
            row = session.get_one(DestinationRow, destination_id)
            if abs(now - row.tested_at) < BETWEEN_TESTS_SECONDS:  # a clock that was set back must not hold it up
                raise TooMany(
                    f"A test was sent a moment ago. Try again in {BETWEEN_TESTS_SECONDS:.0f} s.",
                    retry_after_seconds=int(BETWEEN_TESTS_SECONDS),
                )
            row.tested_at = now
            sealed = row.sealed_url
        if owner is None:
            return Outcome(is_sent=False, reason="Its owner was removed. Change it, and it is yours.")
        body = f"{actor.username} asks whether notices reach {found.name}. They do."
        message = Message("A test from Quayside", "\n".join(filter(None, (body, self._public_url))))
        return self._send(sealed, message, may_be_private=destinations.may_be_private(owner))

    def _watch(self) -> None:
        while not self._is_stopped:
            self._wake.clear()
            seconds = LOOK_SECONDS
            try:
                seconds = self._look()
                self._complaint = ""
            except Problem as problem:
                if problem.message != self._complaint:
                    log.warning("Notices wait: %s", problem.message)
                self._complaint = problem.message
            except Exception:
                log.exception("Sending notices failed and goes on")
            self._wake.wait(seconds)

    def _look(self) -> float:
        """Begin what is due; in how many seconds there will be more."""
        now = self._clock()
        with self.post.database.session() as session:
            notices.give_up(session, now)
            if now - self._swept_at >= SWEEP_SECONDS:
                notices.sweep(session, now)
                self._swept_at = now
            ready, later = notices.due(session, now)
        self._tasks = [task for task in self._tasks if task.is_alive]
        for destination_id, failures in ready:
            if destination_id not in self._busy and self._has_room(is_failing=failures > 0):
                self._busy[destination_id] = failures > 0
                self._tasks.append(concurrency.start(self._deliver, destination_id))
        return LOOK_SECONDS if later is None else min(LOOK_SECONDS, max(0.0, later - now))

    def _has_room(self, *, is_failing: bool) -> bool:
        if len(self._busy) >= MOST_AT_ONCE:
            return False
        return not is_failing or sum(self._busy.values()) < MOST_AT_ONCE // 2

    def _deliver(self, destination_id: int) -> None:
        try:
            with self.post.database.session() as session:
                batch = notices.take(session, destination_id, self._clock())
            if batch is not None:
                title, body, kind = wording.together(self._with_links(batch))
                outcome = self._send(batch.sealed_url, Message(title, body, kind), may_be_private=batch.may_be_private)
                self._settle(batch, outcome)
        except Problem as problem:
            log.warning("Notices for destination %s wait: %s", destination_id, problem.message)
        except Exception:
            log.exception("Sending notices to destination %s failed", destination_id)
        finally:
            del self._busy[destination_id]
            self._wake.set()

    def _with_links(self, batch: Batch) -> list[wording.Text]:
        return [
            replace(each, link=f"{self._public_url}{each.link}" if self._public_url else "") for each in batch.texts
        ]

    def _send(self, sealed_url: str, message: Message, *, may_be_private: bool) -> Outcome:
        try:
            url = self.post.vault.open(sealed_url)
        except Invalid:
            return Outcome(is_sent=False, reason="Its address cannot be opened any more. Give it again.")
        return self.post.sender.send(url, message, may_be_private=may_be_private)

    def _settle(self, batch: Batch, outcome: Outcome) -> None:
        """Where the database is away just now, as long as the lease lasts: what was sent would be sent again."""
        deadline = self._clock() + notices.LEASE_SECONDS / 2
        while True:
            try:
                with self.post.database.session() as session:
                    row = session.get(DestinationRow, batch.destination_id)
                    pause = self._pause(row.failures if row is not None else 0)
                    notices.settle(session, batch, outcome, pause_seconds=pause, now=self._clock())
                return
            except Unavailable:
                if self._clock() >= deadline:
                    raise
                time.sleep(1.0)
