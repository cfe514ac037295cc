"""The container of a name, through all that happens to it: what is said, in which order, and every line once."""

import pytest

from paas.errors import Unavailable
from paas.logs.container.follower import PACE_SECONDS
from paas.logs.container.poller import Poller
from paas.logs.reading.reader import LogReader


class Sink(list):
    """What a poller said: texts of lines, ("mark", kind), ("state", state)."""

    def lines(self, lines):
        self.extend(line.text for line in lines)

    def mark(self, kind, message, time=""):
        self.append(("mark", kind))

    def pace(self):
        return PACE_SECONDS

    def state(self, state, message, details):
        if self.states[-1:] != [state]:
            self.append(("state", state))
        self.message, self.details = message, details

    @property
    def states(self):
        return [one[1] for one in self if one[0] == "state"]

    @property
    def marks(self):
        return [one[1] for one in self if one[0] == "mark"]

    @property
    def texts(self):
        return [one for one in self if isinstance(one, str)]


@pytest.fixture
def sink():
    return Sink()


@pytest.fixture
def poller(engine, sink):
    poller = Poller(
        "web",
        sink,
        title="web",
        containers=engine,
        inventory=engine,
        open_log=lambda details: LogReader(engine, details),
    )
    yield poller
    poller.stop()
    engine.world.turn()
    assert engine.world.running == 0, "the poller did not end"
    assert engine.open_streams == 0
    assert engine.listeners == []


@pytest.fixture
def go(go, poller):
    """The poller has started."""
    poller.start()
    return go


def test_a_running_container_is_live_and_its_lines_come(container, sink, go):
    container.say("a")
    go(lambda: container.say("b"), lambda: container.say("c", stream=2))
    assert sink == ["a", ("state", "live"), "b", "c"]


def test_a_container_that_ends_is_taken_to_its_last_word(container, sink, go):
    go(lambda: container.say("a"), lambda: (container.say("b"), container.write("bye"), container.exit(3)))
    assert sink == [("state", "live"), "a", "b", "bye", ("mark", "exited"), ("state", "ended")]
    assert sink.message == "web exited with code 3"


def test_a_container_that_starts_again_goes_on(container, sink, go):
    go(lambda: container.say("a"), container.exit, container.start, lambda: container.say("b"))
    assert sink.texts == ["a", "b"]
    assert sink.marks == ["exited", "started"]
    assert sink.states == ["live", "ended", "live"]
    assert sink.index(("mark", "started")) < sink.index("b")


def test_a_restart_too_quick_to_be_seen_loses_nothing(container, sink, go):
    def restart():
        container.say("b")
        container.exit()
        container.start()
        container.say("c")

    go(lambda: container.say("a"), restart)
    assert sink.texts == ["a", "b", "c"]
    assert sink.marks == ["started"]


def test_a_container_that_was_never_started_says_so_and_is_taken_from_its_first_line(engine, sink, go):
    container = engine.make()
    go()
    assert sink == [("state", "ended")]
    assert sink.message == "web has not been started yet"
    go(container.start, lambda: container.say("first"))
    assert sink.texts == ["first"]
    assert sink.states == ["ended", "live"]


def test_a_removed_container_is_told_and_its_successor_taken_from_the_beginning(engine, container, sink, go):
    go(lambda: container.say("old"), lambda: (container.exit(), engine.remove(container)))
    assert sink[-2:] == [("mark", "removed"), ("state", "ended")]

    def make_again():
        again = engine.make().start()
        again.say("first", "second")

    go(make_again)
    assert sink.texts == ["old", "first", "second"]
    assert sink.marks[-1] == "replaced"
    assert sink.states[-1] == "live"


def test_a_container_seen_again_for_a_moment_while_it_is_removed_is_no_successor(engine, container, sink, go):
    def appear_again():
        engine.made[0] = container

    def remove():
        container.exit()
        engine.remove(container)

    go(lambda: container.say("old"), remove, appear_again, lambda: engine.remove(container))
    assert "replaced" not in sink.marks
    assert sink.marks.count("removed") == 1


