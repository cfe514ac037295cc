"""Pages of an app's log: whatever the containers' clocks say, every line once, from one page to the next."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paas.broadcast import PositionGone
from paas.errors import Invalid, Unavailable
from paas.logs.app.place import Place
from paas.logs.container import pages as single_pages
from paas.logs.filters import LineFilter
from paas.logs.hub import Hub
from tests.fakes import FakeEngine
from tests.logs.patching import patched, small_scale
from tests.logs.shop import SHOP, make
from tests.stored import EPOCH, SECOND, STDERR, STDOUT

ALL = LineFilter()


@pytest.fixture
def engine():
    engine = FakeEngine()
    with small_scale(engine.world, part_bytes=16 * 1024), patched(single_pages, FIRST_ENTRIES=5, SLACK_ENTRIES=2):
        yield engine


@pytest.fixture
def log(engine):
    """``log()`` is the app's log as it is now."""

    def log(**options):
        return Hub(engine, **options).stored(SHOP)

    return log


def _texts(marked):
    return [line.text for line in marked.page.lines]


def _numbers(engine, *containers, count):
    """So many lines a second apart, by each container in turn."""
    for number in range(count):
        engine.clock += SECOND
        containers[number % len(containers)].say(number)


@pytest.mark.parametrize("tail", [0, 1, 5, 100, None])
def test_the_last_lines_of_all_containers_are_read_in_the_order_of_their_times(engine, web, worker, log, tail):
    _numbers(engine, web, worker, count=20)
    texts = [line.text for line in log().read(tail=tail, only=ALL)]
    assert texts == [str(number) for number in range(20)][20 - min(tail if tail is not None else 20, 20) :]


def test_logs_of_old_deployments_are_not_read_for_the_last_lines(engine, log):
    for deployment in range(10):
        old = make(engine, "web.1", deployment=deployment).start()
        engine.clock += 3 * SECOND
        old.say(*range(10))
        engine.clock += 3 * SECOND
        old.exit()
    engine.reads.clear()
    assert len(list(log().read(tail=15, only=ALL))) == 15
    assert len({read.container_id for read in engine.reads}) <= 3
    engine.reads.clear()
    assert len(log().before("", only=ALL, limit=15).page.lines) == 15
    looked_up = 1 + 8  # of each the last line, with what small_scale adds, and where the log begins
    assert len({read.container_id for read in engine.reads if (read.tail or 0) > looked_up}) <= 3


def test_a_window_of_time_holds_the_lines_of_all_containers(engine, web, worker, log):
    _numbers(engine, web, worker, count=20)
    since = f"{(EPOCH + 8 * SECOND) // SECOND}.000000000"
    assert next(iter(log().read(tail=None, only=ALL, since=since))).text in ("7", "8")


def test_pages_of_one_process_hold_its_lines(engine, web, worker, log):
    _numbers(engine, web, worker, count=20)
    only = LineFilter(process="worker")
    first = log().before("", only=only, limit=4)
    assert _texts(first) == ["13", "15", "17", "19"]
    assert _texts(log().before(str(first.page.before), only=only, limit=4)) == ["5", "7", "9", "11"]
    assert _texts(log().after("", only=only, limit=2)) == ["1", "3"]
    assert {line.process for line in log().read(tail=None, only=only)} == {"worker.1"}


def test_neighbours_of_a_line_are_told_by_its_time(engine, web, worker, log):
    _numbers(engine, web, worker, count=20)
    lines = list(log().read(tail=None, only=ALL))
    before, after = (getattr(log(), side)(lines[10].position, only=ALL, limit=3) for side in ("before", "after"))
    assert _texts(before) == ["7", "8", "9"]
    assert _texts(after) == ["11", "12", "13"]
    assert _texts(log().after(str(before.page.after), only=ALL, limit=1)) == ["10"]


def test_a_line_of_a_removed_container_is_gone(engine, web, worker, log):
    _numbers(engine, web, worker, count=4)
    position = next(iter(log().read(tail=None, only=ALL))).position
    engine.remove(web)
    with pytest.raises(PositionGone):
        log().before(position, only=ALL, limit=3)


def test_a_removed_container_is_told_where_it_may_have_written_more(engine, web, worker, log):
    _numbers(engine, web, worker, count=10)
    first = log().after("", only=ALL, limit=4)
    engine.remove(web)
    after = log().after(str(first.page.after), only=ALL, limit=10)
    assert _texts(after) == ["5", "7", "9"]
    assert [(at, each.kind) for at, each in after.happenings if each.kind == "removed"] == [(0, "removed")]


def test_a_container_that_had_ended_is_not_missed(engine, web, worker, log):
    _numbers(engine, web, worker, count=4)
    web.exit()
    whole = log().after("", only=ALL, limit=10)
    engine.remove(web)
    assert log().after(str(whole.page.after), only=ALL, limit=10).happenings == []


def test_a_log_that_rotated_is_told_and_read_from_what_is_left(engine, web, worker, log):
    _numbers(engine, web, worker, count=20)
    first = log().after("", only=ALL, limit=4)
    web.rotate(keep=3)
    after = log().after(str(first.page.after), only=ALL, limit=50)
    assert [each.kind for _, each in after.happenings if each.kind == "rotated"] == ["rotated"]
    assert _texts(after) == ["5", "7", "9", "11", "13", "14", "15", "16", "17", "18", "19"]


