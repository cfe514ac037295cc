"""Deployments over REST: what is asked for, what is answered, and who is let in."""

import threading

import pytest

from paas.accounts import permissions
from paas.accounts.permissions import Action
from paas.deployments.stages import Stage, Status
from paas.web import waits
from tests.waiting import eventually

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_a_request_is_answered_at_once_with_its_place_in_line(bob, shop, services):
    answer = bob("POST", "/api/v1/apps/shop/deployments")
    assert (answer.status_code, answer.headers["Location"]) == (202, "/api/v1/deployments/1")
    expected = {
        "id": 1, "number": 1, "app": "shop", "status": "pending", "progress": 0, "waits_at": 1, "trigger": "api",
        "requested_by": "bob", "branch": "main", "ref": "", "link": "",
    }  # fmt: skip
    assert answer.json.items() >= expected.items()
    assert services.line.woken == 1


def test_a_commit_may_be_asked_for(bob, shop):
    answer = bob("POST", f"/api/v1/apps/{shop.id}/deployments", json={"ref": COMMIT})
    assert answer.json["ref"] == COMMIT


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"ref": "main"}, "whole commit id"),
        ({"ref": 7}, "ref must be a text"),
        ({"branch": "main"}, "Unknown field 'branch'"),
        ({"reuses": "1"}, "reuses must be the number"),
        ({"reuses": True}, "reuses must be the number"),
        ({"reuses": 0}, "reuses must be the number"),
        ([], "must be a JSON object"),
    ],
)
def test_a_request_that_cannot_be_is_refused(bob, shop, sent, says):
    answer = bob("POST", "/api/v1/apps/shop/deployments", json=sent)
    assert (answer.status_code, answer.json["error"]["kind"]) == (400, "invalid")
    assert says in answer.json["error"]["message"]


def test_waiting_answers_when_it_is_over(bob, shop, records, database):
    answers = []
    asker = threading.Thread(target=lambda: answers.append(bob("POST", "/api/v1/apps/shop/deployments?wait=1")))
    asker.start()
    eventually(lambda: bob("GET", "/api/v1/apps/shop/deployments").json["deployments"])
    assert answers == []
    records.end(1, Status.FAILED, "It broke.")
    asker.join(10)
    assert answers[0].status_code == 200
    assert answers[0].json.items() >= {"status": "failed", "error_message": "It broke."}.items()


def test_a_request_that_is_sent_again_with_its_key_is_not_made_twice(bob, shop, succeed):
    headers = {"Idempotency-Key": "abc"}
    first = bob("POST", "/api/v1/apps/shop/deployments", more_headers=headers)
    again = bob("POST", "/api/v1/apps/shop/deployments", more_headers=headers)
    assert (first.json["id"], again.json["id"], again.status_code) == (1, 1, 202)
    succeed(1)
    rollbacks = [bob("POST", "/api/v1/deployments/1/rollback", more_headers={"Idempotency-Key": "d"}) for _ in range(2)]
    assert [each.json["number"] for each in rollbacks] == [2, 2]
    assert bob("POST", "/api/v1/deployments/1/rollback", more_headers=headers).status_code == 409


def test_few_answers_of_one_person_are_held_back(bob, api, app, shop, records, database, monkeypatch):
    monkeypatch.setattr(waits, "MOST", 1)
    address, answers = "/api/v1/apps/shop/deployments", []
    asker = threading.Thread(target=lambda: answers.append(bob("POST", f"{address}?wait=1")))
    asker.start()
    eventually(lambda: bob("GET", address).json["deployments"])
    refused = bob("POST", f"{address}?wait=1")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "10")
    assert len(bob("GET", address).json["deployments"]) == 1
    records.end(1, Status.CANCELLED)
    asker.join(10)
    assert answers[0].status_code == 200
    assert bob("POST", address).status_code == 202
    assert app.extensions[waits.KEY][shop.created_by] == 0


def test_deployments_are_listed_the_newest_first_page_by_page(bob, shop):
    for _ in range(5):
        bob("POST", "/api/v1/apps/shop/deployments")
    first = bob("GET", "/api/v1/apps/shop/deployments?limit=2").json
    assert ([each["number"] for each in first["deployments"]], first["more"]) == ([5, 4], True)
    rest = bob("GET", "/api/v1/apps/shop/deployments?limit=3&before=4").json
    assert ([each["number"] for each in rest["deployments"]], rest["more"]) == ([3, 2, 1], False)
    assert first["deployments"][1]["replaced_by"] == 5


def test_one_is_shown_by_its_id_and_by_its_number_with_its_stages(bob, shop, records, succeed):
    bob("POST", "/api/v1/apps/shop/deployments")
    records.enter(1, Stage.CLONING, "Fetching")
    records.note(1, recipe="FROM python:3.13")
    succeed(1)
    shown = bob("GET", "/api/v1/deployments/1").json
    assert [stage["stage"] for stage in shown["stages"]] == ["cloning_repo", "starting_new", "completed"]
    assert all(stage["seconds"] is not None for stage in shown["stages"])
    assert (shown["commit"], shown["link"], shown["recipe"]) == (COMMIT, "http://localhost:4000", "FROM python:3.13")
    by_number = bob("GET", "/api/v1/apps/shop/deployments/1").json
    assert by_number == {name: value for name, value in shown.items() if name != "recipe"}
    assert bob("GET", "/api/v1/apps/shop/deployments/2").status_code == 404
    assert bob("GET", f"/api/v1/deployments/{10**20}").status_code == 404


