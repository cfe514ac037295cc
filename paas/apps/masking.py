"""Blanks secrets out of what is shown: the lines of an app's containers and of its deployments.

A secret of fewer than four characters stays: ``on`` or ``1`` would blank out half of every log, and hides nothing. Of
a secret of several lines each is blanked by itself, as logs come in lines, from eight characters: ``true`` and ``},``
stand everywhere. Beside a value as it is, its forms in JSON and in an address are blanked.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from threading import Lock
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.apps import credentials
from paas.apps.variables import Variable
from paas.apps.vault import Vault
from paas.errors import Problem
from paas.storage.database import Database
from paas.storage.tables import AppRow, DeploymentRow, VariableRow

BLANK = "[secret]"
SHORTEST, SHORTEST_OF_MANY = 4, 8
LABEL = "quayside.app"

log = logging.getLogger(__name__)


class Mask:
    """``mask(text)`` is the text with every secret replaced by ``[secret]``. It may learn of other secrets later."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms = _forms(secrets)

    def __call__(self, text: str) -> str:
        for form in self._forms:
            if form in text:
                return _blanked(text, self._forms)
        return text

    def __repr__(self) -> str:
        return "Mask()"

    def learn(self, secrets: Iterable[str]) -> None:
        """From now on blank out these, and no others."""
        self._forms = _forms(secrets)


class Masks:
    """The mask of each app, kept once made. ``of_app`` and ``forget`` open a session: call them outside one."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault
        self._masks: dict[int, Mask] = {}
        self._turn = Lock()

    def of_app(self, app_id: int) -> Mask:
        """Knows the secrets of today's environment, and of every release that is kept, as its log can still be read."""
        with self._turn:  # or secrets that were read before a change could be kept after it
            if app_id not in self._masks:
                self._masks[app_id] = Mask(self._secrets(app_id))
            return self._masks[app_id]

    def of_deployment(self, app_id: int, variables: Iterable[Variable]) -> Callable[[str], str]:
        """Of what a deployment with these variables writes: should one be changed meanwhile, it still uses the old one.

        It reads anew what the app's mask knows, as the command line, in another process, may have changed it."""
        self.forget(app_id)
        of_app, own = self.of_app(app_id), Mask(each.value for each in variables if each.is_secret)
        return lambda text: of_app(own(text))

    def of_labels(self, labels: Mapping[str, str]) -> Mask:
        """Of the container with these labels; one that blanks nothing when it is not an app's."""
        text = labels.get(LABEL, "")
        return self.of_app(int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else Mask()

    def forget(self, app_id: int) -> None:
        """The app's secrets have changed: masks in use blank out the new ones from now on."""
        with self._turn:
            mask = self._masks.get(app_id)
            if mask is not None:
                mask.learn(self._secrets(app_id))

    def _secrets(self, app_id: int) -> list[str]:
        with self._database.session() as session:
            return list(_secrets(session, self._vault, app_id))


def _secrets(session: Session, vault: Vault, app_id: int) -> Iterator[str]:
    of_variables = select(VariableRow.sealed_value).where(VariableRow.app_id == app_id, VariableRow.is_secret)
    for sealed in session.scalars(of_variables):
        yield from _opened(vault, sealed)
    of_releases = select(DeploymentRow.sealed_release).where(DeploymentRow.app_id == app_id)
    for sealed in session.scalars(of_releases.where(DeploymentRow.sealed_release != "")):
        for release in _opened(vault, sealed):
            yield from json.loads(release).get("secrets", ())
    sealed_secrets = session.scalar(select(AppRow.sealed_secrets).where(AppRow.id == app_id))
    for kept in _opened(vault, sealed_secrets or ""):
        own = credentials.AppSecrets(**json.loads(kept))
        yield from (*credentials.forms(own.git_token), own.webhook_secret, own.deploy_key_private)


def _opened(vault: Vault, sealed: str) -> Iterator[str]:
    """Nothing where the key is lost: the log is shown all the same, to people who may see the app."""
    if sealed:
        try:
            yield vault.open(sealed)
        except Problem as problem:
            log.warning("A secret cannot be blanked out of logs: %s", problem.message)


def _forms(secrets: Iterable[str]) -> tuple[str, ...]:
    """All that is looked for, longest first."""
    forms = {
        form for secret in secrets for part in _parts(secret) for form in (part, _in_json(part), quote(part, safe=""))
    }
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def _parts(secret: str) -> Iterator[str]:
    if len(secret.strip()) >= SHORTEST:
        yield secret.strip()  # a newline at its end would never be met in a line
    lines = secret.splitlines()
    if len(lines) > 1:
        yield from (line.strip() for line in lines if len(line.strip()) >= SHORTEST_OF_MANY)


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _blanked(text: str, forms: tuple[str, ...]) -> str:
    """Where two secrets overlap, all that either covers is blanked: one by one would leave half of the second."""
    spans = sorted(span for form in forms for span in _places(text, form))
    parts, at = [], 0
    begin, end = spans[0]
    for next_begin, next_end in [*spans[1:], (len(text) + 1, 0)]:
        if next_begin > end:
            parts += [text[at:begin], BLANK]
            at, begin, end = end, next_begin, next_end
        else:
            end = max(end, next_end)
    return "".join([*parts, text[at:]])


def _places(text: str, form: str) -> Iterator[tuple[int, int]]:
    at = text.find(form)
    while at >= 0:
        yield at, at + len(form)
        at = text.find(form, at + len(form))
