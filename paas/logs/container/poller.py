"""Watches the container of one name or id for as long as anybody looks: through its restarts, the engine's, and a new
container under the same name. It says what happens to the container; taking the lines is the follower's part."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from paas.engine.containers import READABLE_DRIVERS, Containers, Details, epoch_seconds
from paas.engine.inventory import Inventory
from paas.errors import NotFound, Problem, Unavailable
from paas.logs.container.follower import Follower
from paas.logs.marks import ended_sentence
from paas.logs.reading.cursor import stamp_of
from paas.logs.reading.lines import LogLine
from paas.logs.reading.reader import LogReader

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 5.0
SHORTEST_POLL_PAUSE_SECONDS, LONGEST_POLL_PAUSE_SECONDS = 0.05, 1.0
"""Where the engine does not hold an answer open, polls are short: so far apart while lines come, and while none do."""

IDLE_SECONDS = 30.0
"""How often a container that does not run is looked at though the event stream said nothing."""


class Sink(Protocol):
    """Where a poller puts what it finds, in the order of the log."""

    def lines(self, lines: list[LogLine]) -> None: ...

    def mark(self, kind: str, message: str, time: str = "") -> None:
        """``time`` is the engine's, RFC 3339; empty for now."""
        ...

    def pace(self) -> float:
        """For how many seconds lines may be gathered into one batch."""
        ...

    def state(self, state: str, message: str, details: Details | None) -> None:
        """``state`` is live, ended or lost; said again whenever the message changes."""
        ...


