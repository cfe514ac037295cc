"""Work in a thread of its own that can be interrupted where it waits."""

import contextvars
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

log = logging.getLogger("paas.concurrency")

_current: contextvars.ContextVar["Task | None"] = contextvars.ContextVar("task", default=None)


class Task:
    """A function under way. Where threads are green, ``interrupt`` reaches it wherever it waits; a real thread (the
    command line, a test) notices at its next ``checkpoint()``.

    An interruption is delivered once. Inside ``shielded()`` it is kept back: undoing must not be undone halfway.
    """

    def __init__(self, function: Callable[[], object], name: str) -> None:
        self.name = name
        self._function = function
        self._ended = threading.Event()
        self._error: BaseException | None = None
        """What is to be raised in it and has not been yet."""
        self._interrupted = False
        self._shields = 0
        self._throw: Callable[[Callable[[], BaseException | None]], None] | None = None

    @property
    def is_alive(self) -> bool:
        return not self._ended.is_set()

    def interrupt(self, error: BaseException) -> None:
        """Raise ``error`` in it, soon; nothing happens when it has ended or was interrupted before."""
        if self._interrupted or not self.is_alive:
            return
        self._interrupted, self._error = True, error
        if self._throw is not None:
            self._throw(self._take)

    def join(self, seconds: float | None = None) -> bool:
        """Wait until it has ended; whether it has."""
        return self._ended.wait(seconds)

    def _take(self) -> BaseException | None:
        """What is to be raised now, which is nothing while it is shielded or when it was raised already."""
        if self._shields or not self.is_alive:
            return None
        error, self._error = self._error, None
        return error

    def _checkpoint(self) -> None:
        error = self._take()
        if error is not None:
            raise error

    def _run(self) -> None:
        _current.set(self)
        try:
            self._checkpoint()
            self._function()
        except Exception:
            log.exception("%s failed", self.name)
        except BaseException as error:  # noqa: BLE001 - an interruption that reached the outermost function has done its work
            log.info("%s ended: %r", self.name, error)
        finally:
            self._ended.set()


def launch(task: Task, *, is_green: bool) -> Task:
    if is_green:
        _launch_green(task)
    else:
        threading.Thread(target=task._run, name=task.name, daemon=True).start()
    return task


def _launch_green(task: Task) -> None:
    import eventlet  # noqa: PLC0415 - the command line never loads it
    from eventlet import hubs  # noqa: PLC0415

    green = eventlet.spawn(task._run)

    def deliver(take: Callable[[], BaseException | None]) -> None:
        # From the loop, as eventlet's own timeouts come: the thread is then sure to wait somewhere, or to be over.
        if green and (error := take()) is not None:
            green.throw(error)

    task._throw = lambda take: hubs.get_hub().schedule_call_global(0, deliver, take)


def checkpoint() -> None:
    """Raise here what ``interrupt`` asked for, if anything. Outside a task nothing happens."""
    task = _current.get()
    if task is not None:
        task._checkpoint()


@contextmanager
def shielded(*, forget: bool = False) -> Iterator[None]:
    """Keep interruptions of this task back until the block has ended; then the one that came, if any, is raised,
    unless the block raises an error of its own, or is to ``forget`` it."""
    task = _current.get()
    if task is None:
        yield
        return
    task._shields += 1
    try:
        yield
    finally:
        task._shields -= 1
        if forget:
            task._error = None
    task._checkpoint()