def test_a_successor_under_the_same_name_comes_after_the_last_lines_of_the_former(engine, container, sink, go):
    def replace():
        container.say("last word")
        container.exit()
        container.details = container.details.__class__(**{**vars(container.details), "name": "web_old"})
        engine.make().start().say("first")

    go(lambda: container.say("old"), replace)
    assert sink.texts == ["old", "last word", "first"]
    assert sink.marks == ["replaced"]


def test_an_engine_that_goes_away_and_comes_back(engine, container, sink, go):
    go(
        lambda: container.say("a"),
        engine.go_away,
        lambda: container.say("b", "c"),
        engine.come_back,
        lambda: container.say("d"),
    )
    assert sink.texts == ["a", "b", "c", "d"]
    assert sink.marks == ["engine_lost", "engine_back"]
    assert sink.states == ["live", "lost", "live"]


def test_an_engine_that_hangs_and_comes_back(engine, container, sink, go):
    go(
        lambda: container.say("a"),
        engine.hang,
        lambda: container.say("b"),
        engine.come_back,
        lambda: container.say("c"),
    )
    assert sink.texts == ["a", "b", "c"]
    assert sink.marks == ["engine_lost", "engine_back"]


def test_a_container_that_ended_while_the_engine_was_away_is_read_to_its_end(engine, container, sink, go):
    go(engine.go_away, lambda: (container.say("a"), container.exit()), engine.come_back)
    assert sink.texts == ["a"]
    assert sink.marks == ["engine_lost", "engine_back", "exited"]


def test_a_read_that_breaks_at_the_end_is_made_again(engine, container, sink, go, monkeypatch):
    """The last lines of a container that has ended, when the engine fails just then."""
    read, failures = engine.read_log, iter([True, True])

    def failing(*args, **options):
        if options.get("exact") and next(failures, False):
            raise Unavailable("broke")
        return read(*args, **options)

    go()
    monkeypatch.setattr(engine, "read_log", failing)

    def end_unheard():
        engine.generation += 1
        container.say("a", "b")
        container.exit()

    go(end_unheard)
    assert sink.texts == ["a", "b"]
    assert sink.marks[-1] == "exited"
    assert sink.states[-1] == "ended"


def test_a_log_that_the_engine_cannot_read_on_does_not_flood_the_viewers(engine, container, sink, go, monkeypatch):
    def broken(*_args, **_options):
        raise Unavailable("The engine cannot read this log on: unexpected EOF")

    go()
    monkeypatch.setattr(engine, "read_log", broken)
    engine.generation += 1
    before, began = len(sink.marks), engine.world.now
    go(*[lambda: None] * 5)
    passed = engine.world.now - began
    assert len(sink.marks) - before <= 2 + 2 * passed / 4


def test_an_unreadable_driver_is_told_and_its_successor_is_read(engine, sink, go):
    container = engine.make(driver="syslog").start()
    go()
    assert sink == [("state", "ended")]
    assert "log driver 'syslog'" in sink.message
    go(lambda: engine.remove(container), lambda: engine.make().start().say("hello"))
    assert sink.texts == ["hello"]


def test_a_terminal_is_read_like_any_other(engine, sink, go):
    container = engine.make(tty=True).start()
    go(lambda: container.say("a\r"), lambda: container.say("b", "x" * 40_000), container.exit)
    assert sink.texts == ["a", "b", "x" * 40_000]


def test_a_poll_that_the_engine_ends_at_once_is_not_repeated_without_a_pause(engine, container, sink, go, monkeypatch):
    """Where the engine does not hold an answer open."""
    read = engine.read_log

    def ending(*args, **options):
        return read(*args, **options | {"follow": False})

    monkeypatch.setattr(engine, "read_log", ending)
    go()
    engine.reads.clear()
    began = engine.world.now
    engine.world.turn(200)
    assert len(engine.reads) <= 10 + (engine.world.now - began) * 1.1
    go(lambda: container.say("a"))
    assert sink.texts == ["a"]


def test_nothing_is_read_while_a_container_does_not_run(engine, container, sink, go):
    go(container.exit)
    engine.reads.clear()
    engine.world.turn(20)
    assert engine.reads == []
