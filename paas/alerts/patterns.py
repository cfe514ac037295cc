"""Counts the lines of apps' logs that match rules: one watch for each app that has such a rule, however many it has.

It begins with what is written from then on. The feed behind a watch goes on over restarts of the engine and over
deployments, and hands over each line once; what a dashboard that does not run misses is not counted."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from paas.alerts import rules
from paas.alerts.conditions import Counted
from paas.alerts.rules import Kind, Rule
from paas.apps.app import App
from paas.broadcast import Batch, Crowd, Marker
from paas.errors import Problem
from paas.logs.feed import Status
from paas.logs.filters import LineFilter
from paas.logs.reading.lines import LogLine
from paas.logs.watch import Outlet, Watch

log = logging.getLogger(__name__)

RETRY_SECONDS = 5.0
BUCKETS = 300
"""Into so many parts the time is divided within which lines are counted; none is shorter than a second."""


class Hub(Protocol):
    def watch_app(self, app: App, outlet: Outlet, *, tail: int = 100) -> Watch: ...


class Count:
    """How many lines have matched one rule in one app, and when."""

    def __init__(self, rule: Rule) -> None:
        self.filter = LineFilter(regex=rule.pattern)
        self._window = rule.minutes * 60
        self._width = max(self._window / BUCKETS, 1.0)
        self._buckets: deque[tuple[int, int]] = deque()
        self._total = self._read = self._settled = 0

    def add(self, at: float) -> None:
        bucket = int(at // self._width)
        number = self._buckets.pop()[1] if self._buckets and self._buckets[-1][0] == bucket else 0
        self._buckets.append((bucket, number + 1))
        self._total += 1

    def read(self, now: float) -> Counted:
        """What is fresh stays so until ``settle``."""
        oldest = int((now - self._window) // self._width)
        while self._buckets and self._buckets[0][0] < oldest:
            self._buckets.popleft()
        self._read = self._total
        return Counted(sum(number for _, number in self._buckets), is_fresh=self._read > self._settled)

    def settle(self) -> None:
        """What was read has been judged."""
        self._settled = self._read


class AppCounts:
    """The watch of one app, in a thread of its own, and the counts of its rules. It is the watch's outlet."""

    crowd: Crowd | None = None

    def __init__(self, app: App, hub: Hub, tell: Callable[[], None], *, clock: Callable[[], float] = time.time) -> None:
        self._app, self._hub, self._tell, self._clock = app, hub, tell, clock
        self.counts: dict[int, tuple[float, Count]] = {}
        """By the rule's id, with the time at which the rule became what it is."""
        self._batches: deque[Batch] = deque()
        self._is_news, self._has_ended = threading.Event(), threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name=f"alert-log-{self._app.id}", daemon=True).start()

    def stop(self) -> None:
        self._has_ended.set()
        self._is_news.set()

    def want(self, wanted: Iterable[Rule]) -> None:
        """Count for these rules; what was counted for one that has not changed is kept."""
        before, self.counts = self.counts, {}
        for rule in wanted:
            kept = before.get(rule.id)
            is_same = kept is not None and kept[0] == rule.changed_at
            self.counts[rule.id] = kept if kept is not None and is_same else (rule.changed_at, Count(rule))

    # As the watch's outlet, which must not block

    def lines(self, batch: Batch, _skipped: int) -> None:
        self._batches.append(batch)
        self._is_news.set()

    def marker(self, _marker: Marker, _skipped: int) -> None: ...

    def status(self, _status: Status) -> None: ...

    def problem(self, problem: Problem) -> None:
        log.warning("The log of %s is not watched as it should be: %s", self._app.name, problem.message)

    def _run(self) -> None:
        while not self._has_ended.is_set():
            try:
                self._watch()
            except Problem:
                self._has_ended.wait(RETRY_SECONDS)  # the engine has not answered yet
            except Exception:
                log.exception("The log of %s could not be watched", self._app.name)
                self._has_ended.wait(RETRY_SECONDS)

    def _watch(self) -> None:
        watch = self._hub.watch_app(self._app, self, tail=0)
        try:
            watch.begin()
            while not self._has_ended.is_set():
                self._is_news.wait()
                self._is_news.clear()
                self._take(watch)
        finally:
            watch.end()
            self._batches.clear()

    def _take(self, watch: Watch) -> None:
        has_matched = False
        while self._batches:
            batch = self._batches.popleft()
            has_matched = self._match(batch) or has_matched
            watch.taken(batch.position)
            time.sleep(0)  # others have their turn between two batches
        if has_matched:
            self._tell()

    def _match(self, batch: Batch) -> bool:
        has_matched, now = False, self._clock()
        counts = [count for _, count in self.counts.values()]
        for line in (LogLine(*row) for row in batch.rows):
            for count in counts:
                if count.filter.matches(line):
                    count.add(_seconds(line.time, now))
                    has_matched = True
        return has_matched


class Patterns:
    """All of them. One thread calls it."""

    def __init__(self, hub: Hub, tell: Callable[[], None], *, clock: Callable[[], float] = time.time) -> None:
        self._hub, self._tell, self._clock = hub, tell, clock
        self._apps: dict[int, AppCounts] = {}

    def want(self, found: Iterable[Rule], apps: Mapping[int, App]) -> None:
        """Watch these apps, as far as a rule asks it; end what none asks for any more."""
        patterns = [rule for rule in found if rule.kind is Kind.LOG_PATTERN]
        wanted = {app_id: [rule for rule in patterns if rules.is_about(rule, app_id)] for app_id in apps}
        wanted = {app_id: its for app_id, its in wanted.items() if its}
        for app_id in self._apps.keys() - wanted.keys():
            self._apps.pop(app_id).stop()
        for app_id, its in wanted.items():
            is_new = app_id not in self._apps
            if is_new:
                self._apps[app_id] = AppCounts(apps[app_id], self._hub, self._tell, clock=self._clock)
            self._apps[app_id].want(its)
            if is_new:
                self._apps[app_id].start()

    def counted(self, rule: Rule, app_id: int) -> Counted | None:
        """None where nothing is counted, which says nothing of the log."""
        counts = self._apps.get(app_id)
        kept = None if counts is None else counts.counts.get(rule.id)
        return None if kept is None else kept[1].read(self._clock())

    def settle(self) -> None:
        """All that was counted until it was asked for has been judged."""
        for app in self._apps.values():
            for _, count in app.counts.values():
                count.settle()

    def stop(self) -> None:
        self.want((), {})


def _seconds(text: str, now: float) -> float:
    """When the line was written, but not later than now."""
    at = now
    with suppress(ValueError):
        at = datetime.fromisoformat(f"{text[:19]}+00:00").timestamp()
    return min(at, now)
