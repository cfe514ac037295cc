"""What a checkout is going to be: read once, by the deployment and by the page that shows it before the first one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from paas.apps.app import Wanted
from paas.deployments.plans import manifest, procfile, recipes
from paas.deployments.plans.manifest import Manifest
from paas.deployments.plans.recipes import Build
from paas.deployments.source.checkout import Checkout
from paas.errors import Invalid, NotFound

PROCFILE = "Procfile"
MANIFEST = "app.json"
LARGE_FILES = "filter=lfs"
PROCFILE_EXAMPLES = {
    "python": "web: gunicorn app:app --bind 0.0.0.0:$PORT",
    "node": "web: node app.js",
    "ruby": "web: bundle exec ruby app.rb",
    "go": "web: bin/shop",
}


@dataclass(frozen=True)
class Plan:
    """``recipe`` is the generated Dockerfile, None where the repository has its own. A process whose command is empty
    runs what the image says. ``notes`` tell what could be better."""

    build: Build
    recipe: str | None
    processes: Mapping[str, str]
    manifest: Manifest
    notes: tuple[str, ...] = ()


def draw(checkout: Checkout, app: Wanted, base_images: Mapping[str, str], variables: Collection[str] = ()) -> Plan:
    """Read what says how the app is built and run; Invalid or NotFound with what is wrong. ``variables`` are the names
    of the environment that the build may see. It reads files: use ``run_blocking``."""
    processes = _processes(checkout, app.procfile)
    text = checkout.get(MANIFEST)
    wishes = Manifest() if text is None else manifest.parse(text)
    build = recipes.detect(checkout, build=app.build, dockerfile=app.dockerfile)
    if build.recipe is None:
        return Plan(build, None, processes or {"web": ""}, wishes, _notes(checkout))
    if not processes and not build.recipe.command:
        raise Invalid(
            f"How to start the app is not known: there is no {PROCFILE} in its folder. Add one, for instance "
            f"{PROCFILE_EXAMPLES[build.language]}"
        )
    recipe = recipes.dockerfile(build, base_images, variables)
    return Plan(build, recipe, processes or {"web": ""}, wishes, (*build.recipe.notes, *_notes(checkout)))


def _processes(checkout: Checkout, name: str) -> dict[str, str]:
    text = checkout.get(name or PROCFILE)
    if text is None and name:
        raise NotFound(f"There is no {name} in the app's folder. Add it, or change it in the app's settings.")
    return {} if text is None else procfile.parse(text, name or PROCFILE)


def _notes(checkout: Checkout) -> tuple[str, ...]:
    if LARGE_FILES in checkout.get(".gitattributes", ""):
        return ("The repository keeps files with Git LFS. They are not fetched: the image gets the pointers to them.",)
    return ()
