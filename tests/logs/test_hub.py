"""Who watches what: one poller for all, begun by the first and ended after the last, and every viewer told all."""

import re

import pytest

from paas.errors import Invalid, NotFound
from paas.logs import hub
from paas.logs.filters import LineFilter
from tests.logs.viewing import Outlet, numbers


def test_a_viewer_is_given_the_end_of_the_log_and_what_comes(engine, container, view):
    container.say(*range(10))
    viewer = view(tail=3)
    container.say(10, 11)
    engine.world.turn()
    assert viewer.texts == numbers(7, 12)
    assert viewer.statuses == ["live"]
    assert viewer.skipped == 0


@pytest.mark.parametrize("tail", [-1, 1_001, 10**9])
def test_an_impossible_tail_is_refused(container, a_hub, tail):
    with pytest.raises(Invalid, match="tail must be"):
        a_hub.watch("web", Outlet(), tail=tail)


def test_a_position_that_is_none_is_refused(container, a_hub):
    with pytest.raises(Invalid, match="position"):
        a_hub.watch("web", Outlet(), position="yesterday")


def test_what_does_not_exist_is_not_found(engine, a_hub):
    with pytest.raises(NotFound):
        a_hub.watch("nobody", Outlet())
    assert engine.world.running == 0


def test_many_viewers_cost_the_engine_no_more_than_one(engine, container, view):
    container.say(*range(10))
    view()
    engine.world.turn()
    reads = len(engine.reads)
    viewers = [view(tail=5) for _ in range(50)]
    container.say(10)
    engine.world.turn()
    assert len(engine.reads) == reads
    assert engine.world.running == 1
    assert all(viewer.texts == numbers(5, 11) for viewer in viewers)


def test_the_last_viewer_stops_the_poller_after_a_while(engine, container, view):
    first, second = view(), view()
    first.watch.end()
    engine.world.ring_timers()
    engine.world.turn()
    assert engine.world.running == 1
    second.watch.end()
    engine.world.turn()
    assert engine.world.running == 1
    assert engine.world.timers[-1].seconds == hub.LINGER_SECONDS
    engine.world.ring_timers()
    engine.world.turn()
    assert engine.world.running == 0
    assert engine.open_streams == 0


def test_a_page_that_is_loaded_anew_finds_its_poller_running(engine, container, view):
    container.say(*range(10))
    view().watch.end()
    again = view(tail=2)
    engine.world.ring_timers()
    container.say(10)
    engine.world.turn()
    assert again.texts == numbers(8, 11)
    assert engine.world.running == 1


def test_a_viewer_that_comes_as_the_poller_is_let_go_is_served(engine, container, a_hub, view):
    view().watch.end()
    late = Outlet()
    watch = a_hub.watch("web", late)
    engine.world.ring_timers()
    watch.begin()
    container.say("a")
    engine.world.turn()
    assert late.texts == ["a"]


def test_a_viewer_that_leaves_gets_nothing_more(engine, container, view):
    viewer, other = view(), view()
    viewer.watch.end()
    viewer.watch.end()
    container.say("a")
    engine.world.turn()
    assert (viewer.texts, other.texts) == ([], ["a"])


def test_a_viewer_that_left_before_it_began_gets_nothing(engine, container, a_hub):
    container.say("a")
    outlet = Outlet()
    watch = a_hub.watch("web", outlet)
    watch.end()
    watch.begin()
    engine.world.turn()
    assert (outlet.texts, outlet.statuses) == ([], [])


@pytest.mark.parametrize(
    ("only", "chosen"),
    [
        (LineFilter(contains="7"), lambda text: "7" in text),
        (LineFilter(regex="^[0-9]*[05]$"), lambda text: re.search("^[0-9]*[05]$", text)),
        (LineFilter(stream="stderr"), lambda text: text.startswith("err")),
        (LineFilter(stream="stdout", contains="1"), lambda text: "1" in text and not text.startswith("err")),
    ],
)
def test_a_filtered_viewer_gets_what_matches_of_the_past_the_present_and_its_absence(
    engine, container, view, only, chosen
):
    def write(start, end):
        for number in range(start, end):
            container.say(number)
            container.say(f"err{number}", stream=2)

    write(0, 100)
    all_lines = [text for number in range(1_000) for text in (f"{number}", f"err{number}")]
    first = view(only=only, tail=1_000)
    write(100, 150)
    engine.world.turn()
    expected = [text for text in all_lines[:300] if chosen(text)]
    assert first.texts == expected
    first.watch.end()
    write(150, 1_000)
    engine.world.turn()
    again = view(only=only, position=first.positions[-1])
    missed = [text for text in all_lines[300:] if chosen(text)]
    assert again.texts == missed[-1_000:]
    assert again.skipped == max(0, len(missed) - 1_000)


def test_filtered_viewers_share_a_channel_that_goes_with_the_last(engine, container, view):
    viewers = [view(only=LineFilter(contains="a")) for _ in range(3)]
    feed = viewers[0].watch.feed
    assert len(feed.channels) == 2
    for viewer in viewers:
        viewer.watch.end()
    assert len(feed.channels) == 1


def test_a_lost_engine_is_shown_and_what_was_missed_comes_when_it_is_back(engine, container, view):
    container.say("a")
    viewer = view()
    engine.world.turn()
    engine.go_away()
    engine.world.turn()
    container.say("b")
    newcomer = view()
    engine.come_back()
    engine.world.turn()
    assert viewer.texts == newcomer.texts == ["a", "b"]
    assert viewer.statuses == ["live", "lost", "live"]
    assert viewer.kinds == newcomer.kinds == ["engine_lost", "engine_back"]


def test_a_slow_viewer_is_told_how_much_it_was_not_given_and_others_lose_nothing(engine, container, view):
    slow, quick = view(), view()
    watch, slow.watch = slow.watch, None
    for start in range(0, 10_000, 100):
        container.say(*range(start, start + 100))
        engine.world.turn(2)
    engine.world.turn()
    assert quick.texts == numbers(0, 10_000)
    while len(slow.texts) + slow.skipped < 10_000:
        before = len(slow.texts)
        watch.taken(slow.positions[-1])
        assert len(slow.texts) > before
    assert slow.skipped > 0
    first = slow.texts.index(next(text for index, text in enumerate(slow.texts) if text != str(index)))
    assert slow.texts == numbers(0, first) + numbers(first + slow.skipped, 10_000)


def test_a_viewer_by_id_and_one_by_name_share_a_poller(engine, container, view):
    view("web")
    view(container.id)
    engine.world.turn()
    assert engine.world.running == 1
