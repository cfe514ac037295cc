"""``python -m paas alerts``: what fires, and where notices go."""

import contextlib
import time

import pytest
from sqlalchemy import update

from paas.accounts.permissions import Actor, Role
from paas.alerts import rulebook
from paas.alerts.rules import Kind, Wanted
from paas.storage.alert_tables import IncidentRow
from paas.storage.notice_tables import DestinationRow
from tests.alerts.receivers import Webhook


@pytest.fixture
def webhook():
    with contextlib.closing(Webhook()) as webhook:
        yield webhook


@pytest.fixture
def owner(run):
    assert run("users", "add", "root", "--role", "owner", typed="correct horse\n").returncode == 0


def test_destination_is_added_tested_and_removed_without_its_address_being_said(run, owner, webhook, database):
    url = webhook.url("the-secret-hook")
    added = run("alerts", "add", "Hook", typed=f"{url}\n")
    assert added.stdout.strip().endswith("Destination 1, Hook (Webhook (JSON)), gets notices from now on.")
    tested = run("alerts", "test", "1")
    assert (tested.returncode, tested.stdout) == (0, "The service took it. Look whether it has arrived.\n")
    assert webhook.titles == ["A test from Quayside"]
    listed = run("alerts", "destinations")
    assert listed.stdout.split() == ["1", "Webhook", "(JSON)", "0", "Hook"]
    with database.session() as session:  # however long that has taken
        session.execute(update(DestinationRow).values(tested_at=time.time() + 9))
    again = run("alerts", "test", "1")
    assert again.returncode == 1
    assert "Try again in 10 s" in again.stderr
    assert run("alerts", "remove", "1").stdout == "Destination 1, Hook, is removed.\n"
    said = [each.stdout + each.stderr for each in (added, tested, listed, again)]
    assert "the-secret-hook" not in "".join(said)


def test_destination_needs_an_owner_and_an_address_that_can_be(run, owner):
    wrong = run("alerts", "add", "Desk", typed="gnome://x\n")
    assert wrong.returncode == 1
    assert "nobody looks" in wrong.stderr


def test_without_an_owner_there_is_nobody_whose_destination_it_could_be(run):
    refused = run("alerts", "add", "Desk", typed="json://example.org\n")
    assert refused.returncode == 1
    assert "no owner yet" in refused.stderr


def test_what_fires_is_listed_and_what_is_over_when_asked_for(run, owner, database):
    now = time.time()
    with database.session() as session:
        for name, over in (("CPU busy", None), ("Disk full", now)):
            fields = {"rule_id": None, "kind": "metric", "subject": "host", "app_id": None, "value": 9.0, "times": 1}
            times = {"began_at": now - 600, "fired_at": now - 300, "recovered_at": over}
            session.add(IncidentRow(rule_name=name, text="Much too much.", **fields, **times))
    listed = run("alerts", "list").stdout
    assert "CPU busy: Much too much." in listed
    assert "Disk full" not in listed
    assert "Disk full" in run("alerts", "list", "--all").stdout


def test_rule_is_silenced_and_told_again(run, owner, database):
    with database.session() as session:
        made = rulebook.create(session, Actor(1, "root", Role.OWNER), Wanted("Deployments", Kind.DEPLOYMENT_FAILED))
    assert "Deployments is silent until" in run("alerts", "silence", str(made.id), "--hours", "2").stdout
    assert f"{made.id}  silent  every app" in run("alerts", "rules").stdout
    assert run("alerts", "silence", str(made.id), "--hours", "0").stdout == "Deployments is told again.\n"
    assert run("alerts", "silence", "99").returncode == 1
