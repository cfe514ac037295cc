"""What app.json asks for around a deployment: variables in the environment, and scripts before and after.

As in Dokku, ``predeploy`` runs in the new image, which keeps what it changes; ``postdeploy`` runs in a container of its
own once the new version serves, and cannot take it back.
"""

import json
import secrets
from collections.abc import Iterable, Sequence

from paas.apps import environment
from paas.apps.variables import Variable, looks_secret
from paas.concurrency import limit
from paas.concurrency.tasks import checkpoint
from paas.deployments.pipeline.releasing import remove_left, run_once
from paas.deployments.pipeline.run import Run
from paas.deployments.plans.manifest import Manifest, Wish
from paas.errors import Invalid, Problem

POSTDEPLOY = "postdeploy"
SECRET_BYTES = 32


def grant(run: Run, wishes: Sequence[Wish]) -> None:
    """Give the app the variables that it asks for and does not have, for good: from then on they are the operator's to
    change. Invalid names those that only the operator can know."""
    has = {variable.key for variable in run.variables}
    missing = [wish for wish in wishes if wish.key not in has]
    unknown = [wish.key for wish in missing if wish.is_required and wish.value is None and not wish.is_generated]
    if unknown:
        raise Invalid(
            f"app.json asks for {', '.join(unknown)} in the environment, and the app has no such variable. Set it and "
            "deploy again, or say in app.json that it is not required."
        )
    granted = [_variable(wish) for wish in missing if wish.value is not None or wish.is_generated]
    if not granted:
        return
    means = run.means
    with means.database.session() as session:
        run.variables = environment.add_missing(session, means.vault, run.app.id, granted)
    means.masks.forget(run.app.id)
    run.say(f"app.json adds {', '.join(variable.key for variable in granted)} to the app's environment")


def predeploy_recipe(image: str, script: str, arguments: Iterable[str]) -> str:
    """A Dockerfile that runs the script in the image of this name."""
    step = f"RUN {json.dumps(['/bin/sh', '-c', script], ensure_ascii=False)}"
    return "\n".join([f"FROM {image}", *(f"ARG {name}" for name in sorted(arguments)), step, ""])


def postdeploy(run: Run, wishes: Manifest) -> tuple[str, ...]:
    """The commands to run once the new version serves; one of them only after an app's first deployment."""
    is_first = run.app.current_id is None
    return tuple(filter(None, (wishes.first_postdeploy if is_first else "", wishes.postdeploy)))


def run_postdeploy(run: Run) -> None:
    """What goes wrong is told and stops nothing: the new version serves already.

    It has no stage of its own, nor the time of the one in which it runs, the last one of the swap: each command
    may take as long as a release command.
    """
    seconds = run.means.settings.stage_seconds["releasing"]
    for command in run.afterwards:
        checkpoint()
        run.means.records.note(run.deployment.id, message="Running postdeploy")
        run.say(f"Running postdeploy: {command}")
        try:
            with limit(seconds, Invalid(f"It took longer than {seconds} s.")):
                ended = run_once(run, POSTDEPLOY, command)
        except Problem as problem:
            run.warn(f"postdeploy failed: {problem.message} The new version serves all the same.")
            remove_left(run)
        else:
            if ended.exit_code != 0:
                run.warn(f"postdeploy ended with exit code {ended.exit_code}. The new version serves all the same.")


def _variable(wish: Wish) -> Variable:
    value = secrets.token_hex(SECRET_BYTES) if wish.value is None else wish.value
    return Variable(wish.key, value, is_secret=wish.is_generated or looks_secret(wish.key))
