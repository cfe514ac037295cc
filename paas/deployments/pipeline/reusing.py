"""Takes again what was deployed before instead of building: for another scale or environment, or to roll back."""

from dataclasses import replace

from sqlalchemy import select

from paas.deployments.pipeline.run import Run
from paas.deployments.plans import procfile
from paas.deployments.release import Release, unseal
from paas.errors import Conflict
from paas.storage.tables import DeploymentRow


def take_again(run: Run) -> None:
    """Find the release of the deployment that is to be taken again, and make it this one's."""
    number = run.deployment.rolled_back_from or run.deployment.reuses
    row = _row(run, number)
    before = unseal(run.means.vault, row.sealed_release).as_the_app_is(run.app)
    image = run.means.engine.images.find(before.image_id)
    if image is None:
        raise Conflict(f"The image of deployment {number} is gone from the engine. Deploy a commit or the image anew.")
    if image.tags:  # each deployment has a name for its image, so that it stays as long as one of them is kept
        run.means.engine.images.tag(image.id, run.image_name)
    is_rollback = run.deployment.rolled_back_from is not None
    release = before if is_rollback else _with_todays_environment(run, before)
    run.say(f"Taking the image of deployment {number} again" + (", with its scale and environment" * is_rollback))
    facts = {name: getattr(row, name) for name in ("branch", "commit_sha", "commit_subject", "commit_author", "recipe")}
    run.means.records.note(run.deployment.id, image_id=release.image_id, **facts)
    run.adopt(release)


def _row(run: Run, number: int | None) -> DeploymentRow:
    wanted = select(DeploymentRow).where(DeploymentRow.app_id == run.app.id, DeploymentRow.number == number)
    with run.means.database.session() as session:
        row = session.scalar(wanted)
    if row is None or not row.sealed_release:
        raise Conflict(f"What deployment {number} was made of is no longer kept. Choose a newer one.")
    return row


def _with_todays_environment(run: Run, before: Release) -> Release:
    return replace(
        before,
        environment=run.environment,
        secrets=run.secrets,
        scale=procfile.formation(before.processes, kept=run.app.scale, locked=before.locked),
    )
