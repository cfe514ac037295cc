"""Python: requirements.txt with pip, or pyproject.toml with uv, Poetry or pip. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace

from paas.deployments.plans.languages.recipe import ALL, Files, Recipe, copy, run, version_in
from paas.deployments.plans.languages.requirements import needed
from paas.errors import Invalid

DEFAULT_VERSION = "3.13"
ENVIRONMENT = {"PYTHONUNBUFFERED": "1", "PIP_NO_CACHE_DIR": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
PIP = ("python3", "-m", "pip", "install")
INSTALL = f"RUN {' '.join(PIP)}"
IN_VENV = {"UV_PROJECT_ENVIRONMENT": "/opt/venv", "PATH": "/opt/venv/bin:$PATH"}
FOR_UV = {**IN_VENV, "UV_NO_CACHE": "1", "UV_LINK_MODE": "copy", "UV_PYTHON_DOWNLOADS": "never"}
FOR_POETRY = {"POETRY_VIRTUALENVS_CREATE": "false", "POETRY_NO_INTERACTION": "1"}
NOT_CACHED = "{} installs from folders of the repository: its packages are installed anew whenever a file changes."
NO_LOCK = "There is no {}: commit one, or each build may install other versions."


def recipe(files: Files) -> Recipe:
    version = version_in(files.get(".python-version")) or version_in(files.get("runtime.txt")) or DEFAULT_VERSION
    found = _with_requirements(files) if "requirements.txt" in files else _with_project(files)
    return replace(found, version=version, environment={**ENVIRONMENT, **found.environment})


def _with_requirements(files: Files) -> Recipe:
    install = f"{INSTALL} -r requirements.txt"
    lists = needed(files, "requirements.txt")
    if lists is None:
        return Recipe("python", steps=(ALL, install), notes=(NOT_CACHED.format("requirements.txt"),))
    return Recipe("python", steps=(*copy(lists), install, ALL))


def _with_project(files: Files) -> Recipe:
    try:
        project = tomllib.loads(files["pyproject.toml"])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Invalid(f"pyproject.toml cannot be read: {error}.") from error
    tools = _table(project, "tool")
    if "uv.lock" in files:
        return _with_uv(_table(tools, "uv"))
    if "poetry.lock" in files or "poetry" in tools:
        return _with_poetry(files, project)
    return _with_pip(project)


def _with_uv(settings: Mapping[str, object]) -> Recipe:
    install, sync = f"{INSTALL} uv", "RUN uv sync --locked --no-dev"
    if "workspace" in settings or "path" in str(settings.get("sources")):
        steps: tuple[str, ...] = (install, ALL, sync)
        return Recipe("python", steps=steps, environment=FOR_UV, notes=(NOT_CACHED.format("pyproject.toml"),))
    steps = (install, *copy(["pyproject.toml", "uv.lock"]), f"{sync} --no-install-project", ALL, sync)
    return Recipe("python", steps=steps, environment=FOR_UV)


def _with_poetry(files: Files, project: Mapping[str, object]) -> Recipe:
    tools = _table(_table(project, "tool"), "poetry")
    has_lock = "poetry.lock" in files
    lists = ["pyproject.toml", *(["poetry.lock"] if has_lock else [])]
    install = "RUN poetry install --only main"
    # Poetry fails on a project that is no package, and most apps are none: only who has something to install is one.
    is_package = any(key in tools for key in ("packages", "scripts")) or "scripts" in _table(project, "project")
    return Recipe(
        "python",
        steps=(f"{INSTALL} poetry", *copy(lists), f"{install} --no-root", ALL, *([install] if is_package else [])),
        environment=FOR_POETRY,
        notes=() if has_lock else (NO_LOCK.format("poetry.lock"),),
    )


def _with_pip(project: Mapping[str, object]) -> Recipe:
    """pip cannot install what a project depends on without the project, so its list is written into the Dockerfile."""
    about = _table(project, "project")
    packages = about.get("dependencies") or []
    if not isinstance(packages, list) or not all(isinstance(each, str) and each.isprintable() for each in packages):
        raise Invalid("pyproject.toml: project.dependencies must be a list of texts.")
    is_package = "build-system" in project
    dynamic = about.get("dynamic")
    if isinstance(dynamic, list) and "dependencies" in dynamic:
        return Recipe("python", steps=(ALL, f"{INSTALL} ."), notes=(NOT_CACHED.format("pyproject.toml"),))
    first = [run(*PIP, "--", *packages)] if packages else []
    return Recipe("python", steps=(*first, ALL, *([f"{INSTALL} --no-deps ."] if is_package else [])))


def _table(table: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = table.get(key)
    return found if isinstance(found, Mapping) else {}
