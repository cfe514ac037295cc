"""What the recipes of all languages share: the parts of a Dockerfile, and how they are written. Pure."""

import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Files = Mapping[str, str]
"""The text of each file by its path in the app's folder. To go through it names what stands in the folder itself."""

SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/-]*|\.[A-Za-z0-9_][A-Za-z0-9._/-]*", re.ASCII)
VERSION = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}", re.ASCII)
ALL = "COPY . ."


@dataclass(frozen=True)
class Recipe:
    """A Dockerfile in parts. ``base`` is a key of the base images, ``version`` what to ask of it. ``command`` starts
    ``web`` where there is no Procfile; it is empty where nobody can know. ``final_base`` and ``final`` are the second
    stage, in which the first one is called ``build``. ``notes`` tell the operator what could be better."""

    base: str
    version: str = ""
    steps: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    final_base: str = ""
    final: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def copy(paths: Iterable[str]) -> list[str]:
    """The instructions that copy these files to where they stand in the repository."""
    folders: dict[str, list[str]] = {}
    for path in dict.fromkeys(paths):
        folders.setdefault(posixpath.dirname(path), []).append(path)
    return [f"COPY {' '.join(names)} ./{f'{folder}/' if folder else ''}" for folder, names in folders.items()]


def run(*words: str) -> str:
    """A RUN without a shell: no word of it can be taken for more than it is."""
    return f"RUN {json.dumps(list(words), ensure_ascii=False)}"


def is_safe(path: str) -> bool:
    """Whether COPY takes the path for itself: no blank, no pattern, no variable, nothing outside of the folder."""
    return bool(SAFE.fullmatch(path)) and ".." not in path.split("/")


def version_in(text: str | None) -> str:
    """The version at the beginning of a file such as ``.python-version``; empty when there is none."""
    lines = [line.strip() for line in (text or "").splitlines() if line.strip() and not line.startswith("#")]
    word = re.sub(r"^(python|ruby|node|go)?[- ]?v?", "", lines[0]) if lines else ""
    return word if VERSION.fullmatch(word) else ""
