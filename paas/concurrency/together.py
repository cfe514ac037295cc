"""Several things at once, to be done when all of them are."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from paas import concurrency
from paas.concurrency.tasks import Task

T = TypeVar("T")


class NotNeeded(BaseException):
    """Raised in what goes on while another has failed, or while whoever waits for all has been interrupted."""


def together(function: Callable[[T], object], items: Iterable[T]) -> None:
    """Call the function with each item, each in a task of its own, and wait until all have ended.

    The first error ends the others and is raised; so does an interruption of the caller. Nothing is left under way,
    except by real threads, which end at their next checkpoint.
    """
    errors: list[BaseException] = []
    tasks: list[Task] = []

    def one(item: T) -> None:
        try:
            function(item)
        except NotNeeded:
            return
        except BaseException as error:  # noqa: BLE001 - it is raised below, in the thread that waits
            errors.append(error)
            _end(tasks)

    tasks += [concurrency.start(one, item) for item in items]
    try:
        for task in tasks:
            task.join()
    except BaseException:
        _end(tasks)
        raise
    if errors:
        raise errors[0]


def _end(tasks: Iterable[Task]) -> None:
    for task in tasks:
        task.interrupt(NotNeeded())
