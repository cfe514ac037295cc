"""One day in the life of a dashboard: everything is started, goes on at once, goes wrong, settles, and is asked."""

import contextlib
import random
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from soak import questions
from soak.chronicle import Chronicle
from soak.crowd import Crowd
from soak.deploying import Deploying, patiently
from soak.faults import Faults, Track, disk_of_its_own
from soak.gauge import Gauge
from soak.questions import Answer
from soak.writing import CLOCK, Files, SteppedClock, Writers
from tests.end_to_end import deploying
from tests.end_to_end.proxies import Network
from tests.end_to_end.viewers import cookies
from tests.engines import PrivateEngine
from tests.waiting import eventually

ENGINE_DISK_BYTES = 2 << 30
NETWORKS = 3
APPS_OF_RAW_VIEWERS = 4
LIFE = 0.5
"""After this share of the time the dashboard is not killed any more, so that one life is long enough to be judged."""
CATCH_UP_SECONDS = 120.0


@dataclass(frozen=True)
class Day:
    """How much of everything. ``only`` names the faults that happen, all when it is empty."""

    seed: int
    minutes: float
    results: Path
    containers: int = 20
    apps: int = 4
    viewers: int = 100
    pauses: tuple[float, float] = (3.0, 12.0)
    frozen_seconds: float = 10.0
    only: tuple[str, ...] = ()


