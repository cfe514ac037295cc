"""Who holds a port of the host that a new container could not have: the engine tells it in words of its own only."""

import errno
import socket
from contextlib import closing

from paas.deployments.pipeline.run import Run
from paas.engine import labels
from paas.engine.workload import Listed

ADVICE = "Choose another port in the app's settings, or stop what uses it."


def taken(run: Run, port: int) -> str:
    """Who has it and what to do, as sentences for people; empty where nobody seems to have it."""
    workloads = run.means.engine.workloads
    holder = workloads.holder_of(port)
    if holder is not None:
        return f"Port {port} of the host is taken by {_named(run, holder)}. {ADVICE}"
    if run.means.engine.is_local and _is_bound(port):
        return f"Port {port} of the host is taken by a program outside the engine. {ADVICE}"
    return ""


def _named(run: Run, holder: Listed) -> str:
    """The app of another may be hidden from whoever reads this, and so may its name."""
    is_of_another_app = holder.labels.get(labels.INSTANCE) == run.means.engine.workloads.instance and (
        holder.labels.get(labels.APP) != str(run.app.id)
    )
    return "another app" if is_of_another_app else f"the container {holder.name}"


def _is_bound(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # of connections that are over it says nothing
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - where the engine binds it; it never listens
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False
