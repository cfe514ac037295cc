"""What a watchdog is told."""

import pytest

from paas.engine.inventory import Health


@pytest.mark.parametrize(
    ("engine", "database", "status"),
    [(True, True, 200), (False, True, 503), (True, False, 503), (False, False, 503)],
)
def test_health_is_told_to_anyone(client, services, monkeypatch, engine, database, status):
    services.engine.inventory.health = Health(ok=engine)
    monkeypatch.setattr(services.database, "healthy", lambda: database)
    answer = client.get("/healthz")
    assert answer.status_code == status
    assert answer.json == {"status": "ok" if status == 200 else "degraded", "engine": engine, "database": database}
