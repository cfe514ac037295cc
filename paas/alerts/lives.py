"""What becomes of an app's processes: when each ended, why, and whether somebody had asked for it. Pure.

An end is somebody's wish when the container was sent a signal before that asks for it, as SIGKILL does not, or when we
had a hand in it. It is not told as a death; a process that stays down though nobody here has stopped it is.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from paas.metrics.witness import MERELY_TOLD

ASKED_SECONDS = 120.0
"""For so long after a signal an end is its doing: stopping can take long."""

TOGETHER_SECONDS = 10.0
"""Between the engine's word that memory ran out and that of the end."""

SETTLE_SECONDS, KILLED_SETTLE_SECONDS = 1.0, 3.0
"""An end is looked at so long after it was told: that memory ran out may be told after it, and later on a busy machine.
It ends a process by SIGKILL."""

KILLED_CODE = 137

MOST_ENDS = 500


class Wish(StrEnum):
    """Who had asked for an end."""

    OURS = "ours"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class End:
    """``has_ended`` is False where memory ran out and the container went on, without one of its children."""

    at: float
    code: int | None = None
    out_of_memory: bool = False
    wish: Wish | None = None
    has_ended: bool = True

    @property
    def is_crash(self) -> bool:
        return self.has_ended and self.wish is None


@dataclass(slots=True)
class Life:
    """One process of an app. ``since`` is when its run began or ended, by the engine's clock, ``down_since`` when it
    was first seen not to run, by ours. ``was_stopped``: it does not run because we stopped it. ``fresh`` are the ends
    that nobody has judged yet, oldest first; ``ends`` those of before too."""

    subject: str
    container_id: str = ""
    is_running: bool = False
    is_restarting: bool = False
    was_stopped: bool = False
    since: float = 0.0
    down_since: float | None = None
    code: int | None = None
    out_of_memory: bool = False
    health: str = ""
    limit_bytes: int | None = None
    ends: deque[End] = field(default_factory=lambda: deque(maxlen=MOST_ENDS))
    fresh: list[End] = field(default_factory=list)
    has_restarted: bool = False
    """Since it was last judged."""

    @property
    def is_quiet(self) -> bool:
        """It runs, and nothing has happened."""
        return self.is_running and not self.fresh and not self.has_restarted and self.health in ("", "healthy")

    @property
    def last_end(self) -> End | None:
        """That since which it does not run; None where nobody saw it."""
        is_of_now = self.ends and self.down_since is not None and self.ends[-1].at >= self.down_since - ASKED_SECONDS
        return self.ends[-1] if is_of_now else None

    def crashes(self, since: float) -> list[End]:
        """The ends that nobody had asked for."""
        return [end for end in self.ends if end.at >= since and end.is_crash]

    def restarts(self, since: float) -> int:
        """How often it was started again after such an end."""
        return max(len(self.crashes(since)) - (not self.is_running), 0)

    def deaths(self, since: float) -> list[End]:
        """Those of the fresh ends."""
        return [end for end in self.fresh if end.at >= since and end.is_crash]

    def kills(self, since: float) -> list[End]:
        """The ends for want of memory, fresh or not."""
        return [end for end in self.ends if end.at >= since and end.out_of_memory]


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that the engine told of a container: ``kill``, ``oom`` or ``die``. ``is_ours`` when we are changing the
    app's containers at that moment."""

    action: str
    container_id: str
    at: float
    code: int | None = None
    signal: str = ""
    is_ours: bool = False


class Ends:
    """Makes ends of signs, which come one by one and not always in order."""

    def __init__(self) -> None:
        self._signals: dict[str, tuple[float, bool]] = {}
        """When each container was last asked to stop, and whether by us."""
        self._out_of_memory: dict[str, float] = {}
        self._deaths: list[Sign] = []

    @property
    def is_waiting(self) -> bool:
        """Whether there is something that is to be looked at soon."""
        return bool(self._deaths or self._out_of_memory)

    def take(self, sign: Sign) -> None:
        match sign.action:
            case "kill" if sign.is_ours or sign.signal not in ("9", *MERELY_TOLD):
                self._signals[sign.container_id] = (sign.at, sign.is_ours)
            case "oom":
                self._out_of_memory[sign.container_id] = sign.at
            case "die":
                self._deaths.append(sign)

    def settled(self, now: float) -> list[tuple[str, End]]:
        """The ends of which all is known by now, with the ids of their containers, in the order of their times."""
        ready = [sign for sign in self._deaths if self._is_settled(sign, now)]
        self._deaths = [sign for sign in self._deaths if sign not in ready]
        found = [(sign.container_id, self._end(sign)) for sign in ready]
        for container_id, at in tuple(self._out_of_memory.items()):
            if not 0 <= now - at < 2 * SETTLE_SECONDS and all(
                sign.container_id != container_id for sign in self._deaths
            ):
                del self._out_of_memory[container_id]
                found.append((container_id, End(at, out_of_memory=True, has_ended=False)))
        self._forget(now)
        return sorted(found, key=lambda pair: pair[1].at)

    def _is_settled(self, sign: Sign, now: float) -> bool:
        may_be_memory = sign.code == KILLED_CODE and sign.container_id not in self._out_of_memory
        return not 0 <= now - sign.at < (KILLED_SETTLE_SECONDS if may_be_memory else SETTLE_SECONDS)

    def _end(self, sign: Sign) -> End:
        ran_out = self._out_of_memory.get(sign.container_id)
        is_out_of_memory = ran_out is not None and abs(sign.at - ran_out) < TOGETHER_SECONDS
        if is_out_of_memory:
            del self._out_of_memory[sign.container_id]
        asked = self._signals.pop(sign.container_id, None)
        if asked is None or is_out_of_memory or sign.at - asked[0] > ASKED_SECONDS:
            return End(sign.at, sign.code, is_out_of_memory)
        return End(sign.at, sign.code, wish=Wish.OURS if asked[1] else Wish.ELSEWHERE)

    def _forget(self, now: float) -> None:
        old = [each for each, (at, _) in self._signals.items() if abs(now - at) > ASKED_SECONDS]
        for each in old:
            del self._signals[each]


def settle(lives: Iterable[Life]) -> None:
    """What was fresh has been judged."""
    for life in lives:
        life.fresh.clear()
        life.has_restarted = False
