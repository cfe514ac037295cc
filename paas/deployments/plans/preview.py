"""Looks at a repository before its first deployment: what would be built of it, and how it would run."""

import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from paas.apps.app import Wanted
from paas.concurrency import run_blocking
from paas.deployments.plans import plan, procfile
from paas.deployments.source.checkout import Checkout
from paas.deployments.source.source import Commit, Source, fetch
from paas.errors import TooMany
from paas.settings import Settings

SECONDS = 60
AT_ONCE = 3

_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Preview:
    """``dockerfile`` is the text that the image would be built by, ``is_generated`` whether we have written it and
    ``why``. ``processes`` are the commands, an empty one being the image's own; ``scale`` how many containers of each
    there would be, ``release`` not among them. ``notes`` tell what could be better."""

    commit: Commit
    why: str
    language: str
    dockerfile: str
    is_generated: bool
    processes: Mapping[str, str]
    scale: Mapping[str, int]
    notes: tuple[str, ...]


def look(
    app: Wanted, settings: Settings, *, token: str = "", deploy_key: str = "", variables: tuple[str, ...] = ()
) -> Preview:
    """Fetch the newest commit and read it, within a minute; any Problem that a deployment would have met so far.

    ``variables`` are the names of the environment that the build may see. Nothing stays on the disk. Call it outside a
    database session: it waits for the repository.
    """
    source = Source(app.repository, app.branch, token=token, deploy_key=deploy_key)
    with _a_place(), _work_folder(settings) as folder:
        commit = fetch(source, folder / "code", settings=settings, say=_keep_quiet, seconds=SECONDS)
        return run_blocking(_read, folder / "code", commit, app, settings.base_images, variables)


def _read(
    folder: Path, commit: Commit, app: Wanted, base_images: Mapping[str, str], variables: tuple[str, ...]
) -> Preview:
    checkout = Checkout(folder, app.folder)
    found = plan.draw(checkout, app, base_images, variables)
    return Preview(
        commit=commit,
        why=found.build.why,
        language=found.build.language,
        dockerfile=checkout[found.build.dockerfile] if found.recipe is None else found.recipe,
        is_generated=found.recipe is not None,
        processes=found.processes,
        scale=procfile.formation(found.processes, kept=app.scale, locked=found.manifest.formation),
        notes=found.notes,
    )


@contextmanager
def _a_place() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise TooMany(
            "Several repositories are being looked at already. Try again in a moment.", retry_after_seconds=10
        )
    try:
        yield
    finally:
        _places.release()


@contextmanager
def _work_folder(settings: Settings) -> Iterator[Path]:
    work = settings.data_dir / "work"
    work.mkdir(parents=True, exist_ok=True)
    folder = tempfile.TemporaryDirectory(prefix="look-", dir=work, ignore_cleanup_errors=True)
    try:
        yield Path(folder.name)
    finally:
        run_blocking(folder.cleanup)


def _keep_quiet(_line: str) -> None:
    pass
