"""Viewers of a channel that remember what they were given, and the rows that they are given."""

from paas.broadcast import Mark


def row_of(number, text="x"):
    return (f"p{number}", "2026-11-20T10:21:07.412345678Z", "web", "stdout", text)


def rows_of(*numbers):
    return [row_of(number) for number in numbers]


class Reader:
    """A viewer that remembers, and says how far it has come only when it is told to."""

    def __init__(self, channel, *, crowd=None):
        self.rows, self.marks, self.skipped, self.sent = [], [], 0, []
        self.skipped_before_last_row = 0
        self.viewer = channel.view(self._send, crowd=crowd, member=self)

    def _send(self, item, skipped):
        self.skipped += skipped
        if isinstance(item, Mark):
            self.marks.append((len(self.rows) + self.skipped, item.value))
        else:
            self.rows += item.rows
            self.skipped_before_last_row = self.skipped
            if item.rows:
                self.sent.append(item)

    @property
    def numbers(self):
        return [int(row[0][1:]) for row in self.rows]

    def take_all(self):
        while self.sent:
            self.viewer.taken(self.sent.pop(0).position)


def to_all(members, item):
    for member in members:
        member._send(item, 0)