class Soak:
    """``with Soak(day) as soak: soak.live()`` -> the answers."""

    def __init__(self, day: Day) -> None:
        self.day = day
        day.results.mkdir(parents=True, exist_ok=True)
        self.chronicle = Chronicle(day.results / "chronicle.txt")
        self._dice = random.Random(day.seed)
        self._stack = ExitStack()
        self._tracks: list[Track] = []

    def __enter__(self) -> "Soak":
        try:
            self._set_up()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def live(self) -> list[Answer]:
        before = self._gauge.read()
        self.chronicle.say("begins")
        self._begin()
        self._go_on()
        self.chronicle.say("settles")
        try:
            return self._settle(before)
        finally:
            self._keep()

    def _set_up(self) -> None:
        keep, day = self._stack.enter_context, self.day
        folder = Path(keep(tempfile.TemporaryDirectory(prefix="quayside-soak-")))
        self._engine = keep(PrivateEngine(disk_bytes=ENGINE_DISK_BYTES))
        keep(disk_of_its_own(folder / "data"))
        self.house = keep(deploying.house(self._engine, folder))
        self._data = folder / "data"
        self._credentials = self._sign_in()
        self._files = keep(Files(self._engine))
        self.clock = SteppedClock(self._engine)
        plain = day.containers - day.apps - 1
        self.writers = Writers(self._engine, folder / "orders", plain, self._own_dice())
        self.deploying = [self._app(f"shop-{number}") for number in range(day.apps)]
        self._adopted = [self._adopt(name) for name in self.writers.names[:APPS_OF_RAW_VIEWERS]]
        self._networks = [keep(Network(self.house.dashboard.port)) for _ in range(NETWORKS)]
        self._gauge = Gauge(self.house.dashboard, lambda: self.chronicle.now)
        self.crowd = keep(self._crowd())

    def _sign_in(self) -> tuple[str, str]:
        """A cookie and a token that outlive all sessions of a day; the house goes by the token too."""
        asked = {"name": "soak", "scope": "manage", "days": 2}
        token = self.house.say("POST", "/account/tokens", asked)["token"]
        self.house.session.headers["Authorization"] = f"Bearer {token}"
        with self.house.dashboard.http() as session:
            return cookies(session), token

    def _app(self, name: str) -> Deploying:
        return Deploying(self.house, name, self.chronicle, self._own_dice())

    def _adopt(self, container: str) -> int:
        """The dashboard hears of a new container a moment after it was made."""
        asked = {"container": container, "name": f"of-{container}"}
        return patiently(lambda: self.house.say("POST", "/apps", asked), threading.Event())["id"]

    def _crowd(self) -> Crowd:
        direct = self.house.dashboard.address
        return Crowd(
            addresses=[direct, *(network.address for network in self._networks)],
            credentials=self._credentials,
            containers=[*self.writers.names, CLOCK],
            apps=[each.app.id for each in self.deploying],
            adopted=self._adopted,
            dice=self._own_dice(),
        )

    def _begin(self) -> None:
        self._stack.enter_context(self._gauge)
        self.crowd.open(self.day.viewers)
        eventually(self._all_have_come, 60, what="the regulars are let in")
        self.clock.start()
        self.writers.start()
        for each in self.deploying:
            each.start()
        self.crowd.start_guests()

    def _all_have_come(self) -> bool:
        absent = [viewer.says() for viewer in self.crowd.regulars if not viewer.heard["came"]]
        assert not absent, absent[:3]
        return True

    def _go_on(self) -> None:
        seconds, nothing = self.day.minutes * 60, threading.Event()
        with self._going_wrong():
            nothing.wait(seconds * LIFE)
            for track in self._tracks:
                track.drop("dashboard_killed")
            nothing.wait(seconds * (1 - LIFE))

    @contextmanager
    def _going_wrong(self) -> Iterator[None]:
        """Two faults may come at once, but not two that break the same end."""
        faults = Faults(self.chronicle, self._own_dice(), frozen_seconds=self.day.frozen_seconds)
        house, engine_data = self.house, self._engine.folder / "data"
        below = {
            "engine_restarted": partial(faults.engine_restarted, self._engine),
            "engine_frozen": partial(faults.engine_frozen, self._engine),
            "engine_disk_full": partial(faults.disk_full, "engine", engine_data),
            "container_removed": partial(faults.container_removed, self.writers),
            "clock_stepped": partial(faults.clock_stepped, self.clock),
        }
        above = {
            "dashboard_killed": partial(faults.dashboard_killed, house.dashboard),
            "data_disk_full": partial(faults.disk_full, "dashboard", self._data),
            "network_cut": partial(faults.network_cut, self._networks),
            "network_swallows": partial(faults.network_swallows, self._networks),
        }
        only = self.day.only
        with ExitStack() as stack:
            for kinds in (below, above):
                chosen = {kind: act for kind, act in kinds.items() if not only or kind in only}
                if chosen:
                    track = Track(chosen, self._own_dice(), pauses=self.day.pauses)
                    self._tracks.append(stack.enter_context(track))
            yield

    def _settle(self, before) -> list[Answer]:
        for each in self.deploying:
            each.finish()
        self.crowd.settle()
        self._hush()
        ends = self._ends()
        self._catch_up(ends)
        written = self._files.written()
        answers = [self._faults(), *questions.viewers(self.crowd, written, ends)]
        answers += questions.deployments(self.deploying, self.chronicle)
        memory = questions.memory(self._gauge)
        self.crowd.leave()
        self.writers.remove()
        self.clock.remove()
        answers += [questions.left_over(self.house), memory, *questions.resources(self._gauge, before)]
        answers.append(self._stop())
        return [*answers, *questions.log(self.house.dashboard.log)]

    def _faults(self) -> Answer:
        failures = [failure for track in self._tracks for failure in track.failures]
        return Answer("faults", str(sum(len(track.done) for track in self._tracks)), failures)

    def _hush(self) -> None:
        """The engine is asked again where it is still busy with what went wrong."""
        self.writers.hush()
        self.clock.hush()
        for each in self.deploying:
            patiently(each.hush, threading.Event())

    def _ends(self) -> dict[str, str]:
        """The short id of the container that is there now, by the name or the number of what is watched."""
        ends = {name: container.id[:12] for name, container in self.writers.containers.items()}
        ends |= {str(app): ends[name] for app, name in zip(self._adopted, self.writers.names, strict=False)}
        ends |= {str(each.app.id): short for each in self.deploying if (short := each.container())}
        return ends | {CLOCK: self.clock.container.id[:12]}

    def _catch_up(self, ends: dict[str, str]) -> None:
        def have_all() -> bool:
            written = self._files.written()
            lasts = {name: {short: written[short].last} for name, short in ends.items() if short in written}
            behind = [
                viewer.says()
                for viewer in self.crowd.staying
                if not viewer.account.has_come_to(lasts.get(viewer.place.name, {}))
            ]
            assert not behind, f"{len(behind)} viewers are behind, such as {behind[0]}"
            return True

        with contextlib.suppress(AssertionError):  # what they miss is said below
            eventually(have_all, CATCH_UP_SECONDS)

    def _stop(self) -> Answer:
        """The last thing, as a supervisor does it."""
        try:
            code = self.house.dashboard.stop(deadline_seconds=30)
        except Exception as error:  # noqa: BLE001 - it is a row of the table
            return Answer("the dashboard stops when told", "no", [repr(error)])
        return Answer("the dashboard stops when told", f"exit code {code}", [f"exit code {code}"] if code else [])

    def _keep(self) -> None:
        results, crowd = self.day.results, self.crowd
        (results / "dashboard.log").write_text(self.house.dashboard.log)
        (results / "dockerd.log").write_text(self._engine.log)
        self._gauge.write(results / "memory.csv")
        (results / "viewers.txt").write_text("".join(f"{viewer.says()}\n" for viewer in crowd.all))

    def _own_dice(self) -> random.Random:
        return random.Random(self._dice.getrandbits(64))
