"""Viewers that come back: what they missed, once, or how much of it they are not given."""

import pytest

from paas.logs.container import history
from paas.logs.hub import Hub
from tests.logs.viewing import Outlet, numbers


def test_a_viewer_that_leaves_while_the_past_is_read_for_it_gets_nothing(engine, container, a_hub, view, monkeypatch):
    container.say(*range(100))
    first = view(tail=100)
    position = first.positions[0]
    for start in range(100, 2_000, 100):
        container.say(*range(start, start + 100))
        engine.world.turn(3)
    outlet, missed = Outlet(), history.missed

    def leaving(*args, **options):
        watch.end()
        return missed(*args, **options)

    monkeypatch.setattr(history, "missed", leaving)
    watch = a_hub.watch("web", outlet, position=position)
    watch.begin()
    container.say("more")
    engine.world.turn()
    assert outlet.texts == []


def test_a_short_absence_is_made_good_from_the_ring(engine, container, view):
    container.say(*range(5))
    first = view()
    engine.world.turn()
    first.watch.end()
    container.say(*range(5, 10))
    engine.world.turn()
    reads = len(engine.reads)
    again = view(position=first.positions[-1])
    assert again.texts == numbers(5, 10)
    assert len(engine.reads) == reads


def _long_absence(engine, container, view, count):
    """A viewer that saw line 0, and then ``count`` more while it was away."""
    container.say(0)
    first = view()
    engine.world.turn()
    first.watch.end()
    for start in range(1, count + 1, 100):
        container.say(*range(start, min(start + 100, count + 1)))
        engine.world.turn(3)
    return first.positions[-1]


@pytest.mark.parametrize("count", [1_700, 2_500, 5_000])
def test_a_long_absence_is_made_good_from_the_log_with_the_exact_number_skipped(engine, container, view, count):
    position = _long_absence(engine, container, view, count)
    again = view(position=position)
    container.say("next")
    engine.world.turn()
    assert again.texts == [*numbers(count - 999, count + 1), "next"]
    assert again.skipped == count - 1_000


def test_a_line_that_comes_while_the_past_is_read_is_not_given_twice(engine, container, view, a_hub, monkeypatch):
    position = _long_absence(engine, container, view, 2_500)
    missed = history.missed

    def busy(*args, **options):
        container.say("meanwhile")
        engine.world.turn()
        return missed(*args, **options)

    monkeypatch.setattr(history, "missed", busy)
    again = view(position=position)
    assert again.texts == [*numbers(1_501, 2_501), "meanwhile"]


def test_a_line_that_comes_while_the_status_is_sent_is_not_given_twice(engine, container, view, a_hub):
    position = _long_absence(engine, container, view, 2_500)

    class Busy(Outlet):
        def status(self, status):
            container.say("meanwhile")
            engine.world.turn()

    outlet = Busy()
    a_hub.watch("web", outlet, position=position).begin()
    engine.world.turn()
    assert outlet.texts.count("meanwhile") == 1
    assert outlet.skipped + len(outlet.texts) == 2_501


def test_a_restart_of_the_dashboard_loses_nothing(engine, container, view):
    container.say(*range(10))
    first = view()
    position = first.positions[-1]
    container.say(*range(10, 200))
    outlet = Outlet()
    Hub(engine).watch("web", outlet, position=position).begin()
    engine.world.turn()
    assert outlet.texts == numbers(10, 200)
    assert outlet.skipped == 0


def test_a_viewer_of_a_container_that_was_made_again_is_told_and_given_all_of_it(engine, container, view):
    container.say(*range(5))
    first = view()
    engine.world.turn()
    first.watch.end()
    engine.world.ring_timers()
    engine.world.turn()
    engine.remove(container)
    engine.make().start().say(*range(100, 140))
    again = view(position=first.positions[-1])
    engine.world.turn()
    assert again.kinds == ["replaced"]
    assert again.texts == numbers(100, 140)


def test_a_viewer_of_a_container_that_was_made_again_and_is_silent_is_told(engine, container, view):
    container.say("a")
    first = view()
    first.watch.end()
    engine.world.ring_timers()
    engine.world.turn()
    engine.remove(container)
    again = engine.make().start()
    viewer = view(position=first.positions[-1])
    again.say("first")
    engine.world.turn()
    assert viewer.kinds == ["replaced"]
    assert viewer.texts == ["first"]


def test_a_viewer_whose_place_rotated_away_is_told(engine, container, view):
    position = _long_absence(engine, container, view, 3_000)
    container.rotate(keep=500)
    again = view(position=position)
    container.say("next")
    engine.world.turn()
    assert again.kinds == ["rotated"]
    assert again.texts == [*numbers(2_901, 3_001), "next"]
