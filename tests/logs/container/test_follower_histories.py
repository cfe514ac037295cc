"""Generated histories: every line comes once and in order, whatever happens."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import FakeEngine
from tests.logs.examples import lines_of
from tests.logs.patching import small_scale
from tests.logs.told import Told, play
from tests.stored import STDERR, STDOUT


def _step(draw, engine, container, counter):
    kinds = ["say", "say", "say", "burst", "part", "break", "cut", "hang", "back"]
    kind = draw(st.sampled_from(kinds + ["rotate"] * 2 * container.details.rotates))
    stream = draw(st.sampled_from([STDOUT, STDERR]))
    if kind == "say":
        return lambda: container.say(f"{next(counter)}", stream=stream)
    if kind == "burst":
        size = draw(st.integers(2, 30))
        return lambda: container.say(*(f"{next(counter)}" for _ in range(size)), stream=stream)
    if kind == "part":
        size = draw(st.integers(1, 20))
        return lambda: container.write("p" * size, stream)
    if kind == "cut":
        size = draw(st.integers(0, 200))
        return lambda: engine.breaks.append(size)
    if kind == "rotate":
        again, lost = draw(st.integers(0, 30)), draw(st.integers(0, 30))
        return lambda: container.rotate(again=again, lost=lost)
    return {"break": lambda: _break(engine), "hang": lambda: _hang(engine), "back": lambda: _back(engine)}[kind]


def _break(engine):
    engine.generation += 1


def _hang(engine):
    engine.hang()
    engine.world.script.appendleft(engine.come_back)


def _back(engine):
    engine.clock -= 777_777_333


@settings(max_examples=300, deadline=None)
@given(st.data(), st.integers(0, 40), st.sampled_from([7, 64, 10_000]), st.booleans())
def test_every_line_comes_once_and_in_order_whatever_happens(data, before, piece, is_started):
    engine = FakeEngine(part_bytes=4)
    engine.lateness = data.draw(st.sampled_from([0, 15_000_000]))
    counter = iter(range(10**6))
    with small_scale(engine.world):
        container = engine.make(rotates=data.draw(st.booleans())).start()
        engine.piece_sizes = iter(lambda: piece, None)
        container.say(*(f"{next(counter)}" for _ in range(before)))
        told = Told(container)
        if is_started:
            told.follower.start()
        script = [_step(data.draw, engine, container, counter) for _ in range(data.draw(st.integers(0, 20)))]
        play(engine, told, *script)
        container.exit()
        told.follower.catch_up()
        told.follower.close()
    written = lines_of(container.entries)
    assert "rotated" not in told.marks
    if not is_started:
        assert len(told.texts) == len(written)
    shown = told.texts
    assert sorted(shown) == sorted(text.decode() for _, text in written[len(written) - len(shown) :])
    assert engine.open_streams == 0
