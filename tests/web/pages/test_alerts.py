"""The pages of alerts: what fires and what did, the rules, and an app's own."""

import re
import time

import pytest

from paas.accounts.permissions import Actor, Role
from paas.alerts import rulebook
from paas.alerts.rules import About, Kind, Wanted
from paas.storage.alert_tables import AlertStateRow, IncidentRow

OWNER = Actor(0, "root", Role.OWNER)


@pytest.fixture
def happen(database):
    """``happen(app)`` -> the id of an incident of it, of the machine without one; ``over=True`` when it is over."""

    def happen(app=None, *, over=False, name="CPU busy", rule_id=None):
        now = time.time()
        with database.session() as session:
            row = IncidentRow(
                rule_id=rule_id,
                rule_name=name,
                kind="metric",
                subject=f"app/{app.id}/web.1" if app else "host",
                app_id=app.id if app else None,
                began_at=now - 300,
                fired_at=now,
                recovered_at=now if over else None,
                value=93.0,
                text="CPU is at 93 %.",
                times=2,
            )
            session.add(row)
            session.flush()
            return row.id

    return happen


@pytest.fixture
def rule(database):
    """``rule("CPU")`` -> a rule about the machine; more fields of ``Wanted`` may follow."""

    def rule(name="CPU", **more):
        fields = {"kind": Kind.METRIC, "about": About.MACHINE, "metric": "cpu", "threshold": 95.0} | more
        with database.session() as session:
            return rulebook.create(session, OWNER, Wanted(name, **fields))

    return rule


@pytest.fixture
def as_member(client, add, sign_in):
    """A browser in which bob, a member, is signed in."""
    bob = add("bob", "member")
    sign_in("bob")
    return bob


def loaded(database, rule_id):
    with database.session() as session:
        return rulebook.find(session, OWNER, rule_id)


def test_what_fires_stands_on_top_and_what_is_over_below(signed_in, make, happen):
    app = make()
    firing, over = happen(app), happen(over=True)
    page = signed_in.get("/alerts").text
    assert page.index("Firing now") < page.index(f'data-incident="{firing}"') < page.index(f'data-incident="{over}"')
    assert re.findall(r'data-alert="(\w+)"', page) == ["firing", "recovered"]
    assert "shop web.1" in page
    assert "came back 1 time" in page


def test_number_of_what_fires_stands_in_the_side(signed_in, make, happen):
    assert "side-count" not in signed_in.get("/apps").text
    happen(make())
    happen()
    assert 'data-firing="2"' in signed_in.get("/apps").text


def test_member_sees_alerts_of_their_apps_alone(client, as_member, make, happen):
    mine, other, machine = make("mine", by=as_member), make("other"), happen()
    seen, hidden = happen(mine), happen(other)
    page = client.get("/alerts").text
    assert f'data-incident="{seen}"' in page
    assert f'data-incident="{hidden}"' not in page
    assert 'data-firing="1"' in page
    assert client.get(f"/alerts/incidents/{seen}").status_code == 200
    assert [client.get(f"/alerts/incidents/{each}").status_code for each in (hidden, machine)] == [404, 404]


def test_alerts_of_one_app_can_be_asked_for_and_older_ones_page_by_page(signed_in, make, happen):
    app = make()
    happen(over=True)
    for _ in range(51):
        happen(app, over=True)
    page = signed_in.get("/alerts?app=shop").text
    assert page.count('data-alert="recovered"') == 50
    older = re.search(r'href="([^"]*before=[^"]*)"', page)[1].replace("&amp;", "&")
    assert signed_in.get(older).text.count('data-alert="recovered"') == 1
    assert signed_in.get("/alerts?before=x").status_code == 400


def test_alerts_by_one_rule_can_be_asked_for(signed_in, happen, rule):
    by_rule, other = happen(rule_id=rule().id), happen()
    page = signed_in.get("/alerts?rule=1").text
    assert f'data-incident="{by_rule}"' in page
    assert f'data-incident="{other}"' not in page
    assert "Nothing of the kind has fired" in signed_in.get(f"/alerts?rule={rule('Other').id}").text


def test_rule_that_is_about_to_fire_says_so(signed_in, rule, database):
    made = rule()
    fields = {"seen_at": 1.0, "clear_since": None, "recovered_at": None, "told": "", "told_at": None, "flaps": 0}
    with database.session() as session:
        session.add(
            AlertStateRow(
                rule_id=made.id, subject="host", state="pending", since=1.0, value=96.0, incident_id=None, **fields
            )
        )
    assert 'data-alert="pending"' in signed_in.get("/alerts/rules").text


def test_empty_page_leads_on(signed_in):
    page = signed_in.get("/alerts").text
    assert "Nothing has fired" in page
    assert "/alerts/rules" in page


def test_alert_has_a_page_of_its_own_with_the_log_of_its_time(signed_in, make, happen, rule):
    page = signed_in.get(f"/alerts/incidents/{happen(make(), rule_id=rule().id)}").text
    assert "CPU is at 93 %." in page
    assert re.search(r'href="/apps/shop/logs\?[^"]*\d{13}"', page)
    assert "/alerts/rules/1" in page
    assert "No destination of yours was told" in page


def test_rules_are_listed_with_how_they_stand(signed_in, rule, happen, database):
    rule("Calm")
    rule("Off", is_on=False)
    happen(rule_id=rule("Busy").id)
    quiet = rule("Quiet")
    with database.session() as session:
        rulebook.silence(session, OWNER, quiet, time.time() + 3600)
    page = signed_in.get("/alerts/rules").text
    found = dict(re.findall(r'<a href="/alerts/rules/\d+">(\w+)</a>.*?data-alert="(\w+)"', page, re.DOTALL))
    assert found == {"Calm": "ok", "Off": "off", "Busy": "firing", "Quiet": "silenced"}
    assert "CPU above 95 % for 5 min" in page


