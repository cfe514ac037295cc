"""Fetches an app's code: one commit of its repository, with its submodules, into a folder."""

import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from paas.apps import credentials
from paas.apps.masking import Mask
from paas.apps.places import check_branch
from paas.deployments.source import access, submodules
from paas.deployments.source.git import Git, GitFailed
from paas.errors import Invalid, NotFound, Problem
from paas.settings import Settings

COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
ALL = 2**31 - 1
"""git's own word for a depth without end."""
MOST_MODULES = 100
MOST_BRANCHES_NAMED = 10


@dataclass(frozen=True)
class Source:
    """``branch`` empty is the repository's own default; ``commit``, a whole id, is wanted instead of the newest."""

    repository: str
    branch: str = ""
    commit: str = ""
    token: str = field(default="", repr=False)
    deploy_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Commit:
    """``at`` is when it was committed, in seconds since 1970."""

    sha: str
    subject: str
    author: str
    at: float


def fetch(
    source: Source, folder: Path, *, settings: Settings, say: Callable[[str], None], seconds: float | None = None
) -> Commit:
    """Check the commit out into ``folder``, which is made; what git says goes to ``say``, line by line.

    While git runs, its keys lie in a folder beside. It may take ``seconds``, else as long as the stage may. Whatever is
    raised, git has ended before.
    """
    _refuse_impossible(source)
    address = access.check_address(source.repository, settings)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="git-", dir=folder.parent) as home:
        environment = access.environment(
            address, token=source.token, deploy_key=source.deploy_key, home=Path(home), settings=settings
        )
        seconds = seconds or settings.stage_seconds["cloning_repo"]
        git = Git(Path(home), environment, say=say, mask=Mask(credentials.forms(source.token)), seconds=seconds)
        try:
            _take(git, address, source, folder)
        except GitFailed as failure:
            raise _reason(git, address, source, folder, failure) from failure
        _Modules(git, settings, say).take(folder, address)
        return _facts(git, folder)


class _Modules:
    """Fetches submodules, and theirs; counts them, as a repository may be its own submodule."""

    def __init__(self, git: Git, settings: Settings, say: Callable[[str], None]) -> None:
        self._git, self._settings, self._say = git, settings, say
        self._count = 0

    def take(self, folder: Path, base: str) -> None:
        for module in submodules.listed(self._git, folder, base):
            self._count += 1
            if self._count > MOST_MODULES:
                raise Invalid(f"The repository has more than {MOST_MODULES} submodules, those of submodules counted.")
            self._take_one(module, folder / module.path)

    def _take_one(self, module: submodules.Module, folder: Path) -> None:
        try:
            address = access.check_address(module.address, self._settings)
            self._say(f"Submodule {module.path} from {module.address}")
            _take(self._git, address, Source(address, commit=module.commit), folder)
        except GitFailed as failure:
            raise Invalid(
                f"The submodule {module.path} could not be fetched from {module.address}. What opens the "
                f"app's own repository must open this one too. git says: {failure.words}"
            ) from failure
        except Problem as problem:
            raise type(problem)(f"The submodule {module.path} cannot be used: {problem.message}") from problem
        self.take(folder, address)


def _refuse_impossible(source: Source) -> None:
    check_branch(source.branch)
    if source.commit and not COMMIT.fullmatch(source.commit):
        raise Invalid(f"{source.commit!r} is not a whole commit id.")
    if access.is_ssh(source.repository) and not source.deploy_key:
        raise Invalid(
            f"{source.repository} is reached over ssh and the app has no deploy key. Make one in the app's settings "
            "and add its public half to the repository's deploy keys."
        )


def _take(git: Git, address: str, source: Source, folder: Path) -> None:
    git.run("init", "--quiet", "--template=", "--initial-branch=main", folder=folder)
    revision = _obtain(git, address, source, folder)
    git.run("checkout", "--quiet", "--force", "--detach", revision, folder=folder)


def _obtain(git: Git, address: str, source: Source, folder: Path) -> str:
    """Fetch what is wanted; the revision that it is."""
    tip = f"refs/heads/{source.branch}" if source.branch else "HEAD"
    if not source.commit:
        _fetch(git, address, tip, 1, folder)
        return "FETCH_HEAD"
    with suppress(GitFailed):
        _fetch(git, address, source.commit, 1, folder)
        return source.commit
    # The server hands out no single commits, or has no such one: look for it ever further back.
    for refs, depth in ((tip, 50), (tip, 1_000), (tip, ALL), ("+refs/*:refs/remotes/all/*", ALL)):
        is_known_to_the_end = refs == tip and depth > 50 and not (folder / ".git/shallow").exists()
        if not is_known_to_the_end:
            _fetch(git, address, refs, depth, folder)
            with suppress(GitFailed):
                git.run("cat-file", "-e", f"{source.commit}^{{commit}}", folder=folder, is_aloud=False)
                return source.commit
    raise NotFound(f"{source.repository} has no commit {source.commit}, or none that a branch leads to any more.")


def _fetch(git: Git, address: str, refs: str, depth: int, folder: Path) -> None:
    options = ("--progress", "--no-tags", f"--depth={depth}", "--end-of-options")
    git.run("fetch", *options, address, refs, folder=folder)


def _reason(git: Git, address: str, source: Source, folder: Path, failure: GitFailed) -> Problem:
    """Why it failed, found out by asking for less."""
    try:
        listed = git.run(
            "ls-remote", "--end-of-options", address, "HEAD", "refs/heads/*", folder=folder, is_aloud=False
        )
    except GitFailed:
        return Invalid(f"{source.repository} cannot be read. {_key_to(source)} git says: {failure.words}")
    refs = [line.partition("\t")[2] for line in listed.splitlines()]
    names = [ref.removeprefix("refs/heads/") for ref in refs if ref != "HEAD"]
    if not names:
        return NotFound(f"{source.repository} is empty. Push a commit first.")
    if source.branch and source.branch not in names:
        return NotFound(f"{source.repository} has no branch {source.branch}. It has {_shown(names)}.")
    if not source.branch and "HEAD" not in refs:
        return NotFound(f"{source.repository} has no default branch. Set one for the app; it has {_shown(names)}.")
    return Invalid(f"{source.repository} could not be fetched. git says: {failure.words}")


def _key_to(source: Source) -> str:
    if access.is_ssh(source.repository):
        return "Check its address, and that the app's deploy key is among the keys that it admits."
    if access.is_local(source.repository):
        return "Check its address."
    if source.token:
        return "Check its address, as no redirect is followed with a token, and that the app's Git token is still good."
    return "Check its address, and if it is private, give the app a Git token."


def _shown(names: list[str]) -> str:
    shown = ", ".join(names[:MOST_BRANCHES_NAMED])
    return shown if len(names) <= MOST_BRANCHES_NAMED else f"{shown} and {len(names) - MOST_BRANCHES_NAMED} more"


def _facts(git: Git, folder: Path) -> Commit:
    sha, author, at, subject = git.run("log", "-1", "--format=%H%n%an%n%ct%n%s", folder=folder).split("\n", 3)
    return Commit(sha, subject.strip(), author, float(at))
