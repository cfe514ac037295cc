"""What may be jumped to: pages, apps, containers and deployments, of those that this person may see."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from flask import url_for

from paas.accounts.permissions import Action, Actor, may
from paas.apps import catalogue
from paas.apps.app import App
from paas.deployments import history
from paas.errors import Unavailable
from paas.web import last_opened
from paas.web.context import services

MOST = 20
RECENT_DEPLOYMENTS = 100
SHOWN_UNASKED = 5
"""How many deployments stand there before anything is typed."""

PAGES = (
    ("Apps", "apps.index", None),
    ("Containers", "containers.index", Action.SEE_CONTAINERS),
    ("Monitoring", "monitoring.machine", Action.SEE_CONTAINERS),
    ("Deployments", "deployments.index", None),
    ("Alerts", "alerts.index", None),
    ("Alert rules", "alert_rules.index", None),
    ("Alert destinations", "alert_destinations.index", Action.MANAGE_DESTINATIONS),
    ("New app", "new_app.index", Action.CREATE_APPS),
    ("Users", "users.index", Action.MANAGE_USERS),
    ("Audit", "audit.index", Action.SEE_AUDIT),
    ("Account", "account.index", Action.MANAGE_ACCOUNT),
    ("REST reference", "reference.index", None),
)
PAGES_OF_APP = (
    ("Logs", "apps.logs", Action.SEE_APP),
    ("Deployments", "deployments.of_app", Action.SEE_APP),
    ("Monitoring", "monitoring.of_app", Action.SEE_APP),
    ("Alerts", "alerts_of_app.index", Action.SEE_APP),
    ("Environment", "environment.index", Action.MANAGE_APP),
    ("Settings", "settings.index", Action.MANAGE_APP),
)


@dataclass(frozen=True)
class Found:
    """``kind`` is ``app``, ``page``, ``container`` or ``deployment``; ``detail`` what tells it from its like."""

    kind: str
    name: str
    detail: str
    url: str


def find(actor: Actor, words: str) -> list[dict[str, str]]:
    """What has all the words in its name or detail, the best first; without words, where people go most."""
    asked = words.lower().split()
    found = _of_words(actor, asked) if asked else _unasked(actor)
    return [asdict(each) for each in found[:MOST]]


def _unasked(actor: Actor) -> list[Found]:
    """The apps last opened, then the pages, then what was deployed a moment ago."""
    apps = _apps(actor)
    opened = [app for app_id in last_opened.ids() for app in apps if app.id == app_id]
    return [*map(_app, opened), *_pages(actor), *_deployments(apps, SHOWN_UNASKED)]


def _of_words(actor: Actor, asked: list[str]) -> list[Found]:
    apps = _apps(actor)
    everything = [*map(_app, apps), *_pages(actor), *_containers(actor), *_deployments(apps, RECENT_DEPLOYMENTS)]
    if len(asked) > 1:  # "shop logs"; after "shop" alone they would hide its deployments
        everything += [each for app in apps for each in _pages_of(actor, app)]
    ranked = [(_rank(each, asked), each) for each in everything]
    return [each for rank, each in sorted(ranked, key=lambda pair: pair[0]) if rank < _NOT]


_NOT = 9


def _rank(found: Found, asked: list[str]) -> int:
    """0 for the name itself, then its beginning, the beginning of a word of it, anywhere in it, in the detail."""
    name, whole = found.name.lower(), f"{found.name} {found.detail}".lower()
    if not all(word in whole for word in asked):
        return _NOT
    if " ".join(asked) == name:
        return 0
    if name.startswith(asked[0]):
        return 1
    if any(part.startswith(asked[0]) for part in name.replace("-", " ").replace("_", " ").split()):
        return 2
    return 3 if asked[0] in name else 4


def _apps(actor: Actor) -> list[App]:
    with services().database.session() as session:
        return catalogue.visible(session, actor)


def _app(app: App) -> Found:
    return Found("app", app.name, "", url_for("overview.index", name=app.name))


def _pages(actor: Actor) -> Iterator[Found]:
    for name, endpoint, action in PAGES:
        if action is None or may(actor, action):
            yield Found("page", name, "", url_for(endpoint))


def _pages_of(actor: Actor, app: App) -> Iterator[Found]:
    for name, endpoint, action in PAGES_OF_APP:
        if may(actor, action, app):
            yield Found("page", f"{app.name} / {name}", "", url_for(endpoint, name=app.name))


def _containers(actor: Actor) -> list[Found]:
    """Those last known; none while the engine has never answered."""
    if not may(actor, Action.SEE_CONTAINERS):
        return []
    try:
        containers = services().engine.inventory.all()
    except Unavailable:
        return []
    return [
        Found("container", each.name, each.image, url_for("containers.logs", name=each.name)) for each in containers
    ]


def _deployments(apps: list[App], limit: int) -> list[Found]:
    with services().database.session() as session:
        recent = history.of_apps(session, [app.id for app in apps], limit=limit)
    return [
        Found(
            "deployment",
            f"{each.app_name} deployment {each.number}",
            " · ".join(filter(None, (each.commit[:7], each.commit_subject, each.status))),
            url_for("deployments.show", name=each.app_name, number=each.number),
        )
        for each in recent
    ]
