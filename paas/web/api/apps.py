"""Apps over REST. Each answer is the app as it is afterwards; docs/apps.md shows them all."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, Actor, require
from paas.apps import adoption, catalogue, credentials, given
from paas.deployments.upkeep import removal
from paas.errors import Invalid
from paas.web import body, etags, paging
from paas.web.api import changing
from paas.web.context import services
from paas.web.identity import actor
from paas.web.shapes.apps import shape

blueprint = Blueprint("api_apps", __name__)

SECRETS = ("git_token", "webhook_secret")


@blueprint.get("/api/v1/apps")
def index() -> ResponseReturnValue:
    """The apps that one may see, by name; ``after`` is the ``next`` of the page before."""
    who = actor()
    with services().database.session() as session:
        found, after = paging.by_name(catalogue.visible(session, who), lambda app: app.name)
    return etags.tagged({"apps": [shape(app) for app in found], "next": after})


@blueprint.post("/api/v1/apps")
def create() -> ResponseReturnValue:
    """Of a repository, of an image, or with ``{"container": NAME}`` of what runs already."""
    who, document = actor(), body.document()
    if "container" in document:
        return _adopt(who, document)
    secrets = _secrets(document)
    wanted = given.wanted(document)
    with services().database.session() as session:
        app = catalogue.create(session, who, wanted)
        credentials.set_secrets(session, services().vault, who, app, **secrets)
    return shape(app), 201, {"Location": f"/api/v1/apps/{app.id}"}


@blueprint.get("/api/v1/apps/<reference>")
def show(reference: str) -> ResponseReturnValue:
    who = actor()
    with services().database.session() as session:
        return etags.tagged(shape(catalogue.find(session, who, reference)))


@blueprint.patch("/api/v1/apps/<reference>")
def change(reference: str) -> ResponseReturnValue:
    """Only the fields that are sent; null is the default."""
    who, document = actor(), body.document()
    secrets = _secrets(document)
    changes = given.fields(document)
    with changing.opened(who, reference) as (session, app):
        require(who, Action.MANAGE_APP, app)
        etags.require_match(etags.version_of(shape(app)), f"The app {app.name}")
        changed = catalogue.change(session, who, app, **changes)
        credentials.set_secrets(session, services().vault, who, changed, **secrets)
    return etags.tagged(shape(changed))


@blueprint.delete("/api/v1/apps/<reference>")
def delete(reference: str) -> ResponseReturnValue:
    """``{"name": "shop"}``: the name once more; with ``"volumes": true`` its volumes too. The app as it was."""
    who, document = actor(), body.document()
    body.refuse_others(document, "name", "volumes")
    with services().database.session() as session:
        app = catalogue.find(session, who, reference)
    with_volumes = document.get("volumes", False)
    if not isinstance(with_volumes, bool):
        raise Invalid("volumes must be true or false.")
    removal.remove(
        services().database,
        services().engine,
        services().journals,
        actor=who,
        app=app,
        name=body.text(document, "name") or "",
        with_volumes=with_volumes,
    )
    return shape(app)


@blueprint.post("/api/v1/apps/<reference>/deploy-key")
def deploy_key(reference: str) -> ResponseReturnValue:
    """A new key pair for the repository; only its public half is ever shown."""
    who = actor()
    with changing.opened(who, reference) as (session, app):
        public = credentials.new_deploy_key(session, services().vault, who, app)
    return {"deploy_key": public}, 201


@blueprint.post("/api/v1/apps/<reference>/webhook-secret")
def webhook_secret(reference: str) -> ResponseReturnValue:
    """A new secret for the app's webhooks, shown this once."""
    who = actor()
    with changing.opened(who, reference) as (session, app):
        secret = credentials.new_webhook_secret(session, services().vault, who, app)
    return {"webhook_secret": secret}, 201


def _adopt(who: Actor, document: dict[str, object]) -> ResponseReturnValue:
    require(who, Action.ADOPT_CONTAINERS)  # before a look at what is there
    body.refuse_others(document, "container", "name")
    container = services().engine.inventory.find(body.text(document, "container") or "")
    with services().database.session() as session:
        app = adoption.adopt(session, who, container, body.text(document, "name") or "")
    return shape(app), 201, {"Location": f"/api/v1/apps/{app.id}"}


def _secrets(document: dict[str, object]) -> dict[str, str | None]:
    """Taken out of the document, so that nothing which may be shown holds them."""
    return {name: body.text({name: document.pop(name)}, name) for name in SECRETS if name in document}
