"""All who watch: regulars, who are there from the first line to the last, and guests, who come and go."""

import random
import threading
from collections.abc import Sequence
from typing import Self

from soak.viewers import Pace, Place, RawViewer, SocketViewer, Viewer

PACES = (Pace(), Pace(), Pace(), Pace(pause_seconds=0.05), Pace(pause_seconds=0.4), Pace(stall_seconds=8))
GUEST_SECONDS = (10.0, 60.0)


class Crowd:
    """``containers`` and ``apps`` are watched by as many viewers as ``open`` is told, at any of the addresses;
    ``adopted`` are apps of one container each, for raw sockets."""

    def __init__(
        self,
        *,
        addresses: Sequence[str],
        credentials: tuple[str, str],
        containers: Sequence[str],
        apps: Sequence[int],
        adopted: Sequence[int],
        dice: random.Random,
    ) -> None:
        self.regulars: list[Viewer] = []
        self.guests: list[Viewer] = []
        self.gone: list[Viewer] = []
        self._addresses, self._credentials, self._dice = addresses, credentials, dice
        self._containers, self._apps, self._adopted = containers, apps, adopted
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._leaves: dict[Viewer, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    @property
    def all(self) -> list[Viewer]:
        return [*self.regulars, *self.guests, *self.gone]

    @property
    def staying(self) -> list[Viewer]:
        return [*self.regulars, *self.guests]

    def open(self, count: int) -> None:
        """The regulars come before anything is written: one for each log, and half of what else there is room for."""
        places = [*({"container": name} for name in self._containers), *({"app": app} for app in self._apps)]
        for number in range(max(len(places), count // 2)):
            self.regulars.append(self._socket_viewer(places[number % len(places)], from_start=True))
        self._count = count

    def start_guests(self) -> None:
        self._thread.start()

    def settle(self) -> None:
        """Nobody comes or goes any more, and everybody takes what there is at once."""
        self._ended.set()
        self._thread.join(10)
        for viewer in self.staying:
            viewer.hurry()

    def leave(self) -> None:
        self._ended.set()
        for viewer in self.all:
            viewer.leave()
        for viewer in self.all:
            viewer.join()

    def _run(self) -> None:
        while not self._ended.wait(0.2):
            while len(self.regulars) + len(self.guests) < self._count:
                guest = self._guest()
                self._leaves[guest] = self._dice.uniform(*GUEST_SECONDS)
                self.guests.append(guest)
            for guest in [*self.guests]:
                self._leaves[guest] -= 0.2
                if self._leaves[guest] <= 0:
                    self._bid_farewell(guest)

    def _bid_farewell(self, guest: Viewer) -> None:
        guest.leave()
        if guest.has_ended:
            self.guests.remove(guest)
            self.gone.append(guest)

    def _guest(self) -> Viewer:
        kind = self._dice.randrange(4)
        if kind == 0 and self._adopted:
            return self._raw_viewer({"app": self._dice.choice(self._adopted), "is_adopted": True})
        if kind == 1 and self._apps:
            return self._raw_viewer({"app": self._dice.choice(self._apps)})
        if kind == 2 and self._apps:
            return self._socket_viewer({"app": self._dice.choice(self._apps)})
        return self._socket_viewer({"container": self._dice.choice(self._containers)})

    def _socket_viewer(self, target: dict, *, from_start: bool = False) -> Viewer:
        tail = 1_000 if from_start else self._dice.choice((0, 10, 100, 1_000))
        viewer = SocketViewer(self._place(target), self._pace(), self._own_dice(), tail=tail, from_start=from_start)
        viewer.start()
        return viewer

    def _raw_viewer(self, target: dict) -> Viewer:
        tail = self._dice.choice((0, 10, 100, 1_000))
        # Raw viewers that read slowly fill the network between; one who shares it would be held up by them.
        viewer = RawViewer(self._place(target, at=0), self._pace(), self._own_dice(), tail=tail)
        viewer.start()
        return viewer

    def _place(self, target: dict, at: int | None = None) -> Place:
        address = self._addresses[self._dice.randrange(len(self._addresses)) if at is None else at]
        return Place(address, *self._credentials, **target)

    def _pace(self) -> Pace:
        return self._dice.choice(PACES)

    def _own_dice(self) -> random.Random:
        return random.Random(self._dice.getrandbits(64))
