"""Entity tags: who has an answer already is told so in one line, and who changes what they have read is told when
somebody else has changed it since.

A tag is the version of what is shown, then what else tells two answers of one version apart, after colons: the form,
and the encoding that ``compression`` adds. So two answers that differ in a byte never have the same (strong) tag, and a
change may name any of them, also one that a proxy on the way has weakened.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, request

from paas.errors import Outdated


def register(app: Flask) -> None:
    """Answer 304 where the tag is known. Registered before ``compression``, it looks at an answer after it."""

    @app.after_request
    def compare(response: Response) -> Response:
        if response.status_code == 200 and request.method in ("GET", "HEAD") and response.get_etag()[0]:
            response.make_conditional(request)
        return response


def tagged(document: Mapping[str, Any], version: str = "") -> Response:
    """The answer with this document and its tag, by its content unless a version is given."""
    return tag(jsonify(document), version or version_of(document))


def tag(response: Response, version: str) -> Response:
    """Its owner may keep it, and has to ask each time whether it still holds; everybody else has another one."""
    response.set_etag(version)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Authorization", "Cookie"))
    return response


def version_of(document: Mapping[str, Any]) -> str:
    """Of what has no other version than its content."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:24]


def require_match(version: str, what: str) -> None:
    """Outdated where the request is to change another version than the one there is; without ``If-Match`` it may."""
    wanted = request.if_match
    if "If-Match" not in request.headers or wanted.star_tag:
        return
    named = {(each or "").partition(":")[0] for each in wanted.as_set(include_weak=True)}
    if version not in named:
        raise Outdated(f"{what} was changed since you read it. Read it again, and make your change on top of that.")
