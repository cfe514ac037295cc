"""Makes every long-lived object, once, and knows how they hang together."""

import platform
from dataclasses import dataclass, replace
from functools import partial

from paas.accounts import setup
from paas.accounts.secret_key import load_secret_keys
from paas.alerts.destinations import Post
from paas.alerts.notifying import Notifier
from paas.alerts.sending import Sender
from paas.alerts.watching import Watcher
from paas.apps.masking import Masks
from paas.apps.vault import Vault
from paas.deployments import log_marks
from paas.deployments.history import Records
from paas.deployments.journal.journal import Journals
from paas.deployments.news import News
from paas.deployments.pipeline import pipeline
from paas.deployments.pipeline.run import Means
from paas.deployments.upkeep import recovery
from paas.deployments.upkeep.keeping import Keeper
from paas.deployments.waiting_line import WaitingLine
from paas.engine.engine import Engine
from paas.errors import NotFound
from paas.logs.container.pages import Pages
from paas.logs.hub import Hub
from paas.metrics.history import History
from paas.metrics.host import Host
from paas.metrics.marks import Marks
from paas.metrics.owners import Owners
from paas.metrics.recent import Recent
from paas.metrics.sampler import Sampler
from paas.metrics.totals import Totals
from paas.settings import Settings
from paas.storage.database import Database
from paas.storage.file_lock import FileLock
from paas.storage.instance import instance_id


@dataclass(frozen=True)
class Services:
    """What the doors are handed."""

    settings: Settings
    database: Database
    engine: Engine
    hub: Hub
    pages: Pages
    secret_key: str
    """It signs."""
    older_keys: tuple[str, ...]
    """What they have signed counts too."""
    vault: Vault
    masks: Masks
    news: News
    journals: Journals
    line: WaitingLine
    sampler: Sampler
    notifier: Notifier
    watcher: Watcher
    history: History
    recent: Recent

    def stop(self) -> None:
        """Write what is not written yet."""
        self.history.stop()


def build(settings: Settings) -> Services:
    """Open the database, bring it up to date and begin to follow the engine, whether it answers or not."""
    database = Database(settings.database_url)
    database.migrate()
    with database.session() as session:
        engine = Engine(settings, instance_id(session))
    engine.start()
    (secret_key, *older_keys), vault = load_secret_keys(settings.data_dir), Vault(settings.data_dir)
    masks = Masks(database, vault)
    news, journals, pages = News(), Journals(settings.data_dir / "deployments"), Pages()
    hub = Hub(engine, masks=masks, pages=pages, notes=partial(log_marks.between, database))
    news.listen(partial(_note, database, hub))
    lock = FileLock(settings.data_dir / "deployments" / "lock")
    means = Means(settings, database, engine, vault, masks, Records(database, news), journals)
    line = WaitingLine(
        database,
        news,
        partial(pipeline.run, means),
        lock=lock,
        at_once=settings.deployments_at_once,
        recover=partial(_recover, means),
    )
    line.start()
    owners = Owners(database, engine.workloads.instance)
    Marks(database, engine.inventory, owners).start()
    sampler = Sampler(engine, Host(settings), owners, Totals(engine))
    history = History(database)
    sampler.listen(history.take)
    history.start()
    post = Post(database, vault, Sender(settings.git_environment))
    notifier = Notifier(post, public_url=settings.public_url, machine=platform.node())
    notifier.start()
    is_ours = FileLock(settings.data_dir / "alerts.lock").acquire
    watcher = Watcher(database, engine, owners.of, hub=hub, news=news, outbox=notifier, is_ours=is_ours)
    watcher.start(sampler)
    sampler.start()  # last: it takes its first sample at once
    keys = (secret_key, tuple(older_keys))
    return Services(
        settings,
        database,
        engine,
        hub,
        pages,
        *keys,
        vault,
        masks,
        news,
        journals,
        line,
        sampler,
        notifier,
        watcher,
        history,
        Recent(database),
    )


def _note(database: Database, hub: Hub, deployment_id: int) -> None:
    """Mark a deployment in its app's log, as soon as its record says that it has begun to take over."""
    try:
        with database.session() as session:
            app_id, marks = log_marks.of_id(session, deployment_id)
    except NotFound:
        return  # its app was deleted
    for mark in marks:
        hub.note(app_id, *mark)


def _recover(means: Means) -> None:
    recovery.recover(means)
    Keeper(means).start()


def announce(services: Services, port: int) -> None:
    """Print where the dashboard is and, while nobody has an account, where the owner makes theirs."""
    address = replace(services.settings, port=port).address
    print(f"Quayside listens on {address}", flush=True)  # noqa: T201 - what the operator waits for
    with services.database.session() as session:
        code = setup.ensure_code(session)
    if code:
        print(f"Set up the owner's account: {address}/setup?code={code}", flush=True)  # noqa: T201
