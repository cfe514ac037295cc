"""Webhooks as a forge calls them: without a session, with a signature, and perhaps twice."""

import hashlib
import hmac
import json
import time

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue, credentials
from paas.apps.app import Kind, Wanted
from paas.deployments.hooks import deliveries
from paas.deployments.stages import Stage
from paas.storage.tables import DeliveryRow

COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER = "f" * 40


@pytest.fixture
def secret(services, database, shop, people):
    with database.session() as session:
        return credentials.new_webhook_secret(
            session, services.vault, Actor(people["bob"].id, "bob", Role.MEMBER), shop
        )


@pytest.fixture
def github(app, secret):
    """``github(after=COMMIT)`` -> the answer to a push, signed as GitHub does."""

    def github(reference="shop", *, secret=secret, event="push", delivery="1", **changes):
        document = {
            "ref": "refs/heads/main",
            "after": COMMIT,
            "repository": {"default_branch": "main"},
            "pusher": {"name": "ada"},
        }
        body = json.dumps(document | changes).encode()
        headers = {
            "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": delivery,
            "Content-Type": "application/json",
        }
        return app.test_client().post(f"/api/v1/hooks/{reference}/github", data=body, headers=headers)

    return github


def _deployments(bob):
    return bob("GET", "/api/v1/apps/shop/deployments").json["deployments"]


def test_the_pushed_commit_is_what_is_deployed(github, bob, services):
    answer = github()
    assert (answer.status_code, answer.json) == (202, {"id": 1, "number": 1, "status": "pending", "ref": COMMIT})
    made = _deployments(bob)[0]
    assert (made["ref"], made["trigger"], made["requested_by"]) == (COMMIT, "webhook", "ada on GitHub")
    assert services.line.woken == 1


def test_a_delivery_that_is_played_again_does_nothing(github, bob, records):
    github()
    records.enter(1, Stage.STARTING)
    github(after=OTHER)
    again = github(delivery="another id, which is not signed")
    assert again.status_code == 200
    assert again.json["ignored"].startswith("This delivery was taken before.")
    assert [each["ref"] for each in _deployments(bob)] == [OTHER, COMMIT]


def test_the_newest_deliveries_are_remembered_and_older_ones_are_not_taken(github, bob, database, monkeypatch):
    monkeypatch.setattr(deliveries, "REMEMBERED", 3)
    commits = [f"{number:040x}" for number in range(1, 6)]

    def push(number, **options):
        at = {"default_branch": "main", "pushed_at": 1_795_168_490 + number}
        return github(after=commits[number], repository=at, **options)

    assert [push(number).status_code for number in (0, 2, 1, 3)] == [202] * 4
    assert push(0).json["ignored"].startswith("This delivery is too old")
    for number in (1, 2, 3):
        assert push(number).json["ignored"].startswith("This delivery was taken before.")
    assert push(4).status_code == 202
    assert push(1).json["ignored"].startswith("This delivery is too old")
    assert github(after=OTHER).json["ignored"].startswith("This delivery is too old, or does not say when")
    assert [each["ref"] for each in _deployments(bob)] == [commits[number] for number in (4, 3, 1, 2, 0)]
    with database.session() as session:
        assert session.query(DeliveryRow).count() == 3


def test_another_branch_is_ignored_and_the_answer_says_so(github, bob):
    answer = github(ref="refs/heads/next")
    assert (answer.status_code, answer.json) == (200, {"ignored": "next was pushed, and main is deployed."})
    assert _deployments(bob) == []


def test_a_ping_is_answered(github):
    assert github(event="ping").json == {"ignored": "The webhook works."}


def test_a_wrong_signature_and_an_app_that_is_not_there_are_answered_alike(github, bob):
    answers = [github(secret="wrong"), github("nobody"), github("999"), github("-"), github("a" * 300)]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert _deployments(bob) == []


def test_an_app_without_a_secret_takes_nothing(app, github, services, database, shop, people):
    with database.session() as session:
        actor = Actor(people["ada"].id, "ada", Role.ADMIN)
        credentials.set_secrets(session, services.vault, actor, shop, webhook_secret="")
    assert github(secret="").status_code == 401


def test_a_new_secret_ends_the_old_one(github, bob):
    fresh = bob("POST", "/api/v1/apps/shop/webhook-secret").json["webhook_secret"]
    assert github().status_code == 401
    assert github(secret=fresh).status_code == 202


def test_anybody_may_sign_a_request_with_a_time(app, secret, bob):
    def call(body, *, moment=None):
        moment = moment or str(int(time.time()))
        signature = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {"X-Quayside-Timestamp": moment, "X-Quayside-Signature": f"sha256={signature}"}
        return app.test_client().post("/api/v1/hooks/shop/generic", data=body, headers=headers)

    assert call(b"").json["ref"] == ""
    assert call(json.dumps({"ref": "main", "commit": COMMIT}).encode()).json["ref"] == COMMIT
    assert call(json.dumps({"ref": "next"}).encode()).json["ignored"]
    assert call(b"{}", moment=str(int(time.time()) - 3_600)).status_code == 401
    assert [each["requested_by"] for each in _deployments(bob)] == ["", ""]


def test_gitlab_sends_its_secret(app, secret, bob):
    document = {
        "ref": "refs/heads/main",
        "checkout_sha": COMMIT,
        "project": {"default_branch": "main"},
        "user_username": "x" * 200,
    }
    headers = {"X-Gitlab-Token": secret, "X-Gitlab-Event": "Push Hook"}
    answer = app.test_client().post("/api/v1/hooks/shop/gitlab", json=document, headers=headers)
    assert answer.status_code == 202
    assert _deployments(bob)[0]["requested_by"] == f"{'x' * 54} on GitLab"


def test_an_app_of_an_image_is_deployed_anew(app, services, database, people, github):
    actor = Actor(people["bob"].id, "bob", Role.MEMBER)
    with database.session() as session:
        proxy = catalogue.create(session, actor, Wanted("proxy", Kind.IMAGE, image="nginx:1.27"))
        secret = credentials.new_webhook_secret(session, services.vault, actor, proxy)
    assert github("proxy", secret=secret).json["ref"] == ""


def test_a_body_without_end_is_refused(app, shop):
    answer = app.test_client().post("/api/v1/hooks/shop/github", data=b"x" * (9 * 1024 * 1024))
    assert answer.status_code == 413


@pytest.mark.parametrize("forge", ["gogs", "GitHub", ""])
def test_a_forge_that_is_not_known_has_no_address(app, shop, forge):
    assert app.test_client().post(f"/api/v1/hooks/shop/{forge}").status_code in (404, 405)
