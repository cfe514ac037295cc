"""The only folder that knows eventlet. Everything else writes plain ``threading``, ``queue`` and ``time``.

eventlet's authors call it deprecated, so leaving it must stay a change to this folder: nothing here hands out an
eventlet object.
"""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from paas.concurrency.tasks import Task

P = ParamSpec("P")
T = TypeVar("T")

_patched = False


def patch() -> None:
    """Make the standard library cooperative. Call it before any other import, or a module keeps a blocking socket."""
    global _patched  # noqa: PLW0603 - one process, patched or not
    early = sorted({"flask", "docker", "psycopg", "requests", "ssl", "sqlalchemy"} & set(sys.modules))
    if early:
        raise RuntimeError(f"patch() came after the import of {', '.join(early)}")
    os.environ["EVENTLET_NO_GREENDNS"] = "yes"  # read at its import
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says at each start that it is deprecated; the docstring above does too
        import eventlet  # noqa: PLC0415 - the command line never loads it

    eventlet.monkey_patch()
    _look_names_up_aside()
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"  # its default waits in C, where no patch reaches; read at import
    _patched = True


def _look_names_up_aside() -> None:
    """In a real thread, as the system does it. eventlet's own way knows nothing of nsswitch.conf, and takes 8 MB."""
    import socket  # noqa: PLC0415 - not before it is patched

    from eventlet.green import socket as green_socket  # noqa: PLC0415

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "getnameinfo"):
        look_up = partial(run_blocking, getattr(socket, name))
        for module in (socket, green_socket):
            setattr(module, name, look_up)


def run_blocking(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run what would hold up the loop (hashing, disk, packing) in a real thread and return its value.

    The function must touch nothing of the loop: no Socket.IO emit, no lock or queue shared with green threads. Where
    nothing is patched (the command line, a test) it is simply called.
    """
    if not _patched:
        return function(*args, **kwargs)
    from eventlet import tpool  # noqa: PLC0415

    return tpool.execute(function, *args, **kwargs)  # type: ignore[no-any-return]


def start(function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> "Task":
    """Run the function in a thread of its own, which ``Task.interrupt`` can reach. What escapes from it is logged."""
    from paas.concurrency import tasks  # noqa: PLC0415 - it imports threading, and patching must come first

    name = getattr(function, "__qualname__", repr(function))
    task = tasks.Task(lambda: function(*args, **kwargs), " ".join([name, *map(repr, args)]))
    return tasks.launch(task, is_green=_patched)


@contextmanager
def limit(seconds: float | None, error: BaseException | None = None) -> Iterator[None]:
    """Raise ``error`` (else TimeoutError) in this thread when the block takes longer, however it waits. Unpatched, it
    limits nothing."""
    if not _patched or seconds is None:
        yield
        return
    import eventlet  # noqa: PLC0415

    with eventlet.Timeout(seconds, error or TimeoutError("timed out")):
        yield
