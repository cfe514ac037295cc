"""Go: go.mod. Built in one image, run in a small one. Pure."""

import re

from paas.deployments.plans.languages.recipe import ALL, Files, Recipe, copy
from paas.errors import Invalid

DEFAULT_VERSION = "1.25"
MODULE = re.compile(r"^module\s+\"?(\S+?)\"?\s*(?://.*)?$", re.MULTILINE)
VERSION = re.compile(r"^(?:go\s+|toolchain\s+go)(\d{1,2})\.(\d{1,3})", re.MULTILINE)
LOCAL = re.compile(r"=>\s*\.{1,2}/")
MAIN = re.compile(r"^package\s+main\b", re.MULTILINE)
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*", re.ASCII)
BUILD = "RUN CGO_ENABLED=0 go build -o /out/ ./..."


def recipe(files: Files) -> Recipe:
    module = files["go.mod"]
    lists = ["go.mod", *(["go.sum"] if "go.sum" in files else [])]
    needs_all = bool(LOCAL.search(module)) or "go.work" in files or "vendor/modules.txt" in files
    name = _program(files, module)
    return Recipe(
        "go",
        _version(module),
        (ALL, BUILD) if needs_all else (*copy(lists), "RUN go mod download", ALL, BUILD),
        command=f"/app/bin/{name}" if name else "",
        final_base="go-run",
        final=(
            "COPY --from=build /etc/ssl/certs/ /etc/ssl/certs/",
            "ENV PATH=/app/bin:$PATH",
            "WORKDIR /app",
            ALL,
            "COPY --from=build /out/ ./bin/",
        ),
    )


def _version(module: str) -> str:
    """A compiler takes what was written for older ones, so the newest that is asked for or known."""
    asked = [(int(major), int(minor)) for major, minor in VERSION.findall(module)]
    major, _, minor = DEFAULT_VERSION.partition(".")
    return ".".join(map(str, max([*asked, (int(major), int(minor))])))


def _program(files: Files, module: str) -> str:
    """What the program in the top folder will be called; empty when there is none, and several may be elsewhere."""
    sources = (name for name in files if name.endswith(".go") and not name.endswith("_test.go"))
    found = MODULE.search(module)
    if found is None or not any(_is_main(files, name) for name in sources):
        return ""
    name = re.sub(r"/v[0-9]+$", "", found[1]).rpartition("/")[2]
    return name if NAME.fullmatch(name) else ""


def _is_main(files: Files, name: str) -> bool:
    try:
        return bool(MAIN.search(files.get(name, "")))
    except Invalid:  # generated sources may be larger than what is read here; they are the compiler's to read
        return False
