"""How often things have happened lately, each by a name of its own. Pure."""

from collections import OrderedDict
from collections.abc import Hashable

MOST_NAMES = 20_000
"""At most that many are remembered: whoever has many addresses must not fill the memory. A name takes 300 bytes."""


class Window:
    """``Window(10, seconds=60)``: ten times within any minute. Where there are too many names, those that were heard
    of longest ago are forgotten first."""

    def __init__(self, most: int, *, seconds: float, most_names: int = MOST_NAMES) -> None:
        self.most, self.seconds = most, seconds
        self._most_names = most_names
        self._times: OrderedDict[Hashable, list[float]] = OrderedDict()

    def __len__(self) -> int:
        """How many names are remembered."""
        return len(self._times)

    def hit(self, name: Hashable, *, now: float) -> float:
        """Count it and return 0; or, where that is one too many, count nothing and return the seconds to wait."""
        times = [time for time in self._times.get(name, ()) if time > now - self.seconds]
        self._forget_old(now)
        self._times[name] = times
        self._times.move_to_end(name)
        if len(times) >= self.most:
            return times[0] + self.seconds - now
        times.append(now)
        return 0.0

    def forget(self, name: Hashable) -> None:
        self._times.pop(name, None)

    def _forget_old(self, now: float) -> None:
        while self._times:
            name, times = next(iter(self._times.items()))
            if len(self._times) < self._most_names and times[-1] > now - self.seconds:
                return
            del self._times[name]
