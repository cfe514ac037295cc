"""Whether a new container is up: what app.json asks of it (``startup`` checks, as Dokku reads them), otherwise that it
has run for ten seconds.

Checks reach the container at its own address, so the dashboard has to be on the engine's machine.
"""

import threading
import time

from paas.deployments.containers import called
from paas.deployments.pipeline.probes import Failed, probe
from paas.deployments.pipeline.run import Run
from paas.deployments.plans.manifest import Check
from paas.engine import labels
from paas.engine.workload import Listed, Workload
from paas.errors import Invalid

ALIVE = Check(name="it stays up", uptime_seconds=10)
LOOK_SECONDS = 0.2
LONGEST_WORDS = 200


def check(run: Run, workload: Listed) -> None:
    """Return when the container has passed all its checks; Invalid with the first that it did not."""
    wanted = run.the_release.healthchecks.get(workload.labels[labels.PROCESS], ())
    startup = [each for each in wanted if each.type == "startup"]
    try:
        for each in startup or [ALIVE]:
            _check(run, workload, each)
    except Invalid:
        run.failed = run.failed or workload.id
        raise
    run.say(f"{called(workload)} is up")


def _check(run: Run, listed: Listed, wanted: Check) -> None:
    try:
        workload = _stay(run, listed, wanted.initial_delay_seconds)
        if wanted.kind != "uptime":
            _attempt(run, workload, wanted)
        elif (left := (workload.started_at or time.time()) + wanted.uptime_seconds - time.time()) > 0:
            _stay(run, workload, left)
    except Failed as failure:
        words = f"{called(listed)}: the check {_name(wanted)} failed: {failure}"
        if not wanted.is_warning:
            raise Invalid(words) from failure
        run.warn(f"{words} The check only warns.")


def _attempt(run: Run, workload: Workload, wanted: Check) -> None:
    for attempt in range(1, wanted.attempts + 1):
        if attempt > 1:
            _stay(run, workload, wanted.wait_seconds)
        try:
            probe(run.means.engine.workloads, workload, wanted, run.the_release.port)
            return
        except Failed as failure:
            run.say(f"{called(workload)}: {_name(wanted)}, attempt {attempt} of {wanted.attempts}: {failure}")
            last = failure
    _stay(run, workload, 0)
    raise last


def _stay(run: Run, listed: Listed, seconds: float) -> Workload:
    """Wait so long, at least for one look; Invalid when the container has ended by then."""
    deadline = time.monotonic() + seconds
    while True:
        now = run.means.engine.workloads.inspect(listed.id)
        if not now.is_running or now.restarts:
            run.failed = run.failed or now.id
            raise Invalid(f"{called(now)} {_how_it_ended(now)}{_last_words(run, now)}")
        left = deadline - time.monotonic()
        if left <= 0:
            return now
        threading.Event().wait(min(LOOK_SECONDS, left))


def _how_it_ended(workload: Workload) -> str:
    ran = (workload.finished_at or 0) - (workload.started_at or 0)
    after = f" after {ran:.1f} s" if ran > 0 else ""
    if workload.out_of_memory:
        return f"ran out of memory{after}. Raise the app's memory limit, or have it use less."
    return f"ended with exit code {workload.exit_code}{after}."


def _last_words(run: Run, workload: Workload) -> str:
    """Often the reason: a program that is not there, a variable that is missing."""
    words = next((line for line in reversed(run.means.engine.workloads.tail(workload.id, 5)) if line.strip()), "")
    return f" Its last words: {run.masked(words.strip())[:LONGEST_WORDS]}" if words else ""


def _name(check: Check) -> str:
    return repr(check.name) if check.name else check.path or check.kind
