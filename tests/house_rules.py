"""The rules of the house as functions from source text to what breaks them, so that each can be shown to fail."""

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import PurePosixPath

# Imports point down this list, never up. Within a line they are free, except where KEPT_APART says otherwise.
LAYERS = (
    ("app", "paas.__main__"),
    ("paas.wiring", "paas.web", "paas.cli"),
    ("paas.alerts",),
    ("paas.logs", "paas.deployments", "paas.metrics"),
    ("paas.apps",),
    ("paas.accounts",),
    ("paas.storage", "paas.engine", "paas.broadcast", "paas.concurrency"),
    ("paas.settings", "paas.errors"),
)

KEPT_APART = (
    {"paas.web", "paas.cli"},  # doors
    {"paas.web.pages", "paas.web.api", "paas.web.live", "paas.web.sockets"},  # the doors of the web
    {"paas.logs", "paas.deployments", "paas.metrics"},
)

# What is imported -> the only place that may.
AT_HOME = {
    "flask": "paas.web",
    "werkzeug": "paas.web",
    "jinja2": "paas.web",
    "apispec": "paas.web",
    "prometheus_client": "paas.web",
    "wtforms": "paas.web",
    "socketio": "paas.web",
    "engineio": "paas.web",
    "docker": "paas.engine",
    "eventlet": "paas.concurrency",
    "greenlet": "paas.concurrency",
    "wsproto": "paas.concurrency",
}

# Of those that exist: the standard library, paas.errors and each other are all they may import.
PURE = (
    "paas.accounts.permissions",
    "paas.alerts.change",
    "paas.alerts.conditions",
    "paas.alerts.given",
    "paas.alerts.judging",
    "paas.alerts.lives",
    "paas.alerts.reach",
    "paas.alerts.services",
    "paas.alerts.wording",
    "paas.alerts.rules",
    "paas.alerts.states",
    "paas.alerts.trend",
    "paas.alerts.words",
    "paas.apps.app",
    "paas.apps.dotenv",
    "paas.apps.given",
    "paas.apps.places",
    "paas.apps.rules",
    "paas.apps.variables",
    "paas.deployments.plans.languages.go",
    "paas.deployments.plans.languages.node",
    "paas.deployments.plans.languages.python",
    "paas.deployments.plans.languages.recipe",
    "paas.deployments.plans.languages.requirements",
    "paas.deployments.plans.languages.ruby",
    "paas.deployments.plans.languages.static",
    "paas.deployments.plans.manifest",
    "paas.deployments.plans.procfile",
    "paas.deployments.journal.progress",
    "paas.deployments.journal.reason",
    "paas.deployments.plans.recipes",
    "paas.deployments.difference",
    "paas.deployments.hooks.pushes",
    "paas.deployments.journal.lines",
    "paas.deployments.stages",
    "paas.logs.app.merging",
    "paas.logs.app.place",
    "paas.logs.moments",
    "paas.logs.reading.cursor",
    "paas.logs.reading.frames",
    "paas.logs.reading.lines",
    "paas.metrics.charts",
    "paas.metrics.gathered",
    "paas.metrics.packing",
    "paas.metrics.readings",
    "paas.metrics.rollup",
    "paas.metrics.witness",
    "paas.metrics.snapshot",
)
DOES_INPUT_OR_OUTPUT = {"asyncio", "http", "os", "pathlib", "shutil", "socket", "sqlite3", "subprocess", "threading"}

NO_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "handler", "service", "data", "info"}


def module_name(path: str) -> str:
    """``paas/logs/hub.py`` -> ``paas.logs.hub``; a package is named for its folder."""
    return ".".join(PurePosixPath(path).with_suffix("").parts).removesuffix(".__init__")


