"""What the routes themselves do not tell about REST: queries, bodies, answers. For ``openapi.json``. Pure."""

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, NamedTuple

from paas.accounts.permissions import Grant, Role, Scope
from paas.alerts.rules import About, Direction, Kind
from paas.apps.app import CHANGEABLE, Wanted
from paas.apps.rules import BUILDS
from paas.apps.variables import Phase

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
COUNT: Schema = {"type": "integer", "minimum": 1}
FLAG: Schema = {"type": "string", "description": "anything but empty and 0 is yes"}


def one_of(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


class Operation(NamedTuple):
    """``body`` maps each field to its schema, ``required`` names those that must be there. ``answers`` maps the status
    of a good answer to what it means. ``summary`` is for a view that has no docstring."""

    query: Mapping[str, Schema] = MappingProxyType({})
    body: Mapping[str, Schema] | None = None
    required: tuple[str, ...] = ()
    answers: Mapping[int, str] = MappingProxyType({200: "As asked"})
    is_open: bool = False
    """Nobody needs to be signed in."""
    summary: str = ""
    precondition: str = ""
    """The header that names a tag of ``etags``."""


KNOWN, MATCH = "If-None-Match", "If-Match"
CREATED = {201: "Made"}
DONE = {204: "Done"}
ACCEPTED = {202: "Accepted", 200: "Over, however it ended, with wait=1"}
NAME = {"name": TEXT}

LOG = {
    "tail": {"type": "string", "pattern": "^(all|[0-9]+)$"},
    "stream": one_of("stdout", "stderr"),
    "contains": TEXT,
    "regex": {"type": "string", "description": "RE2's syntax"},
    "format": one_of("json", "text"),
    "timestamps": FLAG,
    "download": FLAG,
    "before": {"type": "string", "description": "a position; empty for the newest page"},
    "after": {"type": "string", "description": "a position; empty for the first page"},
    "limit": WHOLE,
}
BY_NAME: dict[str, Schema] = {"limit": COUNT, "after": {"type": "string", "maxLength": 64}}
WINDOW = {"since": TEXT, "until": TEXT, "process": TEXT}

NUMBER: Schema = {"type": ["integer", "null"]}
MOUNT: Schema = {
    "type": "object",
    "properties": {"kind": one_of("volume", "host"), "source": TEXT, "target": TEXT, "read_only": {"type": "boolean"}},
    "required": ["source", "target"],
}
SPECIAL: dict[str, Schema] = {
    "kind": one_of("git", "image"),
    "build": one_of(*BUILDS),
    "port": NUMBER,
    "published_port": NUMBER,
    "cpus": {"type": ["number", "null"]},
    "memory": {"type": ["string", "integer", "null"], "examples": ["512m"]},
    "scale": {"type": ["object", "string"], "additionalProperties": WHOLE, "examples": [{"web": 2}]},
    "mounts": {"type": ["array", "string"], "items": MOUNT},
    "privileged": {"type": "boolean"},
}
SECRETS = {"git_token": TEXT, "webhook_secret": {"type": "string", "minLength": 16}}
NAMES_OF_FIELDS = ["memory" if each.name == "memory_bytes" else each.name for each in fields(Wanted)]
APP = {name: SPECIAL.get(name, TEXT) for name in NAMES_OF_FIELDS if name != "adopted"} | SECRETS
CHANGES = {name: schema for name, schema in APP.items() if name in {*CHANGEABLE, "memory", *SECRETS}}
VARIABLE = {"value": TEXT | {"type": ["string", "null"]}, "secret": {"type": "boolean"}, "phase": one_of(*Phase)}
VARIABLES: Schema = {
    "type": "array",
    "items": {"type": "object", "properties": {"key": TEXT, **VARIABLE}, "required": ["key"]},
}

AUDITED = dict.fromkeys(("username", "subject", "action", "result", "since", "until"), TEXT) | {
    "format": one_of("json", "csv", "jsonl")
}

HISTORY = {
    "range": one_of("15m", "1h", "6h", "24h", "7d", "30d"),
    "from": {"type": "string", "description": "seconds since 1970, or RFC 3339; instead of a range"},
    "to": {"type": "string", "description": "likewise; now unless it is given"},
    "metrics": {"type": "string", "description": "names with commas between; all of them unless it is given"},
}

_APP = "/api/v1/apps/<reference>"
_DEPLOYMENT = "/api/v1/deployments/<int:deployment_id>"
_TOKENS = "/api/v1/account/tokens"
_HOOKS = "/api/v1/hooks/<reference>/<any(github, gitlab, gitea, generic):forge>"

_RULES, _DESTINATIONS = "/api/v1/alerts/rules", "/api/v1/alerts/destinations"
NUMBER_OF = {"type": ["number", "string"], "minimum": 0}
RULE: dict[str, Schema] = {
    **NAME,
    "metric": TEXT,
    "direction": one_of(*Direction),
    "threshold": NUMBER_OF | {"examples": [80, "512m"]},
    "minutes": NUMBER_OF,
    "times": WHOLE,
    "hours": NUMBER_OF,
    "pattern": TEXT | {"description": "RE2's syntax"},
    "cooldown_minutes": NUMBER_OF,
    "enabled": {"type": "boolean"},
}
DESTINATION: dict[str, Schema] = {
    **NAME,
    "url": TEXT | {"description": "Apprise's; it is not shown again", "examples": ["ntfys://ntfy.sh/topic"]},
    "app": TEXT,
    "rules": {"type": "array", "items": WHOLE, "description": "ids; empty: of every rule"},
}

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/api/v1/alerts"): Operation(
        query={"state": one_of("any", "firing", "recovered"), "app": TEXT}
        | {"rule": WHOLE, "before": WHOLE, "limit": COUNT}
    ),
    ("GET", _RULES): Operation(query={"app": TEXT}),
    ("POST", _RULES): Operation(
        body=RULE | {"kind": one_of(*Kind), "about": one_of(*About), "app": TEXT},
        required=("name", "kind"),
        answers=CREATED,
    ),
    ("PATCH", f"{_RULES}/<int:rule_id>"): Operation(body=RULE),
    ("DELETE", f"{_RULES}/<int:rule_id>"): Operation(answers=DONE),
    ("PUT", f"{_APP}/alerts/silence"): Operation(body={"hours": NUMBER_OF}, required=("hours",)),
    ("PUT", f"{_RULES}/<int:rule_id>/silence"): Operation(body={"hours": NUMBER_OF}, required=("hours",)),
    ("POST", _DESTINATIONS): Operation(body=DESTINATION, required=("name", "url"), answers=CREATED),
    ("PATCH", f"{_DESTINATIONS}/<int:destination_id>"): Operation(body=DESTINATION | {"enabled": {"type": "boolean"}}),
    ("DELETE", f"{_DESTINATIONS}/<int:destination_id>"): Operation(answers=DONE),
    ("GET", f"{_DESTINATIONS}/<int:destination_id>/notices"): Operation(query={"limit": COUNT, "before": WHOLE}),
    ("POST", "/api/v1/login"): Operation(
        body={"username": TEXT, "password": TEXT}, required=("username", "password"), is_open=True
    ),
    ("PUT", "/api/v1/account/password"): Operation(
        body={"current": TEXT, "password": TEXT}, required=("current", "password"), answers=DONE
    ),
    ("DELETE", "/api/v1/account/sessions/<session_id>"): Operation(answers=DONE),
    ("POST", _TOKENS): Operation(
        body={**NAME, "scope": one_of(*Scope), "days": WHOLE}, required=("name", "scope"), answers=CREATED
    ),
    ("DELETE", f"{_TOKENS}/<int:token_id>"): Operation(answers=DONE),
    ("POST", "/api/v1/apps"): Operation(
        body=APP | {"container": {"type": "string", "description": "what runs already, to be adopted"}}, answers=CREATED
    ),
    ("GET", "/api/v1/apps"): Operation(query=BY_NAME, precondition=KNOWN),
    ("GET", "/api/v1/users"): Operation(query=BY_NAME, precondition=KNOWN),
    ("GET", _DEPLOYMENT): Operation(precondition=KNOWN),
    ("GET", _APP): Operation(summary="The app.", precondition=KNOWN),
    ("PATCH", _APP): Operation(body=CHANGES, precondition=MATCH),
    ("DELETE", _APP): Operation(body={**NAME, "volumes": {"type": "boolean"}}, required=("name",)),
    ("POST", f"{_APP}/deploy-key"): Operation(answers=CREATED),
    ("POST", f"{_APP}/webhook-secret"): Operation(answers=CREATED),
    ("GET", f"{_APP}/environment"): Operation(query={"format": one_of("json", "dotenv")}, precondition=KNOWN),
    ("PUT", f"{_APP}/environment"): Operation(
        body={"variables": VARIABLES}, required=("variables",), precondition=MATCH
    ),
    ("PUT", f"{_APP}/environment/<key>"): Operation(body=VARIABLE, precondition=MATCH),
    ("DELETE", f"{_APP}/environment/<key>"): Operation(
        summary="Removes the variable; the others as they are then.", precondition=MATCH
    ),
    ("PUT", f"{_APP}/grants/<username>"): Operation(body={"grant": one_of(*Grant)}, required=("grant",)),
    ("DELETE", f"{_APP}/grants/<username>"): Operation(answers=DONE),
    ("GET", f"{_APP}/logs"): Operation(query=LOG | WINDOW),
    ("GET", "/api/v1/containers/<reference>/logs"): Operation(query=LOG | WINDOW),
    ("GET", "/api/v1/metrics/history"): Operation(query=HISTORY),
    ("GET", f"{_APP}/metrics/history"): Operation(query=HISTORY | {"process": TEXT}),
    ("GET", f"{_APP}/deployments"): Operation(query={"limit": COUNT, "before": WHOLE}, precondition=KNOWN),
    ("POST", f"{_APP}/deployments"): Operation(
        query={"wait": FLAG}, body={"ref": TEXT, "reuses": WHOLE}, answers=ACCEPTED
    ),
    ("GET", f"{_APP}/deployments/<int:number>"): Operation(
        summary="The deployment of this number of the app.", precondition=KNOWN
    ),
    ("GET", f"{_DEPLOYMENT}/logs"): Operation(query=LOG),
    ("POST", f"{_DEPLOYMENT}/cancel"): Operation(answers={202: "Accepted"}),
    ("POST", f"{_DEPLOYMENT}/rollback"): Operation(query={"wait": FLAG}, answers=ACCEPTED),
    ("POST", _HOOKS): Operation(answers={202: "A deployment is requested", 200: "Ignored, and why"}, is_open=True),
    ("GET", "/api/v1/search"): Operation(query={"q": TEXT}),
    ("GET", "/api/v1/audit"): Operation(query={"limit": COUNT, "before": WHOLE} | AUDITED),
    ("POST", "/api/v1/invitations"): Operation(
        body={"role": one_of(*Role), "note": TEXT}, required=("role",), answers=CREATED
    ),
    ("DELETE", "/api/v1/invitations/<int:invitation_id>"): Operation(
        summary="Its link is worth nothing any more.", answers=DONE
    ),
    ("PATCH", "/api/v1/users/<username>"): Operation(body={"role": one_of(*Role)}, required=("role",)),
    ("DELETE", "/api/v1/users/<username>"): Operation(body=NAME, required=("name",)),
    ("GET", "/api/v1/openapi.json"): Operation(is_open=True, precondition=KNOWN),
}
