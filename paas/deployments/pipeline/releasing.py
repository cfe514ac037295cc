"""Runs the Procfile's ``release`` once, in a container of the new image, before anything is replaced."""

import codecs
import time
from collections.abc import Callable

from paas.deployments import containers
from paas.deployments.journal.progress import Lines
from paas.deployments.pipeline.run import RELEASE_ROLE, Run
from paas.deployments.pipeline.swap import environment_of
from paas.deployments.plans.commands import arguments
from paas.deployments.release import RELEASE
from paas.engine import labels
from paas.engine.workload import Plan, Workload
from paas.errors import Invalid


def run_release_command(run: Run) -> None:
    """Invalid when it ends with an error."""
    command = run.the_release.processes[RELEASE]
    run.say(f"Running release: {command or 'the command of the image'}")
    _require_success(run_once(run, RELEASE, command))


def run_once(run: Run, process: str, command: str) -> Workload:
    """Run the command, or the image's own if it is empty, in a container of the new image with the app's environment;
    how it ended. Its container goes with whatever it wrote to its disk."""
    release, workloads = run.the_release, run.means.engine.workloads
    workloads.ensure_network()
    environment = environment_of(release, process, f"{process}.1")
    plan = Plan(
        name=f"{run.app.name}.{process}.1.d{run.deployment.number}",
        image=release.image_id,
        labels=run.labels(process, 1, RELEASE_ROLE),
        command=arguments(command, {**release.image_environment, **environment}) if command else None,
        environment=environment,
        memory_bytes=release.memory_bytes,
        cpus=release.cpus,
        attached=containers.attached(workloads, run.app, release.mounts),
        privileged=release.privileged,
    )
    made = workloads.create(plan)
    workloads.start(made)
    _tell_output(run, made)
    ended = workloads.inspect(made)
    workloads.remove(made)
    return ended


def remove_left(run: Run) -> None:
    """The containers of commands that did not come to their end."""
    workloads = run.means.engine.workloads
    for left in workloads.rows({labels.DEPLOYMENT: str(run.deployment.id), labels.ROLE: RELEASE_ROLE}):
        workloads.remove(left.id)


def _tell_output(run: Run, container_id: str) -> None:
    said = {"o": _Speech(run.say), "e": _Speech(run.warn)}
    for stream, data in run.means.engine.workloads.output(container_id):
        said[stream].take(data)
    for speech in said.values():
        speech.end()


class _Speech:
    """One stream of what it writes: bytes in pieces, which may cut a character in two, become lines."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say, self._lines = say, Lines()
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def take(self, data: bytes) -> None:
        for line in self._lines.feed(self._decoder.decode(data), time.monotonic()):
            self._say(line)

    def end(self) -> None:
        for line in self._lines.end():
            self._say(line)


def _require_success(ended: Workload) -> None:
    if ended.out_of_memory:
        raise Invalid("The release command took more memory than the app may have. Raise its limit or make it smaller.")
    if ended.exit_code != 0:
        raise Invalid(f"The release command ended with exit code {ended.exit_code}. The version before goes on.")
