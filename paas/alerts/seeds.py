"""The rules that are there from the start. Each is made once: one that was changed or removed stays so."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.alerts import rulebook, rules
from paas.alerts.rules import About, Kind, Wanted
from paas.storage.alert_tables import AlertSeedRow

SEEDS: Mapping[str, Wanted] = {
    "died": Wanted("A process died", Kind.DIED, minutes=1),
    "out_of_memory": Wanted("Out of memory", Kind.OUT_OF_MEMORY, minutes=10),
    "restart_loop": Wanted("Restarts again and again", Kind.RESTART_LOOP, times=5, minutes=10),
    "unhealthy": Wanted("Fails its health check", Kind.UNHEALTHY, minutes=2),
    "deployment_failed": Wanted("A deployment failed", Kind.DEPLOYMENT_FAILED, cooldown_minutes=0),
    "app_memory": Wanted(
        "Memory nearly at its limit",
        Kind.METRIC,
        metric="memory_percent",
        threshold=95,
        minutes=10,
        cooldown_minutes=60,
    ),
    "machine_cpu": Wanted("CPU busy", Kind.METRIC, About.MACHINE, metric="cpu", threshold=95, minutes=15),
    "machine_memory": Wanted("Memory nearly full", Kind.METRIC, About.MACHINE, metric="memory_percent", threshold=95),
    "disk_full": Wanted(
        "Disk nearly full", Kind.METRIC, About.MACHINE, metric="disk_percent", threshold=90, cooldown_minutes=360
    ),
    "disk_filling": Wanted("Disk fills up", Kind.DISK_FILLING, About.MACHINE, hours=24, cooldown_minutes=360),
}


def sow(session: Session) -> None:
    """Make those that were never made here."""
    made = set(session.scalars(select(AlertSeedRow.name)))
    for name, wanted in SEEDS.items():
        if name not in made:
            rulebook.insert(session, rules.check(wanted))
            session.add(AlertSeedRow(name=name))
    session.flush()
