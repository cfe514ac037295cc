"""What would be built of an app's repository as it is now, with the app's own key, token and settings."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, require
from paas.apps import credentials, environment
from paas.apps.app import Kind
from paas.deployments.plans import preview
from paas.errors import Conflict, Problem
from paas.web.context import services
from paas.web.identity import actor
from paas.web.pages.opening import app_page, open_app
from paas.web.problems import STATUS

blueprint = Blueprint("looking", __name__)


@blueprint.post("/apps/<name>/look")
def look(name: str) -> ResponseReturnValue:
    """By POST, as it fetches the repository: nobody is sent there by a link. Why it fails stands in the page."""
    viewer, vault = actor(), services().vault
    with services().database.session() as session:
        opened = open_app(session, viewer, name)
        require(viewer, Action.DEPLOY_APP, opened.app)
        kept = credentials.secrets_of(session, vault, opened.app.id)
        variables = environment.read(session, vault, opened.app.id)
    if opened.app.kind is not Kind.GIT:
        raise Conflict(f"{opened.app.name} has no repository to look at.")
    try:
        found = preview.look(
            opened.app,
            services().settings,
            token=kept.git_token,
            deploy_key=kept.deploy_key_private,
            variables=tuple(variable.key for variable in variables if variable.is_in_build),
        )
    except Problem as problem:
        return app_page("apps/look.html", opened, found=None, problem=problem.message), STATUS[problem.kind]
    return app_page("apps/look.html", opened, found=found, problem="")
