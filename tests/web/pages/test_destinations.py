"""The pages of destinations of notices."""

import logging
import re
from collections import deque

import pytest

from paas.accounts import audit
from paas.accounts.audit import Filter
from paas.accounts.permissions import Actor, Role
from paas.alerts import destinations, notices
from paas.alerts.destinations import Wanted
from tests.alerts.posting import change, failed

OWNER = Actor(0, "root", Role.OWNER)
SECRET = "TokenBBBBSecret"
URL = f"slack://TokenAAAA/{SECRET}/TokenCCCC"
ADDRESS = "/alerts/destinations"


@pytest.fixture
def ops(services, ada):
    """Of ada, an admin."""
    return destinations.create(services.notifier.post, Actor(ada.id, "ada", Role.ADMIN), Wanted("Ops", URL))


def shown(database):
    with database.session() as session:
        return destinations.visible(session, OWNER)


def test_destination_is_made_in_a_form_and_shown_without_its_address(signed_in, send, make, database):
    app = make()
    assert "Nobody is told yet" in signed_in.get(ADDRESS).text
    answer = send(f"{ADDRESS}/new", name="Ops", url=f" {URL} ", app="shop")
    assert answer.status_code == 303
    [made] = shown(database)
    assert (made.name, made.service, made.app_id, made.rule_ids) == ("Ops", "Slack", app.id, ())
    for page in (signed_in.get(answer.location).text, signed_in.get(ADDRESS).text):
        assert "Slack" in page
        assert SECRET not in page


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": ""}, "name"),
        ({"url": ""}, "url"),
        ({"url": "https://example.org"}, "url"),
        ({"url": "slack://wrong"}, "url"),
        ({"app": "nothing"}, "app"),
    ],
)
def test_form_that_is_wrong_says_so_at_the_field(send, services, form, field):
    services.notifier.post.sender.wrong["slack://wrong"] = "The address is not complete."
    answer = send(f"{ADDRESS}/new", **({"name": "Ops", "url": URL} | form))
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text


def test_destination_is_changed_and_an_empty_address_leaves_it(signed_in, send, ops, services, database):
    page = signed_in.get(f"{ADDRESS}/{ops.id}").text
    assert re.search(r'name="url"[^>]* value=""', page)
    assert send(f"{ADDRESS}/{ops.id}", name="Chat", url="").status_code == 303
    assert [(each.name, each.service) for each in shown(database)] == [("Chat", "Slack")]
    send(f"{ADDRESS}/{ops.id}", name="Chat", url="discord://id/token", rules="7")
    assert [(each.service, each.rule_ids) for each in shown(database)] == [("Discord", (7,))]
    assert 'id="url-error"' in send(f"{ADDRESS}/{ops.id}", name="Chat", url="gnome://x").text
    send(f"{ADDRESS}/{ops.id}/switch", to="off")
    assert not shown(database)[0].is_on
    send(f"{ADDRESS}/{ops.id}/remove")
    assert shown(database) == []


def test_test_says_in_words_what_became_of_it(signed_in, send, ops, services):
    services.notifier.post.sender.outcomes[URL] = deque([failed("Its host refused the connection.")])
    answer = send(f"{ADDRESS}/{ops.id}/test")
    assert "could not be sent. Its host refused the connection." in signed_in.get(answer.location).text
    answer = send(f"{ADDRESS}/{ops.id}/test")
    assert "Try again in 10 s" in signed_in.get(answer.location).text


def test_test_that_went_is_said(signed_in, send, ops):
    answer = send(f"{ADDRESS}/{ops.id}/test")
    assert "Slack took the test notice." in signed_in.get(answer.location).text


def test_what_was_given_up_stands_there_with_its_reason(signed_in, ops, database):
    with database.session() as session:
        notices.queue(session, change(4), machine="here", now=1.0)
        notices.give_up(session, 2.0 + notices.PATIENCE_SECONDS)
        notices.queue(session, change(5), machine="here", now=2.0 + notices.PATIENCE_SECONDS)
    page = signed_in.get(f"{ADDRESS}/{ops.id}").text
    assert re.findall(r'data-notice="\d+".*?data-alert="([\w ]+)"', page, re.DOTALL) == ["waiting", "given up"]
    assert "Nothing was taken for a day." in page
    assert "/alerts/incidents/4" in page


def test_destination_that_fails_says_why(signed_in, ops, database):
    with database.session() as session:
        notices.queue(session, change(4), machine="here", now=1.0)
        batch = notices.take(session, ops.id, 10.0)
        notices.settle(session, batch, failed("The service answered 404 Not Found."), pause_seconds=60, now=10.0)
    for page in (signed_in.get(ADDRESS).text, signed_in.get(f"{ADDRESS}/{ops.id}").text):
        assert 'data-alert="failing"' in page
        assert "The service answered 404 Not Found." in page
    assert "1 waits" in signed_in.get(ADDRESS).text


def test_destination_of_somebody_else_is_not_there(client, ops, add, sign_in, csrf):
    add("bob", "member")
    sign_in("bob")
    assert "Nobody is told yet" in client.get(ADDRESS).text
    assert client.get(f"{ADDRESS}/{ops.id}").status_code == 404
    for path in ("", "/test", "/switch", "/remove"):
        answer = client.post(f"{ADDRESS}/{ops.id}{path}", data={"csrf_token": csrf("/account"), "name": "Mine"})
        assert answer.status_code == 404, path


def test_address_stands_in_no_page_log_or_audit_entry(signed_in, send, services, database, caplog):
    caplog.set_level(logging.DEBUG)
    made = send(f"{ADDRESS}/new", name="Ops", url=URL).location
    send(made, name="Ops", url=f"jsons://example.org/{SECRET}")
    send(f"{made}/test")
    pages = [signed_in.get(made).text, signed_in.get(ADDRESS).text, signed_in.get("/audit").text]
    with database.session() as session:
        entries = audit.find(session, OWNER, Filter())
    assert [each.action for each in entries][:3] == ["test destination", "change destination", "make destination"]
    assert SECRET not in "".join(pages) + str(entries) + caplog.text
