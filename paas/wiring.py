"""Makes every long-lived object, once, and knows how they hang together."""

from dataclasses import dataclass, replace

from paas.accounts import setup
from paas.accounts.secret_key import load_secret_key
from paas.apps.masking import Masks
from paas.apps.vault import Vault
from paas.engine.engine import Engine
from paas.logs.hub import Hub
from paas.logs.pages import Pages
from paas.settings import Settings
from paas.storage.database import Database


@dataclass(frozen=True)
class Services:
    """What the doors are handed."""

    settings: Settings
    database: Database
    engine: Engine
    hub: Hub
    pages: Pages
    secret_key: str
    vault: Vault
    masks: Masks


def build(settings: Settings) -> Services:
    """Open the database, bring it up to date and begin to follow the engine, whether it answers or not."""
    database = Database(settings.database_url)
    database.migrate()
    engine = Engine(settings)
    engine.start()
    secret_key, vault = load_secret_key(settings.data_dir), Vault(settings.data_dir)
    masks = Masks(database, vault)
    return Services(settings, database, engine, Hub(engine), Pages(), secret_key, vault, masks)


def announce(services: Services, port: int) -> None:
    """Print where the dashboard is and, while nobody has an account, where the owner makes theirs."""
    address = replace(services.settings, port=port).address
    print(f"Quayside listens on {address}", flush=True)  # noqa: T201 - what the operator waits for
    with services.database.session() as session:
        code = setup.ensure_code(session)
    if code:
        print(f"Set up the owner's account: {address}/setup?code={code}", flush=True)  # noqa: T201
