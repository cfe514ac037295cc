"""What a forge says when somebody has pushed: whether it is the forge that says so, and what it asks for. Pure.

The signature of GitHub and Gitea covers the body and nothing else: not the delivery's id, which somebody who plays an
old delivery again could make anew. So a delivery is known by what is signed, and one that was taken is never taken
again: an old push must not bring an old commit back. Its time is the one that is signed; in their bodies that is when
the repository was pushed to or changed, which never goes back.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from paas.errors import Invalid, NotSignedIn

FRESH_SECONDS = 300
"""How old a delivery may be whose time is signed; clocks differ."""

COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
HEADS = "refs/heads/"
MOMENT = "x-quayside-timestamp"
LATEST = 1 << 40


@dataclass(frozen=True)
class Delivery:
    """What came: names of headers in lower case, the body as it was signed."""

    headers: Mapping[str, str]
    body: bytes

    def header(self, *names: str) -> str:
        """The first of these headers that is there."""
        return next((self.headers[name] for name in names if name in self.headers), "")


@dataclass(frozen=True)
class Push:
    """``branch`` and ``commit`` are empty when they are not named, ``default_branch`` likewise. ``by`` is who pushed,
    in the forge's words."""

    branch: str = ""
    commit: str = ""
    default_branch: str = ""
    by: str = ""


@dataclass(frozen=True)
class Nothing:
    """Nothing is asked for; ``reason`` says why."""

    reason: str


@dataclass(frozen=True)
class Forge:
    """``proof`` gives what identifies a delivery by what is signed of it, empty when the signature is wrong; ``moment``
    when it was made, in seconds since 1970, by what is signed of it, 0 where that does not say."""

    title: str
    proof: Callable[[Delivery, str, float], str]
    moment: Callable[[Delivery, float], float]
    push: Callable[[Delivery], Push | Nothing]


def proof(forge: Forge, delivery: Delivery, secret: str, *, now: float) -> str:
    """By what the delivery is known; NotSignedIn unless it was made by somebody who knows the ``secret``."""
    found = forge.proof(delivery, secret, now) if secret else ""
    if not found:
        raise NotSignedIn(
            "There is no such webhook here, or the delivery is not signed with its secret, or was signed long ago. "
            "Compare the address and the secret with the settings of the app."
        )
    return found


def wanted(push: Push | Nothing, branch: str) -> Push | Nothing:
    """The push, if it is of the branch that is deployed; ``branch`` is empty for the repository's own default."""
    if isinstance(push, Nothing) or not push.branch:
        return push
    deployed = branch or push.default_branch
    if not deployed:
        return Nothing(f"Which branch is deployed is not known. Set it in the app, for instance to {push.branch}.")
    return push if push.branch == deployed else Nothing(f"{push.branch} was pushed, and {deployed} is deployed.")


def _of_github(delivery: Delivery, secret: str, _now: float) -> str:
    return _matching(delivery.header("x-hub-signature-256"), "sha256=" + _hex(secret.encode(), delivery.body))


def _of_gitea(delivery: Delivery, secret: str, _now: float) -> str:
    """Forgejo's too, whose own header is the one that counts where it is there."""
    sent = delivery.header("x-forgejo-signature", "x-gitea-signature", "x-gogs-signature")
    return _matching(sent, _hex(secret.encode(), delivery.body))


def _of_gitlab(delivery: Delivery, secret: str, now: float) -> str:
    """With a signing token as Standard Webhooks have it; else the secret itself is sent, which proves no content."""
    if "webhook-signature" not in delivery.headers:
        is_known = hmac.compare_digest(delivery.header("x-gitlab-token").encode(), secret.encode())
        return hashlib.sha256(delivery.body).hexdigest() if is_known else ""
    moment = delivery.header("webhook-timestamp")
    signed = f"{delivery.header('webhook-id')}.{moment}.".encode() + delivery.body
    if not _is_fresh(moment, now):
        return ""
    right = [base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in _keys(secret)]
    sent = [each.removeprefix("v1,") for each in delivery.header("webhook-signature").split() if each.startswith("v1,")]
    is_right = any(_matching(theirs, mine) for mine in right for theirs in sent)
    return right[0] if is_right else ""  # whichever it was signed with: one of several could be left out


def _of_anybody(delivery: Delivery, secret: str, now: float) -> str:
    """``X-Quayside-Signature: sha256=`` and the HMAC of ``<X-Quayside-Timestamp>.<body>``."""
    moment = delivery.header(MOMENT)
    right = "sha256=" + _hex(secret.encode(), moment.encode() + b"." + delivery.body)
    return _matching(delivery.header("x-quayside-signature"), right) if _is_fresh(moment, now) else ""


