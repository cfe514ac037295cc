"""The submodules that a commit has: where each belongs, where it comes from and which commit of it.

``git submodule`` is not used. It follows addresses that the repository's authors chose, local ones among them; here
each is held to the same rules as the address of an app.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath

from paas.deployments.source.git import Git, GitFailed
from paas.errors import Invalid

FILE = ".gitmodules"
MOST_BYTES = 256 * 1024
GIT_LINK = "160000"


@dataclass(frozen=True)
class Module:
    path: str
    address: str
    commit: str


def listed(git: Git, folder: Path, base: str) -> list[Module]:
    """The submodules of the commit that is checked out in ``folder``; ``base`` is the address that it came from."""
    file = folder / FILE
    if not file.is_symlink() and not file.exists():
        return []
    if file.is_symlink() or file.stat().st_size > MOST_BYTES:
        raise Invalid(f"{FILE} must be a file of at most 256 KB, and no symbolic link.")
    try:
        written = git.run("config", "--file", FILE, "--no-includes", "--null", "--list", folder=folder, is_aloud=False)
        modules = [_module(git, folder, base, section) for section in _sections(written).values()]
    except GitFailed as failure:
        raise Invalid(f"{FILE} could not be read. git says: {failure.words}") from failure
    return [module for module in modules if module is not None]


def resolve(base: str, address: str) -> str:
    """The address of a submodule as git has it: one that begins with ``./`` or ``../`` is relative to the repository's
    own, of which each ``../`` takes away a part."""
    if not address.startswith(("./", "../")):
        return address
    base, rest, joint = base.rstrip("/"), address, "/"
    while rest.startswith(("./", "../")):
        if rest.startswith("../"):
            at = max(base.rfind("/"), base.rfind(":") if "/" not in base else -1)
            if at < 0:
                raise Invalid(f"A submodule's address {address!r} leads out of {base!r}.")
            joint, base = base[at], base[:at]
        rest = rest.partition("/")[2]
    return f"{base}{joint}{rest}".rstrip("/")


def _sections(written: str) -> dict[str, dict[str, str]]:
    """``submodule.NAME.path`` -> {NAME: {"path": ...}}."""
    sections: dict[str, dict[str, str]] = {}
    for entry in written.split("\0"):
        key, _, value = entry.partition("\n")
        name, _, field = key.rpartition(".")
        if name.startswith("submodule."):
            sections.setdefault(name, {})[field] = value
    return sections


def _module(git: Git, folder: Path, base: str, section: Mapping[str, str]) -> Module | None:
    """None where the commit has no submodule there: the entry is a left-over."""
    path, address = section.get("path", ""), section.get("url", "")
    if normpath(path) != path or path.startswith(("/", "..")) or not path.isprintable():
        raise Invalid(f"{FILE}: {path!r} is not a path in the repository.")
    if not address:
        raise Invalid(f"{FILE}: the submodule {path} has no url.")
    entry, _, name = git.run("ls-tree", "-z", "--full-tree", "HEAD", "--", path, folder=folder).partition("\t")
    if name.rstrip("\0") != path or not entry.startswith(GIT_LINK):
        return None
    return Module(path, resolve(base, address), entry.split()[2])
