"""Who signed a delivery, and what it asks for, in the forms that the forges give it."""

import base64
import hashlib
import hmac
import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.deployments.hooks.pushes import FORGES, Delivery, Nothing, Push, proof, wanted
from paas.errors import Invalid, NotSignedIn

SECRET = "a secret of the app"
NOW = 1_795_168_490.0
COMMIT = "0123456789abcdef0123456789abcdef01234567"
NONE = "0" * 40


def signed(forge, body, *, secret=SECRET, now=NOW, **headers):
    """As the forge would send it."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    moment = str(int(now))
    made = {
        "github": {"x-hub-signature-256": f"sha256={digest}", "x-github-event": "push"},
        "gitea": {"x-gitea-signature": digest, "x-gitea-event": "push", "x-github-event": "push"},
        "gitlab": {"x-gitlab-token": secret, "x-gitlab-event": "Push Hook"},
        "generic": {
            "x-quayside-timestamp": moment,
            "x-quayside-signature": "sha256="
            + hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest(),
        },
    }[forge]
    return Delivery(made | {name.replace("_", "-"): value for name, value in headers.items()}, body)


def pushed(forge, **changes):
    repository = {"default_branch": "main"}
    document = {"ref": "refs/heads/main", "after": COMMIT, "before": NONE}
    if forge == "gitlab":
        document |= {"checkout_sha": COMMIT, "project": repository, "user_username": "ada"}
    elif forge == "generic":
        document = {"ref": "refs/heads/main", "commit": COMMIT}
    else:
        document |= {"repository": repository, "pusher": {"name": "ada"}}
    return json.dumps(document | changes).encode()


def test_github_signs_as_its_documentation_shows():
    """docs.github.com, validating webhook deliveries: the values to test an implementation with."""
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    delivery = Delivery({"x-hub-signature-256": signature}, b"Hello, World!")
    assert proof(FORGES["github"], delivery, "It's a Secret to Everybody", now=NOW) == signature


@pytest.mark.parametrize("forge", FORGES)
def test_what_is_signed_with_the_secret_is_known_and_always_by_the_same(forge):
    body = pushed(forge)
    first = proof(FORGES[forge], signed(forge, body), SECRET, now=NOW)
    again = signed(forge, body, x_github_delivery="another", x_gitlab_event_uuid="another")
    assert first
    assert proof(FORGES[forge], again, SECRET, now=NOW) == first
    assert proof(FORGES[forge], signed(forge, body + b" "), SECRET, now=NOW) != first


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize("secret", ["another secret", SECRET.upper(), SECRET[:-1], ""])
def test_what_is_signed_with_another_secret_is_refused(forge, secret):
    with pytest.raises(NotSignedIn):
        proof(FORGES[forge], signed(forge, pushed(forge), secret=secret), SECRET, now=NOW)


@pytest.mark.parametrize("forge", FORGES)
def test_without_a_secret_nothing_is_taken_however_it_is_signed(forge):
    with pytest.raises(NotSignedIn):
        proof(FORGES[forge], signed(forge, pushed(forge), secret=""), "", now=NOW)


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize(
    "headers", [{}, {"x-hub-signature-256": ""}, {"x-gitlab-token": "ä"}, {"webhook-signature": ""}]
)
def test_what_is_not_signed_is_refused(forge, headers):
    with pytest.raises(NotSignedIn):
        proof(FORGES[forge], Delivery(headers, pushed(forge)), SECRET, now=NOW)


@pytest.mark.parametrize("forge", ["github", "gitea", "generic"])
@given(st.binary(max_size=200))
def test_a_body_that_was_changed_is_refused(forge, body):
    delivery = signed(forge, pushed(forge))
    with pytest.raises(NotSignedIn):
        proof(FORGES[forge], Delivery(delivery.headers, body), SECRET, now=NOW)


@pytest.mark.parametrize("age", [-301, 301, 86_400])
def test_a_generic_delivery_that_is_old_is_refused(age):
    with pytest.raises(NotSignedIn):
        proof(FORGES["generic"], signed("generic", b"{}", now=NOW - age), SECRET, now=NOW)


@pytest.mark.parametrize("moment", ["", "now", "-5", "1e9", "9" * 40, "١٢"])
def test_a_time_that_is_none_is_refused(moment):
    signature = "sha256=" + hmac.new(SECRET.encode(), moment.encode() + b".{}", hashlib.sha256).hexdigest()
    delivery = Delivery({"x-quayside-timestamp": moment, "x-quayside-signature": signature}, b"{}")
    with pytest.raises(NotSignedIn):
        proof(FORGES["generic"], delivery, SECRET, now=NOW)


@pytest.mark.parametrize("secret", [SECRET, "whsec_" + base64.b64encode(b"0123456789abcdef").decode()])
@pytest.mark.parametrize(("age", "is_taken"), [(0, True), (299, True), (301, False)])
def test_gitlab_may_sign_as_standard_webhooks_do(secret, age, is_taken):
    body, moment = pushed("gitlab"), str(int(NOW - age))
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    digest = hmac.new(key, f"id.{moment}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(b'another').decode()} v1,{base64.b64encode(digest).decode()}"
    delivery = Delivery(
        {"webhook-id": "id", "webhook-timestamp": moment, "webhook-signature": signature, "x-gitlab-token": secret},
        body,
    )
    if is_taken:
        assert proof(FORGES["gitlab"], delivery, secret, now=NOW)
    else:
        with pytest.raises(NotSignedIn):
            proof(FORGES["gitlab"], delivery, secret, now=NOW)


@pytest.mark.parametrize("forge", FORGES)
def test_the_pushed_commit_is_what_is_asked_for(forge):
    push = FORGES[forge].push(signed(forge, pushed(forge)))
    assert (push.branch, push.commit) == ("main", COMMIT)
    if forge != "generic":
        assert (push.default_branch, push.by) == ("main", "ada")


@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_a_push_may_come_as_a_form(forge):
    body = urlencode({"payload": pushed(forge).decode()}).encode()
    delivery = signed(forge, body, content_type="application/x-www-form-urlencoded")
    assert FORGES[forge].push(delivery).commit == COMMIT


@pytest.mark.parametrize(
    ("forge", "headers", "changes", "says"),
    [
        ("github", {"x_github_event": "ping"}, {}, "The webhook works."),
        ("github", {"x_github_event": "issues"}, {}, "Only pushes are deployed, not 'issues'."),
        ("github", {}, {"deleted": True}, "main was deleted."),
        ("github", {}, {"after": NONE}, "main was deleted."),
        ("github", {}, {"ref": "refs/tags/v1"}, "'refs/tags/v1' is no branch."),
        ("gitea", {"x_github_event": "issues"}, {}, "Only pushes are deployed, not 'issues'."),
        ("gitlab", {"x_gitlab_event": "Tag Push Hook"}, {}, "Only pushes are deployed, not 'Tag Push Hook'."),
        ("gitlab", {}, {"checkout_sha": None, "after": NONE}, "main was deleted."),
    ],
)
def test_what_is_no_push_to_a_branch_asks_for_nothing(forge, headers, changes, says):
    assert FORGES[forge].push(signed(forge, pushed(forge, **changes), **headers)) == Nothing(says)


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b"\xff", b"{", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(forge, body):
    if forge == "generic" and not body:
        assert FORGES[forge].push(signed(forge, body)) == Push()
    else:
        with pytest.raises(Invalid, match="must be a JSON object"):
            FORGES[forge].push(signed(forge, body))


@pytest.mark.parametrize("forge", FORGES)
@pytest.mark.parametrize("commit", ["main", "-x", COMMIT[:7], COMMIT.upper(), "$(id)"])
def test_a_commit_that_is_none_is_refused(forge, commit):
    changes = {"commit" if forge == "generic" else "after": commit, "checkout_sha": commit}
    with pytest.raises(Invalid, match="commit"):
        FORGES[forge].push(signed(forge, pushed(forge, **changes)))


@pytest.mark.parametrize("forge", ["github", "gitea", "gitlab"])
@given(
    st.dictionaries(
        st.sampled_from(
            ["ref", "after", "checkout_sha", "deleted", "repository", "project", "pusher", "user_username"]
        ),
        st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=3),
    )
)
def test_whatever_is_in_it_a_delivery_is_read_or_refused(forge, changes):
    try:
        push = FORGES[forge].push(signed(forge, pushed(forge, **changes)))
    except Invalid:
        return
    assert isinstance(push, Push | Nothing)


@pytest.mark.parametrize(
    ("push", "branch", "is_wanted"),
    [
        (Push("main", COMMIT, "main"), "main", True),
        (Push("main", COMMIT, "main"), "", True),
        (Push("next", COMMIT, "main"), "next", True),
        (Push("next", COMMIT, "main"), "main", False),
        (Push("next", COMMIT, "main"), "", False),
        (Push("main", COMMIT), "", False),
        (Push("", COMMIT), "main", True),
        (Push(), "", True),
    ],
)
def test_only_pushes_to_the_deployed_branch_are_wanted(push, branch, is_wanted):
    found = wanted(push, branch)
    assert found == push if is_wanted else isinstance(found, Nothing)


def test_a_push_to_another_branch_is_told_so():
    assert wanted(Push("next", COMMIT, "main"), "") == Nothing("next was pushed, and main is deployed.")


@pytest.mark.parametrize(("repository", "moment"), [
    ({"pushed_at": 1_795_168_490, "updated_at": "2020-01-01T00:00:00Z"}, NOW),
    ({"updated_at": "2026-11-20T09:54:50Z"}, NOW),
    ({"pushed_at": "2026-11-20T10:54:50+01:00"}, NOW),
    ({"pushed_at": True, "updated_at": "lately"}, 0.0),
    ({"pushed_at": 10**400}, 0.0),
    ({}, 0.0),
])  # fmt: skip
@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_when_a_delivery_was_made_stands_in_what_is_signed(forge, repository, moment):
    delivery = signed(forge, pushed(forge, repository=repository))
    assert FORGES[forge].moment(delivery, NOW + 60) == moment


def test_the_time_of_a_header_counts_where_it_is_signed():
    assert FORGES["generic"].moment(signed("generic", b"", now=NOW - 100), NOW) == NOW - 100
    by_secret = signed("gitlab", pushed("gitlab"), webhook_timestamp="7")
    assert FORGES["gitlab"].moment(by_secret, NOW) == NOW
    assert FORGES["gitlab"].moment(signed("gitlab", b"", webhook_signature="v1,x", webhook_timestamp="7"), NOW) == 7


def test_a_delivery_with_two_signatures_is_the_same_with_either_of_them():
    """A token that reads as base64 is a key in two ways, and both may have been signed with."""
    body, moment = pushed("gitlab"), str(int(NOW))
    secret = "c2VjcmV0LXNlY3JldA=="
    keys = [secret.encode(), base64.b64decode(secret)]
    texts = [base64.b64encode(hmac.digest(key, f"id.{moment}.".encode() + body, "sha256")).decode() for key in keys]
    proofs = {
        proof(FORGES["gitlab"], Delivery({"webhook-id": "id", "webhook-timestamp": moment, "webhook-signature": sent},
                                         body), secret, now=NOW)
        for sent in (" ".join(f"v1,{text}" for text in texts), f"v1,{texts[0]}", f"v1,{texts[1]}")
    }  # fmt: skip
    assert len(proofs) == 1
