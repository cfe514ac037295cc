"""Node: package.json with the lock file of npm, yarn or pnpm. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from paas.deployments.plans.languages.recipe import ALL, Files, Recipe, copy, version_in
from paas.errors import Invalid

DEFAULT_VERSION = "24"
MAJOR = re.compile(r"[\^~]?v?(\d{1,3})(?:\.(?:\d{1,3}|x|\*)){0,2}", re.ASCII)
EARLY = ("preinstall", "install", "postinstall", "prepare")
"""Scripts that run while packages are installed, and may need any file."""
SETTINGS = (".npmrc", ".yarnrc", ".yarnrc.yml")
NO_LOCK = (
    "There is no lock file: commit package-lock.json, yarn.lock or pnpm-lock.yaml, or each build may install others."
)
NOT_CACHED = "package.json has workspaces or install scripts: packages are installed anew whenever a file changes."


@dataclass(frozen=True)
class Tool:
    """How one of them is told what. ``install`` brings all packages, ``install_for_run`` leaves out those for building,
    which ``prune`` takes away again."""

    name: str
    install: str
    install_for_run: str
    prune: str
    get: str = ""


def recipe(files: Files) -> Recipe:
    package = _package(files["package.json"])
    scripts = _table(package, "scripts")
    tool, lock = _tool(files, package)
    lists = ["package.json", *([lock] if lock else []), *(name for name in SETTINGS if name in files)]
    is_whole = "workspaces" in package or "pnpm-workspace.yaml" in files or any(name in scripts for name in EARLY)
    is_built = "build" in scripts
    steps = [
        *([f"RUN {tool.get}"] if tool.get else []),
        *([ALL] if is_whole else copy(lists)),
        f"RUN {tool.install if is_built or is_whole else tool.install_for_run}",
        *([] if is_whole else [ALL]),
        *([f"RUN {tool.name} run build"] if is_built else []),
        *([f"RUN {tool.prune}"] if (is_built or is_whole) and tool.prune else []),
        "ENV NODE_ENV=production",
    ]
    notes = (*([] if lock else [NO_LOCK]), *([NOT_CACHED] if is_whole else []))
    return Recipe("node", _version(files, package), tuple(steps), command=_command(files, scripts, tool), notes=notes)


def _package(text: str) -> Mapping[str, object]:
    try:
        package = json.loads(text)
    except json.JSONDecodeError as error:
        raise Invalid(f"package.json, line {error.lineno}: this is not JSON: {error.msg}.") from error
    except (RecursionError, ValueError) as error:
        raise Invalid("package.json is nested too deep, or has a number that is too long.") from error
    if not isinstance(package, dict):
        raise Invalid("package.json must be an object.")
    return package


def _tool(files: Files, package: Mapping[str, object]) -> tuple[Tool, str]:
    """The tool whose lock file is there, and that file."""
    for lock in ("package-lock.json", "npm-shrinkwrap.json"):
        if lock in files:
            return Tool("npm", "npm ci", "npm ci --omit=dev", "npm prune --omit=dev"), lock
    wanted = str(package.get("packageManager") or "")
    if "pnpm-lock.yaml" in files:
        return _pnpm(wanted), "pnpm-lock.yaml"
    if "yarn.lock" in files:
        return _yarn(files, wanted), "yarn.lock"
    return Tool("npm", "npm install", "npm install --omit=dev", "npm prune --omit=dev"), ""


def _pnpm(wanted: str) -> Tool:
    version = version_in(wanted.partition("pnpm@")[2].partition("+")[0]) or "10"
    install = "pnpm install --frozen-lockfile"
    # Neither is a part of Node's image for ever; --force, as in some it is.
    return Tool(
        "pnpm", install, f"{install} --prod", "pnpm prune --prod", f"npm install --global --force pnpm@{version}"
    )


def _yarn(files: Files, wanted: str) -> Tool:
    if wanted.startswith("yarn@1") or not (wanted.startswith("yarn@") or ".yarnrc.yml" in files):
        install = "yarn install --frozen-lockfile"
        production = f"{install} --production"
        return Tool("yarn", install, production, production, "npm install --global --force yarn@1.22.22")
    install = "yarn install --immutable"
    return Tool("yarn", install, install, "", "npm install --global --force corepack && corepack enable")


def _version(files: Files, package: Mapping[str, object]) -> str:
    said = version_in(files.get(".node-version")) or version_in(files.get(".nvmrc"))
    found = MAJOR.fullmatch(str(_table(package, "engines").get("node") or "").strip())
    return said or (found[1] if found else DEFAULT_VERSION)


def _command(files: Files, scripts: Mapping[str, object], tool: Tool) -> str:
    if "start" in scripts:
        return f"{tool.name} start"
    return "node server.js" if "server.js" in files else ""


def _table(table: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = table.get(key)
    return found if isinstance(found, dict) else {}
