"""An app's environment over REST, as JSON or as the text of a ``.env`` file. Secrets are never sent back: JSON has null
in their place and the text a placeholder, and either, sent again, keeps the value that is there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, require
from paas.apps import catalogue, environment
from paas.apps.app import App
from paas.apps.environment import PLACEHOLDER, Phase, Variable
from paas.apps.variables import completed
from paas.errors import Invalid
from paas.web import body, etags
from paas.web.api import changing
from paas.web.context import services
from paas.web.identity import actor
from paas.web.shapes.apps import environment_shape

blueprint = Blueprint("api_environment", __name__)

ADDRESS = "/api/v1/apps/<reference>/environment"
DOTENV = "text/plain"


@blueprint.get(ADDRESS)
def show(reference: str) -> ResponseReturnValue:
    """JSON, or with ``format=dotenv`` text."""
    who = actor()
    with services().database.session() as session:
        app = catalogue.find(session, who, reference)
        require(who, Action.MANAGE_APP, app)
        variables = environment.read(session, services().vault, app.id)
        version = environment.version(session, app.id)
    return _answer(variables, version)


@blueprint.put(ADDRESS)
def replace(reference: str) -> ResponseReturnValue:
    """All variables at once; those that are not sent are removed."""
    who, vault = actor(), services().vault
    text = _text() if request.mimetype == DOTENV else None
    documents = [] if text is not None else _documents()
    with _opened(who, reference) as (session, app):
        if text is not None:
            variables = environment.replace_dotenv(session, vault, who, app, text)
        else:
            before = {each.key: each for each in environment.read(session, vault, app.id)}
            wanted = [_variable(document, before) for document in documents]
            variables = environment.replace(session, vault, who, app, wanted)
        version = environment.version(session, app.id)
    return _answer(variables, version)


@blueprint.put(f"{ADDRESS}/<key>")
def set_one(reference: str, key: str) -> ResponseReturnValue:
    """``{value, secret, phase}``; what is not sent stays as it is."""
    who, vault, document = actor(), services().vault, body.document()
    with _opened(who, reference) as (session, app):
        before = {each.key: each for each in environment.read(session, vault, app.id)}
        variable = _variable(document | {"key": key}, before)
        variables = environment.set_one(session, vault, who, app, variable)
        version = environment.version(session, app.id)
    return _answer(variables, version)


@blueprint.delete(f"{ADDRESS}/<key>")
def remove(reference: str, key: str) -> ResponseReturnValue:
    who = actor()
    with _opened(who, reference) as (session, app):
        variables = environment.remove(session, services().vault, who, app, key)
        version = environment.version(session, app.id)
    return _answer(variables, version)


@contextmanager
def _opened(who: Actor, reference: str) -> Iterator[tuple[Session, App]]:
    """The app whose environment is to be changed, if it is still what ``If-Match`` says."""
    with changing.opened(who, reference) as (session, app):
        require(who, Action.MANAGE_APP, app)
        etags.require_match(environment.version(session, app.id), f"The environment of {app.name}")
        yield session, app


def _answer(variables: tuple[Variable, ...], version: str) -> ResponseReturnValue:
    shape = request.args.get("format", "json")
    if shape == "dotenv":
        return etags.tag(Response(environment.as_dotenv(variables), mimetype=DOTENV), f"{version}:dotenv")
    if shape != "json":
        raise Invalid("format must be json or dotenv.")
    return etags.tagged(environment_shape(variables), version)


def _text() -> str:
    try:
        return request.get_data().decode()
    except UnicodeDecodeError as error:
        raise Invalid("The text must be in UTF-8.") from error


def _documents() -> list[dict[str, object]]:
    document = body.document()
    body.refuse_others(document, "variables")
    found = document.get("variables")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Invalid(
            'The body must be {"variables": [{"key": "A", "value": "b"}]}, or text/plain in the form of .env.'
        )
    return found


def _variable(document: dict[str, object], known: Mapping[str, Variable]) -> Variable:
    body.refuse_others(document, "key", "value", "secret", "phase")
    key, value = body.text(document, "key") or "", body.text(document, "value")
    is_secret, phase = document.get("secret"), body.text(document, "phase")
    if is_secret is not None and not isinstance(is_secret, bool):
        raise Invalid(f"{key[:80]}: secret must be true or false.")
    if phase is not None and phase not in tuple(Phase):
        raise Invalid(f"{key[:80]}: phase must be one of {', '.join(Phase)}.")
    return completed(
        key,
        PLACEHOLDER if value is None else value,
        is_secret=is_secret,
        phase=Phase(phase) if phase else None,
        before=known.get(key),
    )
