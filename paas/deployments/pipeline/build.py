"""From the app's source to its image: the code is fetched, read and built, or the image found under its name."""

from collections.abc import Mapping
from pathlib import Path

from paas.apps import credentials
from paas.concurrency import run_blocking
from paas.deployments.pipeline import scripts
from paas.deployments.pipeline.building import build_packed
from paas.deployments.pipeline.foreign import check_bases, refuse_foreign
from paas.deployments.pipeline.run import Run
from paas.deployments.plans import plan, procfile
from paas.deployments.plans.manifest import Manifest
from paas.deployments.plans.plan import Plan
from paas.deployments.release import WEB, Release
from paas.deployments.source.checkout import Checkout
from paas.deployments.source.room import check_room, size_of
from paas.deployments.source.source import Source, fetch
from paas.engine.context import pack
from paas.engine.images import Image
from paas.errors import Invalid, NotFound, Problem

DEFAULT_PORT = 5000


def fetch_code(run: Run) -> None:
    """Check out the commit that is asked for, else the newest of the branch, and note which it is."""
    with run.means.database.session() as session:
        kept = credentials.secrets_of(session, run.means.vault, run.app.id)
    source = Source(
        run.app.repository, run.app.branch, run.deployment.ref, token=kept.git_token, deploy_key=kept.deploy_key_private
    )
    commit = fetch(source, _code(run), settings=run.means.settings, say=run.say)
    run.commit = commit.sha
    run.say(f"{commit.sha[:10]} {commit.subject}")
    run.means.records.note(
        run.deployment.id, commit_sha=commit.sha, commit_subject=commit.subject, commit_author=commit.author
    )


def build_image(run: Run) -> None:
    """Build the image of what was fetched; what it will run as is known with it."""
    args = {variable.key: variable.value for variable in run.variables if variable.is_in_build}
    checkout = run_blocking(Checkout, _code(run), run.app.folder)
    drawn = run_blocking(plan.draw, checkout, run.app, run.means.settings.base_images, tuple(args))
    for note in drawn.notes:
        run.warn(note)
    run.say(f"{drawn.build.why}{'; this is built:' if drawn.recipe else ''}")
    if drawn.recipe:
        run.say(drawn.recipe)
        run.means.records.note(run.deployment.id, recipe=drawn.recipe)
    scripts.grant(run, drawn.manifest.environment)
    if drawn.recipe is None:
        check_bases(run, run_blocking(checkout.__getitem__, drawn.build.dockerfile), args)
    image = _build(run, checkout, drawn, args)
    if drawn.manifest.predeploy:
        image = _run_predeploy(run, drawn.manifest.predeploy, args)
    run.afterwards = scripts.postdeploy(run, drawn.manifest)
    _adopt(run, image, drawn.processes, drawn.manifest)


def obtain_image(run: Run) -> None:
    """Pull the image by its name. One that came from no registry is taken as it is, and so is one whose registry does
    not answer."""
    images, name = run.means.engine.images, run.app.image
    found = images.find(name)
    if found is not None:
        refuse_foreign(name, found)
    if found is None or (found.is_from_registry and "@" not in name):
        run.say(f"Pulling {name}")
        try:
            images.pull(name, lambda piece: run.say(piece.rstrip("\n")))
        except Problem as problem:
            if found is None:
                raise
            run.warn(f"{problem.message} The one that is here is taken.")
        found = images.find(name)
    if found is None:
        raise NotFound(f"There is no image {name}. Check its name in the app's settings.")
    refuse_foreign(name, found)
    if found.tags:  # or the name that we give it would be its last, and it would go with that
        images.tag(found.id, run.image_name)
    run.means.records.note(run.deployment.id, image_id=found.id)
    _adopt(run, found, {WEB: ""}, Manifest())


def _build(run: Run, checkout: Checkout, drawn: Plan, args: Mapping[str, str]) -> Image:
    archive = run.folder / "context.tar"
    check_room(run.folder, needed_bytes=run_blocking(size_of, checkout.path))
    ignore = run_blocking(checkout.get, ".dockerignore") or ""
    dockerfile = run_blocking(
        pack, checkout.path, archive, dockerfile=drawn.build.dockerfile, recipe=drawn.recipe, ignore=ignore
    )
    return build_packed(run, archive, dockerfile, args)


def _run_predeploy(run: Run, script: str, args: Mapping[str, str]) -> Image:
    """The image after the script has run in it."""
    run.say(f"Running predeploy: {script}")
    archive, nothing = run.folder / "predeploy.tar", run.folder / "predeploy"
    nothing.mkdir()
    recipe = scripts.predeploy_recipe(run.image_name, script, args)
    dockerfile = run_blocking(pack, nothing, archive, dockerfile="", recipe=recipe)
    return build_packed(run, archive, dockerfile, args)


def _adopt(run: Run, image: Image, processes: Mapping[str, str], wishes: Manifest) -> None:
    app = run.app
    scale = procfile.formation(processes, kept=app.scale, locked=wishes.formation)
    _warn_of_what_left(run, scale)
    if app.published_port and scale.get(WEB, 0) > 1:
        raise Invalid(f"app.json asks for {scale[WEB]} web containers; port {app.published_port} can lead to one only.")
    run.adopt(
        Release(
            image_id=image.id,
            processes=dict(processes),
            scale=scale,
            port=app.port or next(iter(image.exposed), DEFAULT_PORT),
            commit=run.commit,
            environment=run.environment,
            secrets=run.secrets,
            image_environment=image.environment,
            healthchecks=wishes.checks,
            locked=wishes.formation,
        ).as_the_app_is(app)
    )


def _warn_of_what_left(run: Run, scale: Mapping[str, int]) -> None:
    for process in sorted(name for name, count in run.app.scale.items() if count and name not in scale):
        run.warn(f"{process} is scaled to {run.app.scale[process]} and stands in the Procfile no more: it is stopped.")


def _code(run: Run) -> Path:
    return run.folder / "code"