def test_a_line_that_the_engine_can_no_longer_read_is_passed_over_and_none_comes_twice(engine, web, worker, log):
    """20.10 passes over entries near one that a full disk has torn."""
    _numbers(engine, web, worker, count=20)
    (sixth,) = [line for line in log().after("", only=ALL, limit=50).page.lines if line.text == "6"]
    place = Place()
    place.stop_before(sixth.position)
    assert _texts(log().after(str(place), only=LineFilter(process="web"), limit=3)) == ["6", "8", "10"]
    web.entries[:] = [entry for entry in web.entries if entry.text != b"6"]
    assert _texts(log().after(str(place), only=LineFilter(process="web"), limit=3)) == ["8", "10", "12"]


def test_an_app_without_containers_has_an_empty_log(engine, log):
    assert list(log().read(tail=None, only=ALL)) == list(log().read(tail=10, only=ALL)) == []
    for page in (log().before("", only=ALL, limit=5), log().after("", only=ALL, limit=5)):
        assert (page.page.lines, page.page.more, page.happenings) == ([], False, [])


def test_a_log_that_the_engine_cannot_read_back_is_left_out(engine, web, log):
    engine.make("odd", driver="none", labels=web.details.labels).start()
    web.say("a")
    assert [line.text for line in log().read(tail=None, only=ALL)] == ["a"]


def test_nothing_is_read_while_the_engine_is_away(engine, web, log):
    engine.go_away()
    with pytest.raises(Unavailable):
        log()


@pytest.mark.parametrize("position", ["yesterday", "_x", "0123456789ab."])
def test_what_is_no_position_is_refused(web, log, position):
    with pytest.raises(Invalid):
        log().after(position, only=ALL, limit=5)


def test_what_happened_stands_among_the_lines_of_a_page(engine, web, log):
    notes = [("deployment", "Deployment 2, commit abc1234, by ada", EPOCH / SECOND + 5.5)]

    def told(_app_id, since, until):
        return [note for note in notes if since <= note[2] <= until]

    _numbers(engine, web, count=5)
    engine.clock += SECOND // 4
    web.exit(137)
    new = make(engine, "web.1", deployment=2).start()
    _numbers(engine, new, count=10)
    whole = log(notes=told).after("", only=ALL, limit=50)
    assert [(at, each.kind) for at, each in whole.happenings] == [
        (0, "started"),
        (5, "exited"),
        (5, "started"),
        (5, "deployment"),
    ]
    last = log(notes=told).before("", only=ALL, limit=5)
    assert last.happenings == []
    before = log(notes=told).before(str(last.page.before), only=ALL, limit=7)
    assert [(at, each.kind) for at, each in before.happenings] == [(2, "exited"), (2, "started"), (2, "deployment")]
    assert log(notes=told).before("", only=LineFilter(process="cron"), limit=5).happenings == [
        (0, whole.happenings[3][1])
    ]


@st.composite
def histories(draw):
    """What containers of an app do, one after the other: (container, stream, lines, seconds that pass)."""
    count = draw(st.integers(1, 4))
    steps = st.tuples(
        st.integers(0, count - 1),
        st.sampled_from([STDOUT, STDERR]),
        st.integers(0, 12),
        st.sampled_from([0.0, 0.001, 1.0, 5.0, -3.0]),
    )
    return count, draw(st.lists(steps, max_size=20)), draw(st.sets(st.integers(0, count - 1)))


def _play(engine, history):
    count, steps, ended = history
    containers = [make(engine, f"web.{number}").start() for number in range(count)]
    engine.lateness = 15_000_000
    numbers = iter(range(10**6))
    for which, stream, lines, seconds in steps:
        containers[which].say(*(next(numbers) for _ in range(lines)), stream=stream)
        engine.clock += int(seconds * SECOND)
    for which in ended:
        containers[which].exit()
    return next(numbers)


def _walk(page_of, place):
    """Positions of all lines from a place on, page by page."""
    found = []
    for _ in range(500):
        page = page_of(place)
        found += [line.position for line in page.lines]
        place = str(page.before if page_of.side == "before" else page.after)
        if not page.more:
            return found
    raise AssertionError("there was always more")


def _paging(log, side, only, limit):
    def page_of(place):
        return getattr(log, side)(place, only=only, limit=limit).page

    page_of.side = side
    return page_of


@settings(deadline=None)
@given(histories(), st.integers(1, 9), st.sampled_from(["", "web.1"]), st.data())
def test_pages_hold_every_line_once_in_either_direction_from_any_line(history, limit, process, data):
    engine, only = FakeEngine(), LineFilter(process=process)
    with small_scale(engine.world, part_bytes=16 * 1024), patched(single_pages, FIRST_ENTRIES=5, SLACK_ENTRIES=2):
        _play(engine, history)
        log = Hub(engine).stored(SHOP)
        everything = [line.position for line in log.read(tail=None, only=only)]
        older, newer = (_paging(log, side, only, limit) for side in ("before", "after"))
        assert sorted(_walk(older, "")) == sorted(_walk(newer, "")) == sorted(everything)
        if everything and all(seconds >= 0 for *_, seconds in history[1]):
            line = data.draw(st.sampled_from(everything))
            both = [*_walk(older, line), line, *_walk(newer, line)]
            assert sorted(both) == sorted(everything)
        place = str(data.draw(st.sampled_from(_places(older, newer))))
        assert sorted(_walk(older, place) + _walk(newer, place)) == sorted(everything)


def _places(older, newer):
    """Some that pages have led to."""
    places = []
    for page_of, at in ((older, ""), (newer, "")):
        page = page_of(at)
        again = page_of(str(page.before if page_of.side == "before" else page.after))
        places += [page.before, page.after, again.before, again.after]
    return places
