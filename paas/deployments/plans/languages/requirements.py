"""requirements.txt: which other files of the repository it installs from. Pure."""

import posixpath
import re
from collections.abc import Iterator

from paas.deployments.plans.languages.recipe import Files, is_safe
from paas.errors import Invalid

COMMENT = re.compile(r"(^|\s)#.*")
INCLUDED = re.compile(r"(?:-r|-c|--requirement|--constraint)\s*=?\s*(?P<path>\S+)")
FOLDER = re.compile(r"(?:-e|-f|--editable|--find-links)\s*=?\s*(?P<path>\S+)")
ARCHIVE = re.compile(r"(?P<path>(?:\.{0,2}/)?[^\s:@]+\.(?:whl|tar\.gz|tar\.bz2|zip))(?:\s|$)")
LOCAL = re.compile(r"\.{0,2}/|\.{1,2}(?:\[|$)|.*@\s*file:")
MOST_FILES = 100


def needed(files: Files, name: str) -> list[str] | None:
    """``name``, the lists that it includes and the archives that these install. None when a folder is needed, or
    anything else that only all of the repository is sure to bring."""
    lists, archives = [name], list[str]()
    for path in lists:  # it grows while it is gone through
        if len(lists) > MOST_FILES:
            raise Invalid(f"{name} includes more than {MOST_FILES} other lists.")
        for kind, other in _named(files[path]):
            # An included list stands relative to the one that includes it, an archive to where pip is called.
            where = posixpath.normpath(posixpath.join(posixpath.dirname(path) if kind == "list" else "", other))
            if kind == "folder" or not is_safe(where) or where not in files:
                return None
            known = lists if kind == "list" else archives
            known += [where] if where not in known else []
    return lists + archives


def _named(text: str) -> Iterator[tuple[str, str]]:
    """What each line names of the repository: a list, an archive or a folder. Addresses are none of them."""
    for raw in text.replace("\\\n", " ").splitlines():
        line = COMMENT.sub("", raw).strip()
        for kind, form in (("list", INCLUDED), ("folder", FOLDER), ("archive", ARCHIVE)):
            found = form.match(line)
            if found:
                if "://" not in found["path"]:
                    yield kind, found["path"]
                break
        else:
            if LOCAL.match(line):
                yield "folder", line
