"""A follower, and what it told."""

from paas.errors import Unavailable
from paas.logs.container.follower import Follower
from paas.logs.reading.reader import LogReader
from tests.world import FakeEvent


class Told(list):
    """What a follower published and marked, in order: texts, and ("mark", kind)."""

    def __init__(self, container):
        self.reader = LogReader(container.engine, container.details)
        self.follower = Follower(
            self.reader,
            publish=lambda lines: self.extend(line.text for line in lines),
            mark=lambda kind, _message: self.append(("mark", kind)),
            interrupt=FakeEvent(container.engine.world),
        )

    @property
    def texts(self):
        return [one for one in self if isinstance(one, str)]

    @property
    def marks(self):
        return [one[1] for one in self if not isinstance(one, str)]

    def poll_to_the_end(self, engine):
        """Poll until the script has run out, the engine answers and a poll brings nothing."""
        for _ in range(100):
            before, had_script = len(self), bool(engine.world.script)
            try:
                self.follower.poll()
            except Unavailable:
                engine.world.step()
                continue
            if not had_script and len(self) == before and not engine.breaks:
                return
        raise AssertionError("the follower never came to rest")


def play(engine, told, *script):
    engine.world.script.extend(script)
    told.poll_to_the_end(engine)
    return told
