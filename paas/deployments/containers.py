"""The containers of an app: how each is made, how one takes over a name, how one retires and comes back.

What a container is for can be read from it, so that a dashboard that was killed halfway can go on. Its labels name its
deployment. Its restart policy is its own (``labels.RESTART``) only while it serves: a new one gets it when it takes
over, a retired one loses it, or the engine would start it again some day. Its name is ``<app>.<process>.<number>``
while it serves and ends in ``.d<deployment>`` before and after.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress

from paas.apps.app import App, Mount
from paas.concurrency.together import together
from paas.engine import labels
from paas.engine.workload import Attached, Listed, Workload
from paas.engine.workloads import Workloads
from paas.errors import NotFound

GRACE_SECONDS = 30.0
"""What a container is given to stop after it was asked to."""

FIRST_LOOK_SECONDS, LOOK_SECONDS = 0.01, 0.2
"""Most stop at once; those that do not, take long."""


def serving_name(workload: Listed) -> str:
    """The name under which it serves."""
    found = workload.labels
    return f"{found[labels.APP_NAME]}.{found[labels.PROCESS]}.{found[labels.NUMBER]}"


def resting_name(workload: Listed) -> str:
    """Its name before and after."""
    return f"{serving_name(workload)}.d{workload.labels[labels.DEPLOYMENT_NUMBER]}"


def called(workload: Listed) -> str:
    """``web.1``"""
    return f"{workload.labels.get(labels.PROCESS)}.{workload.labels.get(labels.NUMBER)}"


def volume_name(workloads: Workloads, app: App, mount: Mount) -> str:
    """By the app's id: an app of the same name, made after this one was deleted, must not find its files."""
    return f"quayside-{workloads.instance[:8]}-{app.id}-{mount.source}"


def attached(workloads: Workloads, app: App, mounts: Iterable[Mount]) -> tuple[Attached, ...]:
    """The mounts as the engine takes them; volumes are made where they are not there."""
    made = []
    for mount in mounts:
        is_host = mount.kind == "host"
        source = mount.source if is_host else volume_name(workloads, app, mount)
        if not is_host:
            workloads.ensure_volume(source, {labels.APP: str(app.id), labels.APP_NAME: app.name})
        made.append(Attached(source, mount.target, is_host=is_host, read_only=mount.read_only))
    return tuple(made)


def is_resting(workload: Listed) -> bool:
    """Whether it has not taken over yet, or is retired."""
    return workload.name == resting_name(workload)


def promote(workloads: Workloads, new: Sequence[Listed], everything: Iterable[Listed]) -> None:
    """Let these serve: their own restart policy, and the names, which others of the app may still hold."""
    together(lambda workload: workloads.set_restart_policy(workload.id, workload.labels[labels.RESTART]), new)
    give_names(workloads, new, everything)


def give_names(workloads: Workloads, serving: Iterable[Listed], everything: Iterable[Listed]) -> None:
    """Whoever asks for such a name finds these from now on. Between the two renames of one there is a moment, about 5
    ms, in which it leads to nobody.

    An alias for both would bridge it, but the engine takes aliases only when a container joins a network: every second
    lookup then leads to the new one while it is still being checked (measured: 1,033 of 2,010).
    """
    holders = {each.name: each for each in everything}
    for workload in serving:
        holder = holders.get(serving_name(workload))
        if holder is not None and holder.id != workload.id:
            with suppress(NotFound):  # somebody removed it
                workloads.rename(holder.id, resting_name(holder))
        workloads.rename(workload.id, serving_name(workload))


def retire(workloads: Workloads, retired: Iterable[Listed]) -> None:
    """Stop them, all at once, and have them rest. They stay, for their logs."""
    together(lambda workload: rest(workloads, workload, grace_seconds=GRACE_SECONDS), retired)


def rest(workloads: Workloads, workload: Listed, *, grace_seconds: float) -> None:
    """Stop it, and let the engine not start it again: SIGTERM, the grace, SIGKILL.

    Not by the engine's own stop: once begun that cannot be called off, and a cancelled swap must be able to.
    """
    try:
        now = workloads.inspect(workload.id)
        if not is_resting(now):
            workloads.rename(now.id, resting_name(now))  # first: by its name it is known to be on its way out
        if now.restart_policy != "no":
            workloads.set_restart_policy(now.id, "no")
        _end(workloads, now, grace_seconds)
    except NotFound:
        return  # somebody removed it: it serves no more


def _end(workloads: Workloads, workload: Workload, grace_seconds: float) -> None:
    if not workload.is_running:
        return
    deadline = time.monotonic() + grace_seconds
    workloads.signal(workload.id, workload.stop_signal)
    pause = FIRST_LOOK_SECONDS
    while workloads.inspect(workload.id).is_running:
        if time.monotonic() >= deadline:
            workloads.kill(workload.id)
        threading.Event().wait(pause)
        pause = min(pause * 1.5, LOOK_SECONDS)
