"""Destinations of notices over REST."""

import logging
from collections import deque

import pytest

from paas.accounts import audit
from paas.accounts.audit import Filter
from paas.accounts.permissions import Actor, Role
from paas.alerts import notices
from paas.web.checking import MOST_A_MINUTE
from tests.alerts.posting import change, failed

ADDRESS = "/api/v1/alerts/destinations"
SECRET = "TokenBBBBSecret"
URL = f"slack://TokenAAAA/{SECRET}/TokenCCCC"


@pytest.fixture
def made(bob, shop):
    return bob("POST", ADDRESS, json={"name": "Ops", "url": URL, "app": "shop"}).json


def test_destination_is_made_shown_changed_and_removed(bob, made):
    assert made == {
        "id": 1,
        "name": "Ops",
        "service": "Slack",
        "owner": "bob",
        "app": "shop",
        "rules": [],
        "enabled": True,
        "created_at": made["created_at"],
        "last_sent_at": None,
        "last_error": "",
        "waiting": 0,
    }
    assert bob("GET", ADDRESS).json == {"destinations": [made]}
    assert bob("GET", f"{ADDRESS}/1").json == made
    changes = {"name": "Chat", "url": "discord://id/token", "app": None, "rules": [3], "enabled": False}
    changed = bob("PATCH", f"{ADDRESS}/1", json=changes).json
    assert changed == made | {"name": "Chat", "service": "Discord", "app": None, "rules": [3], "enabled": False}
    assert bob("DELETE", f"{ADDRESS}/1").status_code == 204
    assert bob("GET", ADDRESS).json == {"destinations": []}


def test_destination_of_somebody_else_is_not_there_but_for_admins(api, made):
    eve = api("eve")
    assert eve("GET", ADDRESS).json == {"destinations": []}
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/notices")):
        json = {"name": "Mine"} if method == "PATCH" else None
        assert eve(method, f"{ADDRESS}/1{path}", json=json).status_code == 404, (method, path)
    assert api("ada")("GET", f"{ADDRESS}/1").json == made


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "needs a name"),
        ({"name": "Ops"}, "must look like"),
        ({"name": "", "url": URL}, "needs a name"),
        ({"name": "Ops", "url": 7}, "url must be a text"),
        ({"name": "Ops", "url": "gnome://x"}, "nobody looks"),
        ({"name": "Ops", "url": URL, "app": "nothing"}, "There is no app"),
        ({"name": "Ops", "url": URL, "rules": "all"}, "rules must be a list"),
        ({"name": "Ops", "url": URL, "rules": [True]}, "rules must be a list"),
        ({"name": "Ops", "url": URL, "owner": "ada"}, "Unknown field"),
    ],
)
def test_wrong_destination_is_refused_in_the_one_shape(bob, document, words):
    answer = bob("POST", ADDRESS, json=document)
    assert (answer.status_code, set(answer.json)) == (400, {"error"})
    assert words in answer.json["error"]["message"]
    assert SECRET not in answer.text


def test_test_says_what_became_of_it_and_is_held_to_one_in_ten_seconds(bob, made, services):
    services.notifier.post.sender.outcomes[URL] = deque([failed("Its host refused the connection.")])
    assert bob("POST", f"{ADDRESS}/1/test").json == {"sent": False, "reason": "Its host refused the connection."}
    again = bob("POST", f"{ADDRESS}/1/test")
    assert (again.status_code, again.headers["Retry-After"]) == (429, "10")


def test_addresses_are_looked_at_so_many_times_a_minute(bob):
    answers = [bob("POST", ADDRESS, json={"name": "", "url": URL}) for _ in range(MOST_A_MINUTE + 1)]
    assert [answer.status_code for answer in answers] == [400] * MOST_A_MINUTE + [429]


def test_what_was_sent_is_told_with_its_state(bob, made, shop, database):
    with database.session() as session:
        notices.queue(session, change(4, app_id=shop.id, subject=f"app/{shop.id}"), machine="here", now=1.0)
    [notice] = bob("GET", f"{ADDRESS}/1/notices").json["notices"]
    assert (notice["incident"], notice["state"], notice["title"]) == (4, "waiting", "shop: Rule 4")
    assert bob("GET", f"{ADDRESS}/1").json["waiting"] == 1


def test_notices_come_page_by_page_while_more_are_queued(bob, made, shop, database):
    def queue(number):
        with database.session() as session:
            told = change(number, app_id=shop.id, subject=f"app/{shop.id}")
            notices.queue(session, told, machine="here", now=float(number))

    for number in (1, 2, 3):
        queue(number)
    first = bob("GET", f"{ADDRESS}/1/notices?limit=2").json
    queue(4)
    second = bob("GET", f"{ADDRESS}/1/notices?limit=2&before={first['next']}").json
    assert [[notice["incident"] for notice in page["notices"]] for page in (first, second)] == [[3, 2], [1]]
    assert second["next"] is None
    assert bob("GET", f"{ADDRESS}/1/notices?limit=0").status_code == 400


def test_address_stands_in_no_answer_log_or_audit_entry(api, made, services, database, caplog):
    caplog.set_level(logging.DEBUG)
    ada = api("ada")
    services.notifier.post.sender.wrong[f"ntfy://{SECRET}/x"] = "The address is not complete."
    answers = [
        ada("GET", ADDRESS),
        ada("GET", f"{ADDRESS}/1"),
        ada("PATCH", f"{ADDRESS}/1", json={"url": f"ntfy://{SECRET}/x"}),
        ada("PATCH", f"{ADDRESS}/1", json={"url": f"weather://{SECRET}"}),
        ada("POST", ADDRESS, json={"name": "x", "url": f"https://{SECRET}"}),
        ada("POST", f"{ADDRESS}/1/test"),
        ada("GET", f"{ADDRESS}/1/notices"),
    ]
    with database.session() as session:
        entries = audit.find(session, Actor(0, "root", Role.OWNER), Filter())
    assert {"make destination", "change destination", "test destination"} <= {each.action for each in entries}
    assert SECRET not in "".join(answer.text for answer in answers) + str(entries) + caplog.text
