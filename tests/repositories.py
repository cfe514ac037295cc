"""Bare Git repositories with just the files and commits that a test wants, also those that git itself would refuse.

Objects and refs are written as git keeps them, without git: a commit takes a millisecond, and nothing checks names,
links and modules before whoever is under test does.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

AUTHOR = "Grace Hopper <grace@example.org>"
FIRST_COMMIT_AT = 1_700_000_000
CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"


@dataclass(frozen=True)
class Link:
    """A symbolic link to wherever."""

    target: str


@dataclass(frozen=True)
class Script:
    """A file that may be executed."""

    text: str


@dataclass(frozen=True)
class Module:
    """Where a submodule is checked out; the rest stands in the file ``.gitmodules``, which is the test's to write."""

    commit: str


Content = str | bytes | Link | Script | Module
Files = Mapping[str, Content]


class Repository:
    """``Repository(path)`` makes an empty one, with ``files`` one of one commit. Each commit has exactly the files that
    it is given."""

    def __init__(self, path: Path, files: Files | None = None, *, branch: str = "main") -> None:
        self.path = path
        self.branch = branch
        for part in ("objects", "refs/heads"):
            (path / part).mkdir(parents=True)
        (path / "HEAD").write_text(f"ref: refs/heads/{branch}\n")
        (path / "config").write_text(CONFIG)
        self._count = 0
        if files is not None:
            self.commit(files)

    @property
    def address(self) -> str:
        return str(self.path)

    def commit(self, files: Files, message: str = "", *, branch: str | None = None) -> str:
        """A commit on the branch (the default one if none is named), which it begins if there is none; its id.

        A path may be any: its parts become entries of trees as they are, ``..`` and ``.git`` too.
        """
        self._count += 1
        head = self.path / "refs/heads" / (branch or self.branch)
        parent = f"parent {head.read_text()}" if head.exists() else ""
        who = f"{AUTHOR} {FIRST_COMMIT_AT + self._count} +0000"
        message = message or f"Commit {self._count}"
        text = f"tree {self._tree(files)}\n{parent}author {who}\ncommitter {who}\n\n{message}\n"
        commit = self._write("commit", text.encode())
        head.parent.mkdir(parents=True, exist_ok=True)
        head.write_text(f"{commit}\n")
        return commit

    def head(self, branch: str | None = None) -> str:
        """The id of the branch's newest commit."""
        return (self.path / "refs/heads" / (branch or self.branch)).read_text().strip()

    def delete_branch(self, branch: str) -> None:
        (self.path / "refs/heads" / branch).unlink()

    def _tree(self, files: Files) -> str:
        entries: dict[bytes, tuple[str, str]] = {}
        folders: dict[str, dict[str, Content]] = {}
        for path, content in files.items():
            name, slash, rest = path.partition("/")
            if slash:
                folders.setdefault(name, {})[rest] = content
            else:
                entries[name.encode(errors="surrogateescape")] = self._entry(content)
        for name, below in folders.items():
            entries[name.encode(errors="surrogateescape")] = ("40000", self._tree(below))
        # Git sorts folders as if their names ended in a slash.
        order = sorted(entries, key=lambda name: name + (b"/" if entries[name][0] == "40000" else b""))
        rows = (entries[name][0].encode() + b" " + name + b"\0" + bytes.fromhex(entries[name][1]) for name in order)
        return self._write("tree", b"".join(rows))

    def _entry(self, content: Content) -> tuple[str, str]:
        """Its mode and the id of what it holds."""
        match content:
            case Module(commit):
                return "160000", commit
            case Link(target):
                return "120000", self._write("blob", target.encode())
            case Script(text):
                return "100755", self._write("blob", text.encode())
            case str():
                return "100644", self._write("blob", content.encode())
            case _:
                return "100644", self._write("blob", content)

    def _write(self, kind: str, content: bytes) -> str:
        whole = f"{kind} {len(content)}\0".encode() + content
        name = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        path = self.path / "objects" / name[:2] / name[2:]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(zlib.compress(whole, 1))
        return name
