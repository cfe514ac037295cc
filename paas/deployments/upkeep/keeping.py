"""Has apps run again after the engine, or the machine, was restarted.

With ``on-failure`` the engine starts again only what ended with an error. An app that ends in good order when it is
told to, as it should, would stay down for good.
"""

import logging
import threading
import time

import psutil

from paas.deployments import containers
from paas.deployments.pipeline.run import PROCESS_ROLE, Means
from paas.deployments.upkeep import recovery
from paas.engine import labels
from paas.errors import Problem

log = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 60.0
"""So long before it stops answering an engine may begin to stop its containers."""

RETRY_SECONDS = 2.0


class Keeper:
    """From ``start`` on it waits for the engine to answer again, and at once for what a start of the machine has left
    down."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._changed = threading.Event()

    def start(self) -> None:
        self._means.engine.inventory.listen(self._changed.set)
        threading.Thread(target=self._watch, name="keeper", daemon=True).start()

    def _watch(self) -> None:
        inventory = self._means.engine.inventory
        seen = inventory.breaks
        # Whether the engine alone was restarted, a dashboard that was not there cannot know; of the machine it can.
        self._bring_back(since=0.0, until=psutil.boot_time())
        while True:
            while inventory.health.ok and inventory.breaks == seen:
                self._wait()
            lost_at = time.time()
            while not inventory.health.ok:
                self._wait()
            seen = inventory.breaks
            self._bring_back(since=lost_at - SHUTDOWN_SECONDS, until=float("inf"))

    def _wait(self) -> None:
        self._changed.wait()
        self._changed.clear()

    def _bring_back(self, *, since: float, until: float) -> None:
        while True:
            try:
                recovery.tidy(self._means)
                bring_back(self._means, since=since, until=until)
                return
            except Problem as problem:
                log.info("What has stopped with the engine is not back yet: %s", problem.message)
            except Exception:
                log.exception("What has stopped with the engine could not be brought back")
            threading.Event().wait(RETRY_SECONDS)


def bring_back(means: Means, *, since: float, until: float) -> None:
    """Start what serves and has stopped between these times, in seconds since 1970, unless somebody has stopped it."""
    for workload in means.engine.workloads.find({labels.ROLE: PROCESS_ROLE}):
        is_meant_to_run = not containers.is_resting(workload) and workload.restart_policy != "no"
        if is_meant_to_run and not workload.is_running and since <= (workload.finished_at or 0) <= until:
            log.warning("Starting %s, which has stopped with the engine", workload.name)
            means.engine.workloads.start(workload.id)
