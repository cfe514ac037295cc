"""A pipeline whose steps are a test's."""

import threading

from paas.concurrency.tasks import checkpoint
from paas.deployments import waiting_line
from paas.deployments.stages import Stage, Status


class Runs:
    """Each run begins, waits until it is let go, and ends as it was told to."""

    def __init__(self, records):
        self.records = records
        self.begun, self.ended, self.at_once, self.most_at_once = [], [], 0, 0
        self.gates = {}
        self.is_open = threading.Event()
        self.fails_with = None
        self._turn = threading.Lock()

    def let_go(self, deployment_id):
        self.gates.setdefault(deployment_id, threading.Event()).set()

    def __call__(self, deployment_id):
        gate = self.gates.setdefault(deployment_id, threading.Event())
        with self._turn:
            self.begun.append(deployment_id)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            while not (gate.wait(0.005) or self.is_open.is_set()):
                checkpoint()
            if self.fails_with is not None:
                raise self.fails_with
            self.records.enter(deployment_id, Stage.STARTING)
            self.records.enter(deployment_id, Stage.COMPLETED)
        except waiting_line.Cancelled:
            self.records.end(deployment_id, Status.CANCELLED, "Cancelled.")
        finally:
            with self._turn:
                self.at_once -= 1
                self.ended.append(deployment_id)
