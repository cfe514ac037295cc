"""A viewer of a deployment's log that counts: what it was shown, what was declared as left out, and in which order."""

import threading

from paas.broadcast import Batch


class Reader:
    """Confirms what it is shown at once, unless ``is_slow``; then when it is told to."""

    crowd = None

    def __init__(self, *, is_slow=False):
        self.texts, self.positions, self.markers, self.problems, self.gaps = [], [], [], [], []
        self.skipped = self.ends = 0
        self.watch = None
        self.is_slow, self._is_confirming = is_slow, False
        self.news = threading.Event()

    def lines(self, batch: Batch, skipped: int) -> None:
        assert self.ends == 0, "nothing comes after the end"
        self._note_skipped(skipped)
        self.texts += [row[4] for row in batch.rows]
        self.positions += [row[0] for row in batch.rows]
        if not self.is_slow:
            self.confirm()
        self.news.set()

    def marker(self, marker, skipped):
        self._note_skipped(skipped)
        self.markers.append(marker.kind)

    def end(self, skipped):
        self._note_skipped(skipped)
        self.ends += 1

    def problem(self, problem):
        self.problems.append(problem)

    def confirm(self):
        """What comes while it confirms, it confirms afterwards: a door would not answer itself either."""
        if self._is_confirming or self.watch is None:
            return
        self._is_confirming, confirmed = True, ""
        while self.position != confirmed:
            confirmed = self.position
            self.watch.taken(confirmed)
        self._is_confirming = False

    @property
    def position(self):
        return self.positions[-1] if self.positions else ""

    def _note_skipped(self, skipped):
        if skipped:
            self.skipped += skipped
            self.gaps.append((len(self.texts), skipped))


def view(journals, deployment_id, *, is_over=False, is_slow=False, **options):
    """A reader whose watch has begun."""
    reader = Reader(is_slow=is_slow)
    reader.watch = journals.watch(deployment_id, reader, is_over=is_over, **options)
    reader.watch.begin()
    return reader


def texts(lines):
    return [line.text for line in lines]


def write(journals, deployment_id, *lines, mask=lambda text: text):
    with journals.writer(deployment_id, mask) as journal:
        for line in lines:
            journal.say(str(line))