def imports(module: str, source: str, *, is_package: bool = False) -> Iterator[str]:
    """Every module that the source imports, at its top or inside a function, relative ones spelled out.

    ``from paas import settings`` gives ``paas.settings``: a name and a module cannot be told apart here, and the longer
    form is the one that the rules speak of.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                folder = module.split(".")[: None if is_package and node.level == 1 else -(node.level - is_package)]
                base = ".".join([*folder, base]).rstrip(".")
            yield from (f"{base}.{alias.name}" for alias in node.names)


def breaks_of_order(module: str, imported: list[str]) -> Iterator[str]:
    here = _layer(module)
    for other in imported:
        there = _layer(other)
        if other.startswith("paas.") and (here is None or there is None):
            yield f"{module} imports {other}: one of them stands in no layer"
        elif here is not None and there is not None and there < here:
            yield f"{module} imports {other}, which stands above it"
        for apart in KEPT_APART:
            mine, theirs = _member(module, apart), _member(other, apart)
            if mine and theirs and mine != theirs:
                yield f"{module} imports {other}: these never import each other"


def strangers(module: str, imported: list[str]) -> Iterator[str]:
    """Libraries outside the folder that they are kept in."""
    for other in imported:
        library = other.partition(".")[0]
        home = AT_HOME.get(library) or AT_HOME.get(library.partition("_")[0])
        if home and not _is_within(module, home):
            yield f"{module} imports {library}, which is for {home} alone"


def impurities(module: str, imported: list[str]) -> Iterator[str]:
    if module not in PURE:
        return
    for other in imported:
        library = other.partition(".")[0]
        is_pure = any(_is_within(other, allowed) for allowed in (*PURE, "paas.errors"))
        if library in DOES_INPUT_OR_OUTPUT or not (library in sys.stdlib_module_names or is_pure):
            yield f"{module} is pure and imports {other}"


def environment_readers(module: str, source: str) -> Iterator[str]:
    """Who looks into the environment. Handing it whole to ``Settings.from_environment`` is not looking.

    Nor is setting a variable, which ``paas.concurrency`` may do: psycopg can be told to be green in no other way.
    """
    if module == "paas.settings":
        return
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    handed_on = {id(arg) for call in calls if ast.unparse(call.func).endswith(".from_environment") for arg in call.args}
    if module == "paas.concurrency":
        stores = [
            node for node in ast.walk(tree) if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
        ]
        handed_on |= {id(node.value) for node in stores}
    is_imported = any(name in ("os.environ", "os.getenv") for name in imports(module, source))
    for node in ast.walk(tree):
        is_name = is_imported and isinstance(node, ast.Name) and node.id in ("environ", "getenv")
        is_attribute = isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv")
        if (is_name or is_attribute) and id(node) not in handed_on:
            yield f"{module}:{node.lineno} reads the environment: only paas.settings does"


def poor_names(path: str) -> Iterator[str]:
    parts = PurePosixPath(path).with_suffix("").parts
    yield from (f"{path}: {part!r} says nothing of what is in it" for part in parts if part in NO_NAMES)


class _Inline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"line {self.getpos()[0]}: <{tag} {name}=...>")
        if tag == "style":
            self.found.append(f"line {self.getpos()[0]}: <style>")

    def handle_endtag(self, tag: str) -> None:
        self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside == "script" and data.strip():
            self.found.append(f"line {self.getpos()[0]}: text inside <script>")


def inline_code(template: str) -> list[str]:
    """Scripts and styles written into a page, which the content security policy would refuse."""
    parser = _Inline()
    # Jinja's own marks may stand within a tag; their lines are kept for the line numbers.
    parser.feed(
        re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", lambda m: "\n" * m[0].count("\n"), template, flags=re.DOTALL)
    )
    parser.close()
    return parser.found


def _layer(module: str) -> int | None:
    for depth, names in enumerate(LAYERS):
        if _member(module, set(names)):
            return depth
    return None


def _member(module: str, names: set[str]) -> str | None:
    return next((name for name in names if _is_within(module, name)), None)


def _is_within(module: str, folder: str) -> bool:
    return module == folder or module.startswith(f"{folder}.")