def _matching(sent: str, right: str) -> str:
    return right if hmac.compare_digest(sent.encode(), right.encode()) else ""


def _hex(key: bytes, signed: bytes) -> str:
    return hmac.digest(key, signed, "sha256").hex()


def _keys(secret: str) -> list[bytes]:
    """The token as it is, and what it stands for when it is written as ``whsec_<base64>``."""
    try:
        return [secret.encode(), base64.b64decode(secret.removeprefix("whsec_"), validate=True)]
    except binascii.Error:
        return [secret.encode()]


def _is_fresh(moment: str, now: float) -> bool:
    return moment.isascii() and moment.isdigit() and len(moment) < 12 and abs(now - int(moment)) <= FRESH_SECONDS


def _moment_of_body(delivery: Delivery, _now: float) -> float:
    repository = _part(_document(delivery), "repository")
    for name in ("pushed_at", "updated_at"):
        value = repository.get(name)
        if type(value) is int and 0 < value < LATEST:
            return float(value)
        with suppress(ValueError, OverflowError):
            return datetime.fromisoformat(_text(repository, name)).timestamp()
    return 0.0


def _moment_of_gitlab(delivery: Delivery, now: float) -> float:
    """Without a signature the secret itself is sent: who plays that again could as well make a new one."""
    return _moment_of_header("webhook-timestamp", delivery) if "webhook-signature" in delivery.headers else now


def _moment_of_header(name: str, delivery: Delivery) -> float:
    return float(delivery.header(name))


def _github_push(delivery: Delivery) -> Push | Nothing:
    event = delivery.header("x-github-event", "x-forgejo-event", "x-gitea-event", "x-gogs-event")
    if event != "push":
        return Nothing("The webhook works." if event == "ping" else f"Only pushes are deployed, not {event[:40]!r}.")
    document = _document(delivery)
    pusher = _part(document, "pusher")
    return _push(document, _text(document, "after"), "repository", _text(pusher, "name") or _text(pusher, "login"))


def _gitlab_push(delivery: Delivery) -> Push | Nothing:
    event = delivery.header("x-gitlab-event")
    if event != "Push Hook":
        return Nothing(f"Only pushes are deployed, not {event[:40]!r}.")
    document = _document(delivery)
    commit = _text(document, "checkout_sha") or _text(document, "after")
    return _push(document, commit, "project", _text(document, "user_username"))


def _anybodys_push(delivery: Delivery) -> Push | Nothing:
    document = _document(delivery) if delivery.body.strip() else {}
    commit, ref = _text(document, "commit"), _text(document, "ref")
    if commit and not COMMIT.fullmatch(commit):
        raise Invalid("commit must be a whole commit id: 40 digits and letters from a to f.")
    return Push(branch=ref.removeprefix(HEADS), commit=commit)


def _push(document: dict[str, Any], commit: str, repository: str, by: str) -> Push | Nothing:
    ref = _text(document, "ref")
    if not ref.startswith(HEADS):
        return Nothing(f"{ref[:80]!r} is no branch.")
    if document.get("deleted") is True or not commit.strip("0"):
        return Nothing(f"{ref.removeprefix(HEADS)} was deleted.")
    if not COMMIT.fullmatch(commit):
        raise Invalid("This push names no commit.")
    default = _text(_part(document, repository), "default_branch")
    return Push(ref.removeprefix(HEADS), commit, default, by)


def _document(delivery: Delivery) -> dict[str, Any]:
    """The body, as JSON or as a form that holds it, which is what GitHub proposes."""
    body = delivery.body
    try:
        if delivery.header("content-type").startswith("application/x-www-form-urlencoded"):
            body = parse_qs(body.decode(), max_num_fields=10).get("payload", [""])[0].encode()
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid("The delivery must be a JSON object. Choose application/json in the settings of the webhook.")
    return found


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _text(document: dict[str, Any], name: str) -> str:
    found = document.get(name)
    return found if isinstance(found, str) else ""


FORGES: Mapping[str, Forge] = {
    "github": Forge("GitHub", _of_github, _moment_of_body, _github_push),
    "gitlab": Forge("GitLab", _of_gitlab, _moment_of_gitlab, _gitlab_push),
    "gitea": Forge("Gitea", _of_gitea, _moment_of_body, _github_push),
    "generic": Forge("", _of_anybody, lambda delivery, _: _moment_of_header(MOMENT, delivery), _anybodys_push),
}
