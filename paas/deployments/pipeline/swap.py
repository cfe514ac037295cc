"""From the old containers to the new ones: start these, check them, let them take over, let the old ones retire.

The commit is one row: which deployment serves (``current_id``). Before it, to undo is to have the old containers serve
again; what comes after it only carries out what is written, whoever does so.
"""

from collections.abc import Iterable

from paas.apps import catalogue
from paas.concurrency.together import together
from paas.deployments import containers
from paas.deployments.containers import called
from paas.deployments.pipeline import checks, ports
from paas.deployments.pipeline.run import PROCESS_ROLE, Run
from paas.deployments.plans.commands import arguments
from paas.deployments.release import WEB, Release
from paas.engine import labels
from paas.engine.workload import Attached, Listed, Plan
from paas.errors import Invalid, Problem


def old_must_stop_first(run: Run) -> bool:
    """Whether the old version holds the host's port that the new one needs."""
    port = run.the_release.published_port
    return port is not None and any(port in each.published for each in run.old() if each.is_running)


def stop_old(run: Run) -> None:
    """Where the port has to be free before the new version starts."""
    running = [each for each in run.old() if each.is_running]
    run.say(f"Stopping {_names(running)} first: port {run.the_release.published_port} of the host can lead to one only")
    containers.retire(run.means.engine.workloads, running)


def start_new(run: Run) -> None:
    """Make the new containers and start them, those of web first. They rest beside the old ones."""
    release, workloads = run.the_release, run.means.engine.workloads
    workloads.ensure_network()
    attached = containers.attached(workloads, run.app, release.mounts)
    for process, number in release.instances():
        _start(run, plan_of(run, process, number, attached))


def check_new(run: Run) -> None:
    """Watch them, all at once, until each has passed; Invalid with what is wrong with the first that does not."""
    together(lambda workload: checks.check(run, workload), run.new())


def take_over(run: Run) -> None:
    """From here on the new ones serve; the old ones, where they still run, are given time to finish their work."""
    workloads, everything = run.means.engine.workloads, run.of_app()
    new = [each for each in everything if _is_of(each, run.deployment.id)]
    retiring = [each for each in everything if _is_of(each, run.app.current_id) and each.is_running]
    containers.promote(workloads, new, everything)
    with run.means.database.session() as session:
        catalogue.set_current(session, run.app.id, run.deployment.id)
    if retiring:
        run.say(f"Stopping {_names(retiring)} of the version before")
    containers.retire(workloads, retiring)


def check_new_and_take_over(run: Run) -> None:
    """For a version that had to wait until the old one had stopped: there is nothing left to stop."""
    check_new(run)
    take_over(run)


def plan_of(run: Run, process: str, number: int, attached: tuple[Attached, ...]) -> Plan:
    """The container of this process, resting until it takes over."""
    release, app, deployment = run.the_release, run.app, run.deployment
    environment = environment_of(release, process, f"{process}.{number}")
    return Plan(
        name=f"{app.name}.{process}.{number}.d{deployment.number}",
        image=release.image_id,
        labels=run.labels(process, number, PROCESS_ROLE) | {labels.RESTART: release.restart_policy},
        command=command_of(release, process, environment),
        environment=environment,
        memory_bytes=release.memory_bytes,
        cpus=release.cpus,
        attached=attached,
        privileged=release.privileged,
        published={release.published_port: release.port} if process == WEB and release.published_port else {},
    )


def environment_of(release: Release, process: str, dyno: str) -> dict[str, str]:
    """What a container finds in its environment beside what its image sets."""
    port = {"PORT": str(release.port)} if process == WEB else {}
    return {**release.environment, **port, "DYNO": dyno, "GIT_REV": release.commit}


def command_of(release: Release, process: str, environment: dict[str, str]) -> tuple[str, ...] | None:
    """None for the image's own command."""
    command = release.processes[process]
    return arguments(command, {**release.image_environment, **environment}) if command else None


def _start(run: Run, plan: Plan) -> None:
    workloads = run.means.engine.workloads
    run.say(f"Starting {plan.environment['DYNO']}")
    try:
        workloads.start(workloads.create(plan))
    except Problem as problem:
        reason = next(filter(None, (ports.taken(run, port) for port in plan.published)), problem.message)
        raise Invalid(f"{plan.environment['DYNO']} could not be started: {reason}") from problem


def _is_of(workload: Listed, deployment_id: int | None) -> bool:
    """Whether it is one of those with which this deployment serves."""
    found = workload.labels
    return found[labels.DEPLOYMENT] == str(deployment_id) and found[labels.ROLE] == PROCESS_ROLE


def _names(workloads: Iterable[Listed]) -> str:
    return ", ".join(called(each) for each in workloads)