def test_what_waits_is_cancelled_and_what_runs_is_asked_to_end(bob, shop, records, services):
    bob("POST", "/api/v1/apps/shop/deployments")
    cancelled = bob("POST", "/api/v1/deployments/1/cancel")
    assert (cancelled.status_code, cancelled.json["status"]) == (202, "cancelled")
    again = bob("POST", "/api/v1/deployments/1/cancel")
    assert (again.status_code, again.json["error"]["kind"]) == (409, "conflict")
    bob("POST", "/api/v1/apps/shop/deployments")
    records.enter(2, Stage.CLONING)
    asked = bob("POST", "/api/v1/deployments/2/cancel").json
    assert (asked["status"], asked["cancel_requested"]) == ("building", True)
    assert services.line.woken == 4


def test_a_rollback_is_a_deployment_of_its_own(bob, shop, succeed):
    bob("POST", "/api/v1/apps/shop/deployments")
    assert bob("POST", "/api/v1/deployments/1/rollback").status_code == 409
    succeed(1)
    answer = bob("POST", "/api/v1/deployments/1/rollback")
    assert answer.status_code == 202
    assert answer.json.items() >= {"number": 2, "rolled_back_from": 1, "trigger": "rollback"}.items()
    reused = bob("POST", "/api/v1/apps/shop/deployments", json={"reuses": 1})
    assert (reused.json["reuses"], reused.json["rolled_back_from"]) == (1, None)


def test_two_deployments_are_compared_without_a_value_of_the_environment(bob, shop, succeed):
    first = {"environment": {"A": "hidden-1", "B": "hidden-2", "C": "same"}}
    second = {
        "environment": {"B": "hidden-3", "C": "same", "D": "hidden-4"},
        "image_id": "sha256:2",
        "scale": {"web": 3},
    }
    for number, release in enumerate((first, second), start=1):
        bob("POST", "/api/v1/apps/shop/deployments")
        succeed(number, **release)
    answer = bob("GET", "/api/v1/deployments/2/compare/1")
    assert answer.json == {
        "before": {"number": 1, "commit": COMMIT, "commit_subject": "", "image_id": "sha256:1"},
        "after": {"number": 2, "commit": COMMIT, "commit_subject": "", "image_id": "sha256:2"},
        "same_commit": True,
        "same_image": False,
        "environment": {"added": ["D"], "removed": ["A"], "changed": ["B"]},
        "processes": {"added": [], "removed": [], "changed": []},
        "scale": {"added": [], "removed": [], "changed": ["web"]},
    }
    assert "hidden" not in answer.text
    assert bob("GET", "/api/v1/deployments/2/compare/7").status_code == 404


def test_what_is_no_longer_kept_is_compared_as_unknown(bob, shop, succeed, records):
    for number in (1, 2):
        bob("POST", "/api/v1/apps/shop/deployments")
        succeed(number)
    records.note(1, sealed_release="")
    assert bob("GET", "/api/v1/deployments/2/compare/1").json["environment"] is None


RIGHTS = {
    ("GET", "/api/v1/deployments/<int:deployment_id>"): Action.SEE_APP,
    ("GET", "/api/v1/deployments/<int:deployment_id>/logs"): Action.SEE_APP,
    ("GET", "/api/v1/deployments/<int:deployment_id>/compare/<int:number>"): Action.SEE_APP,
    ("POST", "/api/v1/deployments/<int:deployment_id>/cancel"): Action.DEPLOY_APP,
    ("POST", "/api/v1/deployments/<int:deployment_id>/rollback"): Action.DEPLOY_APP,
}


def address(rule, deployment_id=1):
    return rule.replace("<int:deployment_id>", str(deployment_id)).replace("<int:number>", "1")


def test_every_route_of_a_deployment_says_what_it_needs(app):
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/deployments")]
    assert {(method, rule.rule) for rule in rules for method in rule.methods - {"HEAD", "OPTIONS"}} == set(RIGHTS)


@pytest.mark.parametrize(("method", "rule"), RIGHTS)
def test_a_deployment_opens_to_whom_its_app_does(app, api, shop, monkeypatch, method, rule):
    api("bob")("POST", "/api/v1/apps/shop/deployments")
    hidden, missing = (api("eve")(method, address(rule, each)) for each in (1, 999))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.text.replace("id 1", "id 999") == missing.text
    nobody = app.test_client().open(address(rule), method=method, headers={"Authorization": "Bearer made.up"})
    assert nobody.status_code == 401
    monkeypatch.setattr(permissions, "OF_CREATOR", frozenset({Action.SEE_APP}))
    assert (api("bob")(method, address(rule)).status_code == 403) is (RIGHTS[method, rule] is not Action.SEE_APP)
    assert api("ada")(method, address(rule)).status_code in (200, 202, 409)
