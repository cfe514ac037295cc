"""The waiting line of deployments. It is in the database: what waits survives a restart, and any process (the command
line) may request. One that was taken up and has not entered its first stage is still ``pending``, with
``started_at`` set.

One dashboard process at a time takes up what waits, whoever holds the lock on the data folder: another one must neither
run deployments whose journals are here nor take what the first one runs for left behind. The kernel gives the lock back
when its process dies.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from paas import concurrency
from paas.concurrency.tasks import Task
from paas.deployments import claims, history
from paas.deployments.claims import Standing
from paas.deployments.news import News
from paas.deployments.stages import Status
from paas.errors import NotFound, Problem, Unavailable
from paas.storage.database import Database

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How soon what another process has requested, cancelled or changed is noticed."""

BROKEN = "Something went wrong inside the dashboard. Its own output says what; try again."


class Cancelled(BaseException):
    """Raised in a deployment's run, wherever it waits, when somebody has cancelled it. It is no Problem, as what tries
    again after one must not go on."""


class Lock(Protocol):
    """``acquire`` says whether the lock is ours."""

    def acquire(self) -> bool: ...

    def release(self) -> None: ...


class WaitingLine:
    """``run`` walks one deployment, by its id, to its end; ``recover`` deals with what a process that died has left,
    and is called again each second for as long as it raises Unavailable. Nothing starts before."""

    def __init__(
        self,
        database: Database,
        news: News,
        run: Callable[[int], None],
        *,
        lock: Lock,
        at_once: int = 2,
        recover: Callable[[], None] = lambda: None,
    ) -> None:
        self._database, self._news, self._run = database, news, run
        self._lock, self._at_once, self._recover = lock, at_once, recover
        self._tasks: dict[int, Task] = {}
        self._seen: dict[int, object] = {}
        self._newest: int | None = None
        self._ended: set[int] = set()
        self._unsettled: set[int] = set()
        self._is_recovered = self._is_stopped = False
        self._complaint = ""
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="waiting-line", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Start nothing more. What runs goes on."""
        self._is_stopped = True
        self._wake.set()
        self._thread.join(10)
        self._lock.release()

    def wake(self) -> None:
        """Look now: somebody has requested or cancelled."""
        self._wake.set()

    def _watch(self) -> None:
        while not self._is_stopped:
            self._wake.clear()
            try:
                self._look()
                self._complaint = ""
            except Problem as problem:
                if problem.message != self._complaint:
                    log.warning("The waiting line stands still: %s", problem.message)
                self._complaint = problem.message
            except Exception:
                log.exception("The waiting line failed and goes on")
            self._wake.wait(LOOK_SECONDS)

    def _look(self) -> None:
        with self._database.session() as session:
            line = claims.not_over(session)
            new = [] if self._newest is None else claims.requested_after(session, self._newest)
            self._newest = claims.newest(session) if self._newest is None else self._newest
        self._tell_changes(line, new)
        if not self._is_ours():
            return
        for each in line:
            if each.cancel_requested and each.id in self._tasks:
                self._tasks[each.id].interrupt(Cancelled("cancelled"))
        self._clear_away()
        busy = {each.app_id for each in line if not each.is_waiting}
        self._take_up([each for each in line if each.is_waiting and each.app_id not in busy])

    def _tell_changes(self, line: Sequence[Standing], new: Sequence[Standing]) -> None:
        """Tell what was changed, perhaps by another process. A place in line changes as others leave it, and what is
        new may be over already."""
        seen: dict[int, object] = {each.id: (place, each) for place, each in enumerate(line)}
        changed = {each for each in self._seen.keys() | seen.keys() if self._seen.get(each) != seen.get(each)}
        self._seen = seen
        self._newest = max([self._newest or 0, *(each.id for each in new)])
        for deployment_id in sorted(changed | {each.id for each in new}):
            self._news.tell(deployment_id)

    def _is_ours(self) -> bool:
        if not self._lock.acquire():
            return False
        if not self._is_recovered:
            self._deal_with_what_is_left()
            self._is_recovered = True
            self._wake.set()
        return True

    def _deal_with_what_is_left(self) -> None:
        try:
            self._recover()
        except Unavailable:
            raise
        except Exception:
            log.exception("What the last dashboard has left could not all be dealt with")
        with self._database.session() as session:
            claims.let_go_all(session)

    def _take_up(self, waiting: Sequence[Standing]) -> None:
        for each in waiting:
            if len(self._tasks) >= self._at_once:
                return
            with self._database.session() as session:
                is_ours = claims.claim(session, each.id, each.app_id)
            if is_ours:
                self._tasks[each.id] = concurrency.start(self._walk, each.id)

    def _walk(self, deployment_id: int) -> None:
        try:
            self._run(deployment_id)
        except Problem as problem:  # the database or the disk: nothing that a traceback would explain
            log.error("The run of deployment %s failed: %s", deployment_id, problem.message)
        except Exception:
            log.exception("The run of deployment %s failed", deployment_id)
        finally:
            self._ended.add(deployment_id)
            self._wake.set()

    def _clear_away(self) -> None:
        for deployment_id, task in tuple(self._tasks.items()):
            if deployment_id in self._ended or not task.is_alive:  # the latter when it was interrupted at once
                del self._tasks[deployment_id]
                self._unsettled.add(deployment_id)
                self._ended.discard(deployment_id)
        for deployment_id in tuple(self._unsettled):
            self._settle(deployment_id)

    def _settle(self, deployment_id: int) -> None:
        """See that a deployment whose run has ended is over; where the database fails, the next look tries again."""
        try:
            with self._database.session() as session:
                left = history.load(session, deployment_id)
                if not left.status.is_over:
                    status = Status.CANCELLED if left.cancel_requested else Status.FAILED
                    history.end(session, deployment_id, status, "" if left.cancel_requested else BROKEN)
        except NotFound:
            pass  # its app was deleted
        self._unsettled.discard(deployment_id)
        self._news.tell(deployment_id)
