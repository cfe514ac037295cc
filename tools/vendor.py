"""Refresh static/vendor and the icon sprite from npm packages, so that the pages need no build step and no other host.

    mkdir /tmp/npm && cd /tmp/npm
    npm pack @tabler/core@1.6.1 @tabler/icons@3.51.0 socket.io-client@4.8.4 anser@2.3.5 uplot@1.6.32
    python tools/vendor.py /tmp/npm          # everything
    python tools/vendor.py --icons /tmp/npm  # the sprite alone, after a template began to use another icon
    npm pack axe-core@4.10.3 && python tools/vendor.py --tests /tmp/npm  # what only tests use, into tests/vendor

What changes on the way is listed in static/vendor/README.md. Needs Python alone; never runs on an operator's machine.
"""

import re
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"

FILES = {
    ("tabler-core-1.6.1.tgz", "dist/css/tabler.min.css"): "tabler/tabler.min.css",
    ("socket.io-client-4.8.4.tgz", "dist/socket.io.esm.min.js"): "socket.io/socket.io.esm.min.js",
    ("socket.io-client-4.8.4.tgz", "LICENSE"): "socket.io/LICENSE",
    ("anser-2.3.5.tgz", "lib/index.js"): "anser/anser.js",
    ("anser-2.3.5.tgz", "LICENSE"): "anser/LICENSE",
    ("tabler-icons-3.51.0.tgz", "LICENSE"): "tabler-icons/LICENSE",
    ("uplot-1.6.32.tgz", "dist/uPlot.iife.min.js"): "uplot/uPlot.min.js",
    ("uplot-1.6.32.tgz", "dist/uPlot.min.css"): "uplot/uPlot.min.css",
    ("uplot-1.6.32.tgz", "LICENSE"): "uplot/LICENSE",
}
OF_TESTS = {
    ("axe-core-4.10.3.tgz", "axe.min.js"): "axe-core/axe.min.js",
    ("axe-core-4.10.3.tgz", "LICENSE"): "axe-core/LICENSE",
}
ICONS = "tabler-icons-3.51.0.tgz"
SPRITE = ROOT / "static" / "img" / "icons.svg"
# The icon of each state, status and step under a name of its own: a script changes one without knowing its icon.
STATE_ICONS = {
    "state-running": "player-play",
    "state-starting": "loader",
    "state-unhealthy": "alert-triangle",
    "state-stopped": "player-stop",
    "state-failed": "alert-octagon",
    "state-unknown": "circle-dashed",
    "alert-firing": "bell-ringing",
    "alert-pending": "clock",
    "alert-recovered": "circle-check",
    "alert-ok": "circle-check",
    "alert-silenced": "bell-off",
    "alert-off": "circle-minus",
    "alert-works": "circle-check",
    "alert-failing": "alert-octagon",
    "alert-unused": "circle-dashed",
    "alert-waiting": "clock",
    "alert-sent": "circle-check",
    "alert-given-up": "alert-octagon",
    "status-pending": "clock",
    "status-building": "hammer",
    "status-deploying": "rocket",
    "status-success": "circle-check",
    "status-failed": "alert-octagon",
    "status-cancelled": "ban",
    "status-interrupted": "plug-connected-x",
    "step-todo": "circle",
    "step-now": "circle-dot",
    "step-done": "circle-check",
    "step-failed": "alert-octagon",
    "step-ended": "ban",
    "step-skipped": "circle-minus",
}

SOURCE_MAP = re.compile(r"\s*(//# sourceMappingURL=\S+|/\*# sourceMappingURL=.*?\*/)\s*$")
# Rules for whatever stands after whatever: while they are there, a browser that takes the first row off a log has to
# style the other 999 anew (at 1,000 lines/s: 0.5 s of every second; 0.08 s without). No page of ours uses them.
ANY_SIBLING = re.compile(r"(?:\.divide-[^{}]*:not\(template\)~:not\(template\)|legend\+\*)\{[^{}]*\}")
ANY_SIBLING_RULES = 17
COMMON_JS_EXPORT = "module.exports = Anser;"
UPLOT_VARIABLE = re.compile(r"\bvar uPlot=function\(\)\{")
# icon("name"), and the macros empty("name", ...) and button("command", "name", ...) that hand it on.
USED_ICON = re.compile(r"""\b(?:icon\(|empty\(|button\("[a-z-]+",)\s*["']([a-z0-9-]+)["']""")
SVG_CHILDREN = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
BOUNDING_BOX = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


def main(arguments: list[str]) -> None:
    packages = Path(arguments[-1])
    if "--tests" in arguments:
        copy_files(packages, OF_TESTS, ROOT / "tests" / "vendor")
        return
    if "--icons" not in arguments:
        copy_files(packages, FILES, VENDOR)
    icons = {name: name for name in used_icons()} | STATE_ICONS
    SPRITE.write_text(sprite(packages, icons))
    print(f"{SPRITE.relative_to(ROOT)}: {' '.join(icons)}")


def copy_files(packages: Path, files: Mapping[tuple[str, str], str], folder: Path) -> None:
    for (package, inside), target in files.items():
        path = folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_served(path.name, member(packages / package, inside)))


def as_served(name: str, text: str) -> str:
    """Without the pointer to a map that we do not ship (developer tools would ask for it: 404), and as an ES module."""
    text = SOURCE_MAP.sub("\n", text)
    if name == "tabler.min.css":
        text, found = ANY_SIBLING.subn("", text)
        if found != ANY_SIBLING_RULES:
            raise SystemExit(f"Tabler has {found} rules for any sibling now: read them and mend tools/vendor.py")
    if name == "anser.js":
        if text.count(COMMON_JS_EXPORT) != 1:
            raise SystemExit("anser exports differently now: read its lib/index.js and mend tools/vendor.py")
        text = text.replace(COMMON_JS_EXPORT, "export default Anser;")
    if name == "uPlot.min.js":
        if len(UPLOT_VARIABLE.findall(text)) != 1:
            raise SystemExit("uPlot names itself differently now: read its iife.min.js and mend tools/vendor.py")
        text = f"{text.rstrip()}\nexport default uPlot;\n"
    return text


def used_icons() -> list[str]:
    """The names that templates write; tests/web/pages/test_containers.py finds one that is missing from the sprite."""
    templates = (ROOT / "templates").rglob("*.html")
    return sorted({name for template in templates for name in USED_ICON.findall(template.read_text())})


def sprite(packages: Path, icons: dict[str, str]) -> str:
    symbols = "".join(symbol(packages, identifier, name) for identifier, name in icons.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}</svg>\n'


def symbol(packages: Path, identifier: str, name: str) -> str:
    found = SVG_CHILDREN.search(member(packages / ICONS, f"icons/outline/{name}.svg"))
    if found is None:
        raise SystemExit(f"the icon {name} is not an SVG as expected")
    shapes = " ".join(found.group(1).replace(BOUNDING_BOX, "").split())
    return f'<symbol id="{identifier}" viewBox="0 0 24 24">{shapes}</symbol>\n'


def member(archive: Path, inside: str) -> str:
    with tarfile.open(archive) as tar:
        try:
            file = tar.extractfile(f"package/{inside}")
        except KeyError:
            file = None
        if file is None:
            raise SystemExit(f"{archive.name} has no {inside}")
        return file.read().decode()


if __name__ == "__main__":
    main(sys.argv[1:])