class Poller:
    """One green thread; ``start`` and ``stop`` come from others.

    ``title`` is what people call the container. Its log is taken from the end as it is now, or ``from_beginning``.
    """

    def __init__(
        self,
        reference: str,
        sink: Sink,
        *,
        title: str,
        containers: Containers,
        inventory: Inventory,
        open_log: Callable[[Details], LogReader],
        from_beginning: bool = False,
    ) -> None:
        self._reference, self._sink, self._title = reference, sink, title
        self._containers, self._inventory, self._open_log = containers, inventory, open_log
        self._from_beginning = from_beginning
        self._details: Details | None = None
        self._follower: Follower | None = None
        self._removed_id = ""
        self._is_known = self._is_lost = self._is_over = self._is_stopped = False
        self._lost_pause, self._poll_pause = FIRST_PAUSE_SECONDS, SHORTEST_POLL_PAUSE_SECONDS
        self._wake = threading.Event()

    def start(self) -> None:
        self._end_listening = self._inventory.listen(self._look_up)
        threading.Thread(target=self._run, name=f"poller-{self._title}", daemon=True).start()

    def stop(self) -> None:
        self._is_stopped = True
        self._end_listening()
        self._interrupt()

    def _interrupt(self) -> None:
        self._wake.set()
        if self._follower is not None:
            self._follower.abort()

    def _look_up(self) -> None:
        """Go and see, when the inventory has news of this container or of the engine as a whole."""
        known, now = self._details, self._inventory.details(self._reference)
        is_news = now is not None and (known is None or (now.state, *_run_of(now)) != (known.state, *_run_of(known)))
        is_gone = now is None and known is not None
        if self._inventory.health.ok == self._is_lost or is_news or is_gone:
            self._interrupt()

    def _run(self) -> None:
        while not self._is_stopped:
            self._wake.clear()
            try:
                self._step()
            except NotFound:
                self._on_removed()
            except Problem as problem:
                self._on_lost(problem)
            except Exception:
                log.exception("The poller of %s failed and goes on", self._title)
                self._wake.wait(LONGEST_PAUSE_SECONDS)

    def _step(self) -> None:
        """See how the container is, say what is new about it, then follow it for as long as it runs."""
        if self._details is not None and not self._inventory.health.ok:
            raise Unavailable(self._inventory.health.message)  # a hung engine would only say so after ten seconds
        details = self._inspect()
        self._refuse_removed(details)
        if self._is_lost:
            self._is_lost = False
            self._sink.mark("engine_back", "The engine answers again")
        if details.log_driver not in READABLE_DRIVERS:
            self._on_unreadable(details)
            return
        follower = self._greet(details)
        if not details.is_running:
            self._on_ended(follower, details)
            return
        self._sink.state("live", f"{self._title} is paused" if details.state == "paused" else "", details)
        # One poll for an inspection: the next poll may already be of another run, which wants its marker first.
        has_ended = follower.poll()
        self._lost_pause = FIRST_PAUSE_SECONDS  # not before: a log that cannot be read fails anew at each attempt
        if has_ended:
            self._rest(follower)

    def _inspect(self) -> Details:
        """The container that has the name now; a renamed one is followed by its id until another takes the name."""
        try:
            return self._containers.inspect(self._reference)
        except NotFound:
            if self._details is None:
                raise
            return self._containers.inspect(self._details.id)

    def _refuse_removed(self, details: Details) -> None:
        """While it removes a container, the engine knows it now and then; it is not the next one of the name."""
        if details.id == self._removed_id:
            raise NotFound(f"{self._title} was removed")

    def _greet(self, details: Details) -> Follower:
        """Say whether this is the container, and the run of it, that was known; returns the one who takes its lines."""
        known, follower = self._details, self._follower
        if known is None or follower is None or known.id != details.id:
            if follower is not None:
                self._leave(follower)
            follower = self._new_follower(details)
        elif known.started_at != details.started_at:
            if not self._is_over:
                follower.catch_up(before=_between_runs(details))
            follower.close()
            self._mark_started(details, "started" if self._is_over else "restarted")
        if known is None or _run_of(known) != _run_of(details):
            self._is_over, self._poll_pause = False, SHORTEST_POLL_PAUSE_SECONDS
        self._details, self._follower = details, follower
        return follower

    def _new_follower(self, details: Details) -> Follower:
        """Takes a container's log from its end as it is now, but that of a successor from the beginning."""
        follower = Follower(
            self._open_log(details),
            publish=self._sink.lines,
            mark=self._sink.mark,
            interrupt=self._wake,
            pace=self._sink.pace,
        )
        if self._is_known:
            self._sink.mark("replaced", f"{self._title} was made again as {details.id[:12]}")
        elif not self._from_beginning:
            follower.start()
        elif details.state != "created":
            self._mark_started(details, "started")
        self._is_known = True
        return follower

    def _mark_started(self, details: Details, how: str) -> None:
        self._sink.mark("started", f"{self._title} {how}", details.started_at)

    def _leave(self, follower: Follower) -> None:
        """Take what the former container of this name wrote since it was last read, if it is still there."""
        with suppress(NotFound):  # removed, and its log with it
            follower.catch_up()
        follower.close()

    def _rest(self, follower: Follower) -> None:
        if follower.took_lines:
            self._poll_pause = SHORTEST_POLL_PAUSE_SECONDS
        self._wake.wait(self._poll_pause)
        self._poll_pause = min(self._poll_pause * 2, LONGEST_POLL_PAUSE_SECONDS)

    def _on_ended(self, follower: Follower, details: Details) -> None:
        if not self._is_over:
            follower.catch_up()
            follower.close()
            self._is_over = True  # not before: an engine that stops in the middle is asked again
            if details.state != "created":
                self._sink.mark("exited", ended_sentence(details, self._title), details.finished_at)
        self._sink.state("ended", ended_sentence(details, self._title), details)
        self._wake.wait(IDLE_SECONDS)

    def _on_removed(self) -> None:
        if self._follower is not None:
            self._follower.close()
            self._sink.mark("removed", f"{self._title} was removed, and its log with it")
        self._removed_id = self._details.id if self._details is not None else self._removed_id
        self._details = self._follower = None
        self._sink.state("ended", f"There is no container called {self._title}.", None)
        self._wake.wait(IDLE_SECONDS)

    def _on_unreadable(self, details: Details) -> None:
        self._details = details
        sentence = (
            f"The engine cannot read this log back: the container uses the log driver {details.log_driver!r}. "
            "Make it again with json-file, local or journald."
        )
        self._sink.state("ended", sentence, details)
        self._wake.wait(IDLE_SECONDS)

    def _on_lost(self, problem: Problem) -> None:
        if not self._is_lost:
            self._is_lost = True
            self._sink.mark("engine_lost", problem.message)
        again = f" Trying again in {self._lost_pause:.0f} s." if self._lost_pause >= 1 else ""
        self._sink.state("lost", problem.message + again, self._details)
        self._wake.wait(self._lost_pause)
        self._lost_pause = min(self._lost_pause * 2, LONGEST_PAUSE_SECONDS)


def _between_runs(details: Details) -> bytes:
    """A time that parts the lines of the last run from those of this one: when a process ends, the engine may not have
    read all of it yet, and it calls one started after having read its first lines."""
    finished, started = epoch_seconds(details.finished_at) or 0.0, epoch_seconds(details.started_at) or 0.0
    return stamp_of((finished + started) / 2 if finished else 0.0)


def _run_of(details: Details) -> tuple[str, str, bool]:
    return details.id, details.started_at, details.is_running
