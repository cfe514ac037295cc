"""How an app is built: what its files say, and the Dockerfile that follows from it. Pure.

Each recipe copies the list of dependencies and installs them before it copies the rest, so that a change of the code
alone takes the dependencies from the builder's cache.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paas.errors import Invalid

Files = Mapping[str, str | None]
"""The text of each file by its path in the app's folder; None where it is there but was not read."""

LANGUAGE_OF = {
    "requirements.txt": "python",
    "pyproject.toml": "python",
    "Gemfile": "ruby",
    "package.json": "node",
    "go.mod": "go",
    "index.html": "static",
}
"""In the order in which they are looked for."""


@dataclass(frozen=True)
class Build:
    """What is built: ``language`` is empty where the repository has a Dockerfile of its own, at ``dockerfile``."""

    language: str = ""
    dockerfile: str = "Dockerfile"
    why: str = ""
    copies: tuple[str, ...] = ()
    """The files that the dependencies are installed from."""
    version: str = ""


def detect(files: Files, *, build: str = "auto", dockerfile: str = "") -> Build:
    """What to build: as set, else a Dockerfile, else what the files tell of. Invalid when they tell of nothing."""
    if dockerfile or build == "dockerfile" or (build == "auto" and "Dockerfile" in files):
        path = dockerfile or "Dockerfile"
        if path not in files:
            raise Invalid(f"There is no {path} in the app's folder. Add it, or change the build in the app's settings.")
        return Build(dockerfile=path, why=f"{path} was found")
    found = {language: name for name, language in reversed(LANGUAGE_OF.items()) if name in files}
    language = build if build != "auto" else next((LANGUAGE_OF[name] for name in LANGUAGE_OF if name in files), "")
    if language not in found:
        wanted = [name for name, each in LANGUAGE_OF.items() if build in ("auto", each)]
        raise Invalid(
            f"Nothing here says how to build the app: there is no {' or '.join(wanted)} in its folder. Add one, or a "
            "Dockerfile, or set the folder in the app's settings."
        )
    return Build(language, why=f"{found[language]} was found")


def dockerfile(build: Build, base_images: Mapping[str, str], variables: Iterable[str] = ()) -> str:
    """The generated Dockerfile; ``variables`` are the names of the environment that the build may see."""
    base = base_images[build.language].replace("{version}", "3.13")
    args = "".join(f"ARG {name}\n" for name in sorted(variables))
    if build.language == "static":
        return f'FROM {base}\n{args}WORKDIR /app\nCOPY . .\nCMD exec busybox httpd -f -p "${{PORT:-5000}}" -h /app\n'
    if build.language == "python":
        return (
            f"FROM {base}\nENV PYTHONUNBUFFERED=1\n{args}WORKDIR /app\nCOPY requirements.txt ./\n"
            "RUN python3 -m pip install --no-cache-dir -r requirements.txt\nCOPY . .\n"
        )
    raise Invalid(f"{build.language} cannot be built yet. Add a Dockerfile.")
