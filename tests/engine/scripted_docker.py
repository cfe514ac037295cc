"""An engine as the inventory knows one, which does and answers what a test says."""

import queue
import threading
from contextlib import contextmanager, suppress

from paas.engine.containers import Container, Details
from paas.errors import NotFound, Unavailable


class EndingThread(threading.Thread):
    """One that SystemExit ends, without a word."""

    def run(self):
        with suppress(SystemExit):
            super().run()


class Docker:
    """A client, its SDK and its containers in one: what the inventory asks, answered from what the test set."""

    address = "/run/fake.sock"

    def __init__(self):
        self.rows, self.runs, self.asked = {}, {}, []
        self.is_away = self.is_over = False
        self.events_queue = queue.Queue()
        self.on_inspect = lambda: None

    def add(self, name, number, state="running"):
        container_id = f"{number:02x}ab" + f"{number:060x}"
        self.rows[container_id] = Container(id=container_id, name=name, image="app", state=state, status="Up")
        self.runs[container_id] = {"health": "", "started_at": "2026-11-20T10:00:00.5Z"}
        return container_id

    def event(self, container_id, action="start", at=0.0, **attributes):
        actor = {"ID": container_id, "Attributes": attributes}
        self.events_queue.put({"Action": action, "Actor": actor, "timeNano": int(at * 1e9)})

    def go_away(self):
        self.is_away = True
        self.events_queue.put(None)

    @contextmanager
    def calling(self, _subject, *, seconds=10.0):
        self._answer()
        yield self

    def ping(self):
        self.asked.append("ping")

    def events(self, **_):
        self.asked.append("events")
        return iter(self.events_queue.get, None)

    def list(self):
        self._answer()
        self.asked.append("list")
        return sorted(self.rows.values(), key=lambda row: row.name)

    def inspect(self, container_id):
        self._answer()
        self.asked.append(f"inspect {container_id[:4]}")
        if container_id not in self.rows:
            raise NotFound("Container not found")
        row, run = self.rows[container_id], dict(self.runs[container_id])
        self.on_inspect()
        return Details(
            id=row.id, name=row.name, state=row.state, exit_code=3, finished_at="2026-11-20T11:00:00Z",
            out_of_memory=False, tty=False, log_driver="json-file", **run,
        )  # fmt: skip

    def _answer(self):
        if self.is_over:
            raise SystemExit  # ends the inventory's threads
        if self.is_away:
            raise Unavailable("The engine does not answer (/run/fake.sock: gone).")
