"""An alert of a real dashboard reaches a webhook, also when the webhook fails and the dashboard is killed meanwhile."""

import contextlib

import pytest

from tests.alerts.receivers import Webhook
from tests.dashboard import Dashboard
from tests.waiting import eventually

RULE = {
    "name": "Memory is used",
    "kind": "metric",
    "about": "machine",
    "metric": "memory",
    "threshold": 1,
    "minutes": 0,
}
PATIENCE_SECONDS = 120
"""The machine is looked at every 10 s, and a notice is tried again after as long."""


@pytest.fixture
def webhook():
    with contextlib.closing(Webhook()) as webhook:
        yield webhook


def tries(api, address):
    return [(each["state"], each["attempts"]) for each in api.get(address).json()["notices"]]


def test_alert_reaches_a_webhook_though_it_failed_and_the_dashboard_was_killed(tmp_path, webhook):
    """Without an engine: the machine is watched all the same."""
    webhook.answers.append(500)
    public = {"PAAS_PUBLIC_URL": "http://paas.example.org"}
    with Dashboard(tmp_path, docker_host=f"unix://{tmp_path}/none.sock", **public) as dashboard:
        with dashboard.api() as api:
            made = api.post("/api/v1/alerts/destinations", json={"name": "Hook", "url": webhook.url("the-secret-hook")})
            assert made.status_code == 201, made.text
            assert api.post("/api/v1/alerts/rules", json=RULE | {"minutes": 0}).status_code == 201
            address = f"/api/v1/alerts/destinations/{made.json()['id']}/notices"
            eventually(lambda: tries(api, address) == [("waiting", 1)], PATIENCE_SECONDS)
            dashboard.crash()
        dashboard.start()
        with dashboard.api() as api:
            eventually(lambda: tries(api, address) == [("sent", 2)], PATIENCE_SECONDS)
            [notice] = api.get(address).json()["notices"]
            [alert] = [each for each in api.get("/api/v1/alerts").json()["alerts"] if each["rule_name"] == RULE["name"]]
        _, (path, document) = webhook.got
        assert path == "/the-secret-hook"
        assert document["title"] == "paas.example.org: Memory is used"
        assert document["type"] == "failure"
        assert alert["text"] in document["message"]
        assert f"http://paas.example.org/alerts/incidents/{alert['id']}" in document["message"]
        assert (notice["incident"], notice["turn"]) == (alert["id"], "firing")
        assert "the-secret-hook" not in dashboard.log
        assert "Traceback" not in dashboard.log
