"""Which ES modules a page will import, so that its head can ask for all of them at once.

Without a build step a browser learns of a module only from the one that imports it: one round trip a level, and the
log viewer is five levels deep. Read from the files, because a list kept by hand would rot unseen.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from flask import Flask

IMPORT = re.compile(r"""^(?:import|export)\b[^"';]*?["'](\.[^"']+)["']""", re.MULTILINE)


def register(app: Flask, folder: Path) -> None:
    """Give templates ``modules_of(behaviours)``: paths below ``folder``, for ``static_url``."""

    @cache
    def found(behaviour: str) -> tuple[str, ...]:
        return tuple(str(path.relative_to(folder)) for path in imported(folder / "js" / f"{behaviour}.js"))

    def modules_of(behaviours: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(path for behaviour in behaviours for path in found(behaviour)))

    app.jinja_env.globals["modules_of"] = modules_of


def imported(module: Path) -> list[Path]:
    """``module`` and all that it imports statically, at any depth, each once."""
    reached: dict[Path, None] = {}
    waiting = [module.resolve()]
    while waiting:
        path = waiting.pop(0)
        if path not in reached and path.is_file():
            reached[path] = None
            waiting += [(path.parent / name).resolve() for name in IMPORT.findall(path.read_text())]
    return list(reached)
