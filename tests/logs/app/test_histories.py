"""Generated histories of an app: containers come, write, end and go, the engine and the dashboard go away, viewers come
back where they were. Shown and declared as skipped is what was written, always, and in its container's order;
starts and ends are told once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from paas import broadcast
from paas.logs import watch
from paas.logs.app import feed as app_feed
from paas.logs.filters import LineFilter
from paas.logs.hub import Hub
from paas.logs.marks import of_last_run
from paas.logs.reading import reader as reading
from tests.logs.patching import patched
from tests.logs.shop import SHOP, make
from tests.logs.stage import staged
from tests.stored import STDERR, STDOUT

KINDS = ["say"] * 5 + ["burst"] * 3 + ["make", "exit", "restart", "again", "remove", "lost", "confirm", "turn", "turn"]
KINDS += ["back", "dashboard", "leave", "come"] * 2


class Client:
    """A page: it counts what it is shown and told, and comes back where it was. ``is_quick`` confirms at once."""

    crowd = None

    def __init__(self, *, is_quick, only=None):
        self.is_quick, self.only = is_quick, only
        self.shown, self.skipped, self.position = {}, 0, ""
        self.told = []
        self.watch = None

    def come(self, hub):
        """As the door does it: what it missed is read in a thread."""
        self.leave()
        self.watch = hub.watch_app(SHOP, self, tail=1_000, position=self.position, only=self.only)
        hub.engine.world.threading().Thread(target=self.watch.begin).start()

    def leave(self):
        if self.watch is not None:
            self.watch.end()
        self.watch = None

    def confirm(self):
        if self.watch is not None and self.position:
            self.watch.taken(self.position)

    def lines(self, batch, skipped):
        self.skipped += skipped
        for row in batch.rows:
            self.shown.setdefault(row[0][:12], []).append(int(row[4]))
        self.position = batch.position
        if self.is_quick:
            self.confirm()

    def marker(self, marker, skipped):
        self.skipped += skipped
        self.told.append((marker.kind, marker.time, marker.process))
        self.position = marker.position

    def status(self, status):
        pass

    def problem(self, problem):
        raise problem

    @property
    def count(self):
        return sum(len(numbers) for numbers in self.shown.values()) + self.skipped


class History:
    """One app on one engine, and what was written into it."""

    def __init__(self, draw, engine):
        self.draw, self.engine = draw, engine
        self.hub = Hub(engine)
        self.containers, self.clients, self.lost = [], [], False
        self.written, self.steps = {}, []

    def step(self, kind):
        container = self.draw(st.sampled_from(self.containers)) if self.containers else None
        self.steps.append(kind)
        if kind == "make" or container is None:
            self.make()
        else:
            getattr(self, f"_{kind}")(container)
        if self.draw(st.booleans()):
            self.engine.tell()
        if self.draw(st.booleans()):
            self.turn(self.draw(st.integers(1, 3)))

    def turn(self, times=40):
        self.engine.world.turn(times)

    def begin(self):
        self.make("web.1")
        self._again(self.containers[0])
        self._say(self.containers[0])

    def make(self, process=""):
        process = process or self.draw(st.sampled_from(["web.1", "web.2", "worker.1"]))
        container = make(self.engine, process, deployment=len(self.containers) + 1)
        self.written[container.id[:12]] = (process, 0)
        self.containers.append(container)
        if self.draw(st.booleans()):
            container.start()

    def _say(self, container, count=1):
        if container.details.is_running:
            stream = self.draw(st.sampled_from([STDOUT, STDERR]))
            process, first = self.written[container.id[:12]]
            self.written[container.id[:12]] = (process, first + count)
            container.say(*range(first, first + count), stream=stream)
            self.engine.clock += self.draw(st.sampled_from([0, 1_000, 2_000_000_000]))

    def _burst(self, container):
        self._say(container, self.draw(st.integers(2, 60)))

    def _exit(self, container):
        if container.details.is_running:
            container.exit(1)

    def _restart(self, container):
        self._exit(container)
        container.start()

    def _again(self, container):
        if not container.details.is_running:
            container.start()

    def _remove(self, container):
        """One that ended long ago, as far as everybody was told."""
        if self.lost or container.details.is_running:
            return
        self.engine.tell()
        for client in self.clients:
            client.confirm()
            client.come(self.hub)
        self.settle()
        self.engine.remove(container)
        self.containers.remove(container)

    def _lost(self, _container):
        self.lost = True
        self.engine.go_away()

    def _back(self, _container):
        self.lost = False
        self.engine.come_back()

    def _confirm(self, _container):
        for client in self.clients:
            client.confirm()

    def _turn(self, _container):
        self.turn(4)

    def _dashboard(self, _container):
        """It starts again; every page comes back."""
        positions = [client.position for client in self.clients]
        self.end()
        self.hub = Hub(self.engine)
        self.turn(self.draw(st.integers(0, 2)))
        for client, position in zip(self.clients, positions, strict=True):
            client.position = position
            client.come(self.hub)

    def _leave(self, _container):
        self.draw(st.sampled_from(self.clients)).leave()

    def _come(self, _container):
        for client in self.clients:
            client.come(self.hub)

    def settle(self):
        """Until everybody was given everything."""
        rounds = 0
        while (rounds < 200 and any(client.count < self.total(client) for client in self.clients)) or rounds < 3:
            rounds += 1
            self.engine.tell()
            self.turn(6)
            for client in self.clients:
                client.confirm()

    def total(self, client):
        """How many lines of those that this client wants were written."""
        only = client.only or LineFilter()
        return sum(count for process, count in self.written.values() if only.wants(process))

    def last_runs(self, client):
        """What there is to tell of the last run of each container."""
        only = client.only or LineFilter()
        logs = [(each.details, self.written[each.id[:12]][0]) for each in self.containers]
        found = [each for details, process in logs if only.wants(process) for each in of_last_run(details, process)]
        return {(each.kind, each.time, each.process) for each in found}

    def end(self):
        for client in self.clients:
            client.leave()
        self.engine.world.ring_timers()
        self.turn(4)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_shown_and_skipped_is_what_was_written_whatever_happens(data):
    with (
        staged(backlog=data.draw(st.sampled_from([5, 40]))) as engine,
        patched(broadcast, RING_LINES=30, BATCH_LINES=7, UNDER_WAY_LINES=20),
        patched(app_feed, RING_LINES=30),
        patched(watch, MOST_LINES=25),
        patched(reading, WINDOWS=(5, 9, 10_000)),  # here a whole log is written in the time that tears a window
    ):
        history = History(data.draw, engine)
        history.begin()
        quick, slow = Client(is_quick=True), Client(is_quick=False)
        some = Client(is_quick=data.draw(st.booleans()), only=LineFilter(process="web"))
        history.clients = [quick, slow, some]
        for client in history.clients:
            client.come(history.hub)
        history.turn()  # who was shown nothing yet comes back to the end of the log
        for kind in data.draw(st.lists(st.sampled_from(KINDS), min_size=data.draw(st.integers(0, 40)), max_size=60)):
            history.step(kind)
        history._back(None)
        history._come(None)
        history.settle()
        _check(history, quick, slow, some)
        history.end()
        assert engine.world.running == 0
        assert engine.open_streams == 0


def _check(history, *clients):
    for client in clients:
        for container, numbers in client.shown.items():
            assert numbers == sorted(set(numbers)), f"{container}: {numbers}"
            assert numbers[-1] < history.written[container][1]
        ends = [each for each in client.told if each[0] in ("started", "exited")]
        assert len(ends) == len(set(ends)), f"told twice: {ends}: {history.steps}"
        if not client.skipped:
            assert history.last_runs(client) <= set(ends), (
                f"never told: {history.last_runs(client) - set(ends)}, {ends}: {history.steps}"
            )
        assert client.count == history.total(client), (
            f"{client.shown}, skipped {client.skipped}, written {history.written}: {history.steps}"
        )
