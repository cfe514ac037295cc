"""REST described for programs, made from the routes themselves (OpenAPI 3.1)."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from apispec import APISpec
from flask import Flask
from werkzeug.routing import Rule

from paas.web.operations import KNOWN, MATCH, OPERATIONS, WHOLE, Operation, Schema, one_of

PLACE = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<words>[^)]*)\))?:)?(?P<name>\w+)>", re.ASCII)
JSON = "application/json"

ABOUT = "Errors have one shape. A cookie counts for what changes something only with X-CSRFToken."
SECURITY: dict[str, Schema] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "an access token of /login, or an API token"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "quayside_session"},
}
ERROR: Schema = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["kind", "message"],
            "properties": {"kind": {"type": "string"}, "message": {"type": "string"}},
        }
    },
}
PROBLEM: Schema = {
    "description": "What is wrong, and what to do",
    "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
}
TAG: Schema = {"type": "string", "description": "the ETag of an answer that came before"}
UNMET: dict[str, dict[str, Schema]] = {
    KNOWN: {"304": {"description": "Nothing has changed since"}},
    MATCH: {"412": PROBLEM | {"description": "It was changed since: read it again"}},
}


def document(app: Flask) -> dict[str, Any]:
    """Of all routes of this application below ``/api/v1``, but those of sockets."""
    spec = APISpec(
        title="Quayside",
        version="1",
        openapi_version="3.1.0",
        info={"description": ABOUT},
        servers=[{"url": "/"}],
        security=[{name: []} for name in SECURITY],
    )
    for name, scheme in SECURITY.items():
        spec.components.security_scheme(name, scheme)
    spec.components.schema("Error", ERROR)
    spec.components.response("Problem", PROBLEM)
    for method, rule in routes(app):
        view = app.view_functions[rule.endpoint]
        described = OPERATIONS.get((method, rule.rule), Operation())
        operation = {"operationId": rule.endpoint, "summary": described.summary or _summary(view.__doc__ or "")}
        path = PLACE.sub(r"{\g<name>}", rule.rule)
        spec.path(path=path, operations={method.lower(): operation | _shape(rule.rule, described)})
    return spec.to_dict()


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.rule.startswith("/api/v1/") and not rule.websocket:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule


def _shape(rule: str, described: Operation) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "tags": [rule.split("/")[3].partition(".")[0]],
        "parameters": [*_places(rule), *_query(described), *_headers(described)],
        "responses": {str(status): {"description": words} for status, words in sorted(described.answers.items())}
        | UNMET.get(described.precondition, {})
        | {"default": {"$ref": "#/components/responses/Problem"}},
    }
    if described.body is not None:
        schema = {
            "type": "object",
            "properties": dict(described.body),
            "required": list(described.required),
            "additionalProperties": False,
        }
        shape["requestBody"] = {"required": bool(described.required), "content": {JSON: {"schema": schema}}}
    if described.is_open:
        shape["security"] = []
    return shape


def _places(rule: str) -> Iterable[Schema]:
    for place in PLACE.finditer(rule):
        match place["kind"]:
            case "int":
                schema = WHOLE
            case "any":
                schema = one_of(*re.split(r"\s*,\s*", place["words"]))
            case _:
                schema = {"type": "string"}
        yield {"name": place["name"], "in": "path", "required": True, "schema": schema}


def _query(described: Operation) -> Iterable[Schema]:
    return ({"name": name, "in": "query", "schema": schema} for name, schema in described.query.items())


def _headers(described: Operation) -> Iterable[Schema]:
    return [{"name": described.precondition, "in": "header", "schema": TAG}] if described.precondition else []


def _summary(docstring: str) -> str:
    """Its first paragraph, in plain text."""
    return " ".join(docstring.strip().partition("\n\n")[0].split()).replace("``", "")
