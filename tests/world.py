"""Time that does not pass by itself: whoever waits runs the next step of a script, or moves the clock."""

from collections import deque
from collections.abc import Callable

Step = Callable[[], object]


class World:
    """The clock and the script of what happens while somebody waits."""

    def __init__(self, *script: Step) -> None:
        self.now = 1_000.0
        self.script = deque(script)
        self.at_end: Step = lambda: None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """A pause: time passes, and one step of the script in it."""
        self.now += seconds
        if seconds:
            self.step()

    def step(self) -> bool:
        """Run the next step; False when there is none."""
        if not self.script:
            self.at_end()
            return False
        self.script.popleft()()
        return True


class FakeEvent:
    """A ``threading.Event`` of a world without threads: who waits for it lets time pass."""

    def __init__(self, world: World) -> None:
        self._world, self._is_set = world, False

    def set(self) -> None:
        self._is_set = True

    def clear(self) -> None:
        self._is_set = False

    def is_set(self) -> bool:
        return self._is_set

    def wait(self, timeout: float) -> bool:
        before = self._world.now
        if not self._is_set and not (self._world.step() and self._is_set):
            self._world.now = max(self._world.now, before + timeout)
        return self._is_set
