"""A viewer's door that remembers, over a hub on a stage."""

from paas.broadcast import Batch


class Outlet:
    """A viewer's door that remembers. Lines are numbers, so that what was skipped can be counted."""

    crowd = None

    def __init__(self):
        self.texts, self.positions, self.markers, self.statuses, self.problems = [], [], [], [], []
        self.processes, self.order = [], []
        self.skipped = 0
        self.position = ""
        """What a client would come back with."""
        self.watch = None

    def lines(self, batch: Batch, skipped: int) -> None:
        self.skipped += skipped
        self.texts += [row[4] for row in batch.rows]
        self.positions += [row[0] for row in batch.rows]
        self.processes += [row[2] for row in batch.rows]
        self.order += [row[4] for row in batch.rows]
        self.position = batch.position
        if self.watch is not None and batch.rows:
            self.watch.taken(batch.position)

    def marker(self, marker, skipped):
        self.skipped += skipped
        self.markers.append((marker.kind, marker.message))
        self.order.append(marker.kind)
        self.position = marker.position

    def status(self, status):
        if self.statuses[-1:] != [status.state]:
            self.statuses.append(status.state)

    def problem(self, problem):
        self.problems.append(problem)

    @property
    def kinds(self):
        return [kind for kind, _ in self.markers]


def numbers(start, end):
    return [str(number) for number in range(start, end)]