def test_rule_is_made_of_a_kind_in_its_form(signed_in, send, make, database):
    make()
    assert "kind=log_pattern" in signed_in.get("/alerts/rules/new").text
    page = signed_in.get("/alerts/rules/new?kind=log_pattern&app=shop").text
    assert 'name="pattern"' in page
    assert 'name="threshold"' not in page
    assert 'selected value="app:shop"' in page
    form = {"name": "Payments", "about": "app:shop", "pattern": "timed out", "times": "3", "minutes": "10"}
    answer = send("/alerts/rules/new", kind="log_pattern", cooldown_minutes="30", **form)
    assert answer.status_code == 303
    made = loaded(database, 1)
    assert (made.pattern, made.times, made.minutes, made.about) == ("timed out", 3, 10.0, About.APP)


@pytest.mark.parametrize(
    ("kind", "form", "field"),
    [
        ("metric", {"name": ""}, "name"),
        ("metric", {"threshold": "much"}, "threshold"),
        ("metric", {"metric": "weather"}, "metric"),
        ("metric", {"about": "app:nothing"}, "about"),
        ("metric", {"minutes": "-1"}, "minutes"),
        ("metric", {"cooldown_minutes": "1e9"}, "cooldown_minutes"),
        ("restart_loop", {"times": "0"}, "times"),
        ("log_pattern", {"pattern": "("}, "pattern"),
        ("disk_filling", {"hours": "0"}, "hours"),
    ],
)
def test_form_that_is_wrong_says_so_at_the_field_and_keeps_what_was_typed(send, kind, form, field):
    fine = {"name": "Typed", "about": "machine" if kind in ("metric", "disk_filling") else "apps", "metric": "cpu"}
    fine |= {"direction": "above", "threshold": "90", "minutes": "5", "times": "5", "hours": "24", "pattern": "x"}
    answer = send("/alerts/rules/new", kind=kind, **(fine | {"cooldown_minutes": "30"} | form))
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text
    assert 'value="Typed"' in answer.text or field == "name"


def test_rule_is_changed_switched_silenced_and_removed(signed_in, send, rule, database):
    made = rule(metric="memory", threshold=float(512 << 20))
    page = signed_in.get(f"/alerts/rules/{made.id}").text
    assert 'value="512m"' in page
    form = {"name": "Less", "metric": "memory", "direction": "above", "threshold": "1.5g", "minutes": "5"}
    assert send(f"/alerts/rules/{made.id}", cooldown_minutes="30", **form).status_code == 303
    assert loaded(database, made.id).threshold == 3 << 29
    send(f"/alerts/rules/{made.id}/switch", to="off")
    assert not loaded(database, made.id).is_on
    send(f"/alerts/rules/{made.id}/switch", to="on")
    assert loaded(database, made.id).is_on
    send(f"/alerts/rules/{made.id}/silence", **{"for": "8"})
    assert loaded(database, made.id).silent_until == pytest.approx(time.time() + 8 * 3600, abs=60)
    send(f"/alerts/rules/{made.id}/silence", **{"for": "until", "until": "2000-01-01T00:00"})
    assert loaded(database, made.id).silent_until is None
    send(f"/alerts/rules/{made.id}/silence", **{"for": "24"})
    send(f"/alerts/rules/{made.id}/silence", **{"for": "end"})
    assert loaded(database, made.id).silent_until is None
    answer = send(f"/alerts/rules/{made.id}/silence", **{"for": "until", "until": "tomorrow"})
    assert answer.status_code == 400
    assert 'id="until-error"' in answer.text
    assert send(f"/alerts/rules/{made.id}/remove").status_code == 303
    assert signed_in.get(f"/alerts/rules/{made.id}").status_code == 404


def test_member_sees_rules_of_every_app_and_changes_none(client, as_member, make, rule, csrf):
    make("mine", by=as_member)
    of_all, of_machine = rule("Everything", about=About.APPS), rule("Machine")
    page = client.get("/alerts/rules").text
    assert "Everything" in page
    assert "Machine" not in page
    assert "Change it" not in client.get(f"/alerts/rules/{of_all.id}").text
    assert client.get(f"/alerts/rules/{of_machine.id}").status_code == 404
    form = {"csrf_token": csrf("/account")}
    for path in ("/switch", "/silence", "/remove"):
        answer = client.post(f"/alerts/rules/{of_all.id}{path}", data=form | {"for": "1", "to": "off"})
        assert answer.status_code == 403, path
    assert "app:mine" in client.get("/alerts/rules/new?kind=metric").text
    assert 'value="machine"' not in client.get("/alerts/rules/new?kind=metric").text
    assert "nothing that you may have watched" in client.get("/alerts/rules/new?kind=disk_filling").text


def test_app_has_a_page_of_its_alerts_and_can_be_silenced(signed_in, send, make, happen, rule):
    app = make()
    seen, other = happen(app), happen(make("other"))
    rule("Of every app", about=About.APPS)
    rule("Of the machine")
    page = signed_in.get("/apps/shop/alerts").text
    assert f'data-incident="{seen}"' in page
    assert f'data-incident="{other}"' not in page
    assert "Of every app" in page
    assert "Of the machine" not in page
    assert send("/apps/shop/alerts/silence", **{"for": "8"}).status_code == 303
    assert "Nobody is told of shop until" in signed_in.get("/apps/shop/alerts").text
    send("/apps/shop/alerts/silence", **{"for": "end"})
    assert "Nobody is told of shop until" not in signed_in.get("/apps/shop/alerts").text
    assert 'id="until-error"' in send("/apps/shop/alerts/silence", **{"for": "until", "until": ""}).text
