"""An app as the list and the head of its pages show it: every word is chosen here, ready to be drawn."""

from dataclasses import dataclass

from paas.apps.app import App, Kind
from paas.deployments.history import Deployment
from paas.web.shapes.app_state import UP, AppState
from paas.web.shapes.containers import short_image
from paas.web.shapes.deployment_rows import DeploymentRow, row

KINDS = {Kind.GIT: "Git", Kind.IMAGE: "Image", Kind.ADOPTED: "Adopted"}


@dataclass(frozen=True)
class AppRow:
    """``link`` leads to the app itself, empty where no port of the host does."""

    id: int
    name: str
    url: str
    word: str
    detail: str
    kind: str
    source: str
    link: str
    is_up: bool
    last: DeploymentRow | None
    search: str


def app_row(app: App, state: AppState, latest: Deployment | None, *, link: str, now: float) -> AppRow:
    source = source_words(app)
    last = row(latest, now, is_serving=latest.id == app.current_id) if latest else None
    return AppRow(
        id=app.id,
        name=app.name,
        url=f"/apps/{app.name}",
        word=state.word,
        detail=state.detail,
        kind=KINDS[app.kind],
        source=source,
        link=link,
        is_up=state.word in UP,
        last=last,
        search=f"{app.name} {state.word} {source} {last.search if last else ''}".lower(),
    )


def source_words(app: App) -> str:
    """Where it comes from, as short as people say it: ``example.org/shop``, ``nginx:1.27``."""
    if app.kind is Kind.GIT:
        place = app.repository.removesuffix("/").removesuffix(".git")
        return place.partition("://")[2] if "://" in place else place
    return short_image(app.image) if app.kind is Kind.IMAGE else app.adopted
