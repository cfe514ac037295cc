"""How rules stand is kept, on both databases, with the incidents that come of it."""

from paas.alerts import incidents, rulebook, seeds, standings
from paas.alerts.rules import Kind, Wanted
from paas.storage.alert_tables import AlertRuleRow, AlertStateRow
from tests.alerts.scene import NOW, Scene, busy

BUSY = Wanted("Busy", Kind.METRIC, metric="cpu", threshold=80.0, minutes=5, cooldown_minutes=30)


def test_what_stands_is_written_down_and_read_again(database, people, shop, monkeypatch):
    monkeypatch.setattr(seeds, "SEEDS", {})
    scene = Scene(database)
    with database.session() as session:
        rule = rulebook.insert(session, BUSY)
        session.get(AlertRuleRow, rule.id).changed_at = NOW - 1
    subject = f"app/{shop.id}"

    def kept():
        with database.session() as session:
            return standings.load(session)[rule.id][subject]

    scene.measure(busy(shop, 99.0))
    scene.pass_time(100)
    pending = kept().standing
    assert (pending.state.value, pending.since) == ("pending", NOW + 10)
    assert NOW + 60 <= pending.seen_at <= NOW + 100  # written twice a minute
    scene.pass_time(300)
    firing = kept()
    assert (firing.standing.state.value, firing.standing.since, firing.standing.told) == ("firing", NOW + 310, "firing")
    with database.session() as session:
        incident = incidents.find(session, people["bob"], firing.incident_id)
    assert (incident.text, incident.value) == (firing.text, 99.0)
    scene.measure(busy(shop, 1.0))
    scene.pass_time(200)
    assert kept().standing.recovered_at == incident_of(database, people, incident.id).recovered_at
    scene.pass_time(3_600)
    with database.session() as session:
        assert session.query(AlertStateRow).count() == 0
    assert [change.state.value for change in scene.told] == ["firing", "recovered"]
    assert [change.incident_id for change in scene.told] == [incident.id] * 2


def incident_of(database, people, incident_id):
    with database.session() as session:
        return incidents.find(session, people["bob"], incident_id)
