"""How an app is built: what its files say, and the Dockerfile that follows from it. Pure.

Each recipe copies the lists of dependencies and installs them before it copies the rest, so that a change of the code
alone takes the dependencies from the builder's cache.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from paas.deployments.plans.languages import go, node, python, ruby, static
from paas.deployments.plans.languages.recipe import Files, Recipe
from paas.errors import Invalid

LANGUAGE_OF = {
    "requirements.txt": "python",
    "pyproject.toml": "python",
    "Gemfile": "ruby",
    "package.json": "node",
    "go.mod": "go",
    "index.html": "static",
}
"""In the order in which they are looked for."""

RECIPE_OF: dict[str, Callable[[Files], Recipe]] = {
    "python": python.recipe,
    "ruby": ruby.recipe,
    "node": node.recipe,
    "go": go.recipe,
    "static": static.recipe,
}
DOCKERFILE = "Dockerfile"


@dataclass(frozen=True)
class Build:
    """What is built: by the repository's own ``dockerfile``, or by ``recipe`` for a ``language``; ``why`` tells it."""

    why: str
    dockerfile: str = DOCKERFILE
    language: str = ""
    recipe: Recipe | None = None


def detect(files: Files, *, build: str = "auto", dockerfile: str = "") -> Build:
    """What to build: as set, else a Dockerfile, else what the files tell of. Invalid when they tell of nothing."""
    if build == "dockerfile" or (build == "auto" and (dockerfile or DOCKERFILE in files)):
        path = dockerfile or DOCKERFILE
        if path not in files:
            raise Invalid(f"There is no {path} in the app's folder. Add it, or change the build in the app's settings.")
        return Build(f"{path} was found", path)
    marks = [mark for mark, language in LANGUAGE_OF.items() if build in ("auto", language)]
    found = next((mark for mark in marks if mark in files), None)
    if found is None:
        raise Invalid(
            f"There is no {_listed([*([DOCKERFILE] if build == 'auto' else []), *marks])} in the app's folder, so how "
            "to build it is not known. Add one, or set another folder or build in the app's settings."
        )
    language = LANGUAGE_OF[found]
    return Build(f"{found} was found", language=language, recipe=RECIPE_OF[language](files))


def dockerfile(build: Build, base_images: Mapping[str, str], variables: Iterable[str] = ()) -> str:
    """The generated Dockerfile. ``variables`` are the names of the environment that the build may see."""
    recipe = build.recipe
    if recipe is None:
        raise TypeError("what has a Dockerfile of its own needs no other")
    base = base_images[recipe.base].replace("{version}", recipe.version)
    blocks = [
        [f"# Made by Quayside, as {build.why}. To change it, commit it as {DOCKERFILE}."],
        [f"FROM {base}{' AS build' if recipe.final_base else ''}"],
        [f"ENV {name}={value}" for name, value in recipe.environment.items()],
        [f"ARG {name}" for name in sorted(variables)],
        ["WORKDIR /app", *recipe.steps],
        [f"FROM {base_images[recipe.final_base]}", *recipe.final] if recipe.final_base else [],
        [f"CMD exec {recipe.command}"] if recipe.command else [],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
