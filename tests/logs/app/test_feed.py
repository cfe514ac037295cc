"""The log of an app: all its containers in one, from one deployment to the next, and every line once."""

from dataclasses import replace

import pytest

from paas.apps.app import App, Kind
from paas.errors import Invalid
from paas.logs.filters import LineFilter
from paas.logs.hub import Hub
from tests.logs.shop import SHOP, labels_of, make
from tests.logs.viewing import Outlet, numbers
from tests.stored import EPOCH, SECOND


@pytest.fixture
def view(a_hub):
    def view(app=SHOP, **options):
        outlet = Outlet()
        outlet.watch = a_hub.watch_app(app, outlet, **options)
        outlet.watch.begin()
        return outlet

    return view


@pytest.fixture
def look(view):
    """A viewer who has seen the markers of what was before."""

    def look(**options):
        viewer = view(**options)
        viewer.markers.clear()
        return viewer

    return look


def test_the_newest_lines_of_all_containers_come_in_the_order_of_their_times(engine, web, worker, view):
    for number in range(0, 20, 2):
        web.say(number)
        worker.say(number + 1)
    viewer = view(tail=7)
    assert viewer.texts == numbers(13, 20)
    assert viewer.processes[-2:] == ["web.1", "worker.1"]
    assert viewer.statuses == ["live"]


def test_what_is_written_comes_once_and_in_its_container_s_order(engine, web, worker, view, go):
    viewer = view()
    for number in range(0, 200, 2):
        worker.say(number)
        web.say(number + 1)
        if number % 10 == 0:
            go()
    go()
    by_process = {name: [] for name in viewer.processes}
    for name, text in zip(viewer.processes, viewer.texts, strict=True):
        by_process[name].append(text)
    assert by_process == {"worker.1": numbers(0, 200)[::2], "web.1": numbers(0, 200)[1::2]}


def test_a_container_of_the_next_deployment_joins_from_its_first_line(engine, web, look, go):
    viewer = look()
    new = make(engine, "web.1", deployment=2)

    def take_over():
        web.rename("shop.web.1.d1")
        new.rename("shop.web.1")
        web.exit(143)

    go(
        lambda: web.say("old"),
        lambda: new.start().say("new is up"),
        take_over,
        lambda: new.say("serving"),
    )
    assert viewer.texts == ["old", "new is up", "serving"]
    assert viewer.markers == [
        ("started", "web.1 started"),
        ("exited", "web.1 exited with code 143"),
    ]
    assert viewer.statuses == ["live"]
    assert set(viewer.processes) == {"web.1"}


def test_a_container_that_was_quick_is_told_from_start_to_end(engine, web, look, go):
    viewer = look()

    def run():
        release = make(engine, "release.1", deployment=2).start()
        release.say("migrated")
        release.exit(0)

    go(run, lambda: web.say("on"))
    assert viewer.texts == ["migrated", "on"]
    assert viewer.kinds == ["started", "exited"]


def test_a_restart_too_quick_to_be_seen_is_told(engine, web, worker, look, go):
    viewer = look()
    go(lambda: web.say("a"), lambda: (web.exit(1), web.start(), web.say("b")))
    assert viewer.texts == ["a", "b"]
    assert viewer.markers == [("started", "web.1 restarted")]


def test_out_of_memory_is_told(engine, web, look, go):
    viewer = look()

    def die():
        web.exit(137)
        web.details = replace(web.details, out_of_memory=True)

    go(die)
    assert viewer.markers == [("exited", "web.1 exited with code 137 (out of memory)")]
    assert viewer.statuses == ["live", "ended"]


def test_old_containers_are_shown_with_how_they_ended(engine, view):
    old = make(engine, "web.1").start()
    old.say("a", "b")
    old.exit(3)
    new = make(engine, "web.1", deployment=2).start()
    new.say("c")
    viewer = view()
    assert viewer.texts == ["a", "b", "c"]
    assert viewer.markers == [
        ("started", "web.1 started"),
        ("exited", "web.1 exited with code 3"),
        ("started", "web.1 started"),
    ]


def test_an_app_without_containers_says_so_and_goes_on_when_it_has_one(engine, view, go):
    viewer = view()
    assert viewer.statuses == ["ended"]
    web = make(engine, "web.1")
    go(web.start, lambda: web.say("first"))
    assert viewer.texts == ["first"]
    assert viewer.statuses == ["ended", "live"]


def test_containers_of_others_are_not_shown(engine, web, view, go):
    engine.make("by hand").start().say("not mine")
    other = App("other", Kind.IMAGE, id=8)
    engine.make("other.web.1", labels=labels_of("web.1", app=other)).start().say("not mine")
    engine.make("twin.web.1", labels=labels_of("web.1", instance="another")).start().say("of another dashboard")
    web.say("mine")
    assert view().texts == ["mine"]


def test_an_adopted_container_is_followed_by_its_name(engine, view, go):
    app = App("shop", Kind.ADOPTED, id=9, adopted="database")
    old = engine.make("database").start()
    old.say("a")
    viewer = view(app)

    def make_again():
        old.exit()
        engine.remove(old)
        engine.make("database").start().say("b")

    go(make_again)
    assert viewer.texts == ["a", "b"]
    assert viewer.processes == ["database", "database"]
    assert viewer.kinds == ["started", "exited", "started"] or "removed" in viewer.kinds


def test_a_removed_container_that_had_ended_goes_without_a_word_and_no_other(engine, web, worker, look, go):
    viewer = look()
    go(worker.exit, lambda: engine.remove(worker), lambda: engine.remove(web))
    assert viewer.kinds == ["exited", "removed"]
    assert viewer.statuses == ["live", "ended"]
    assert engine.world.running == 1  # what waits for new ones


def test_the_first_viewer_starts_a_poller_for_each_container_and_the_last_one_stops_them(engine, web, worker, view):
    first, second = view(), view()
    engine.world.turn()
    assert engine.world.running == 3
    for viewer in (first, second):
        viewer.watch.end()
    engine.world.ring_timers()
    engine.world.turn()
    assert engine.world.running == 0
    assert engine.open_streams == 0
    assert engine.listeners == []


@pytest.mark.parametrize(
    ("process", "texts"), [("web", ["0", "1", "4", "5"]), ("web.2", ["1", "5"]), ("worker", ["2", "6"]), ("we", [])]
)
def test_a_viewer_of_some_processes_gets_their_lines_and_markers(engine, view, go, process, texts):
    made = [make(engine, name).start() for name in ("web.1", "web.2", "worker.1", "cron.1")]
    for number, container in enumerate(made):
        container.say(number)
    viewer = view(only=LineFilter(process=process))
    for number, container in enumerate(made, start=4):
        container.say(number)
    go(made[2].exit)
    assert viewer.texts == texts
    assert viewer.kinds.count("exited") == (process == "worker")


def test_a_container_that_goes_before_its_lines_are_filtered_is_left_out(engine, web, worker, view):
    web.say("of web")
    worker.say("of worker")
    view()
    engine.remove(worker)  # nobody was told yet
    viewer = view(only=LineFilter(stream="stdout"))
    assert viewer.texts == ["of web"]
    assert viewer.problems == []


@pytest.mark.parametrize("tail", [-1, 1_001])
def test_an_impossible_tail_is_refused(web, a_hub, tail):
    with pytest.raises(Invalid, match="tail must be"):
        a_hub.watch_app(SHOP, Outlet(), tail=tail)


def test_a_position_that_is_none_is_refused(web, a_hub):
    with pytest.raises(Invalid, match="position"):
        a_hub.watch_app(SHOP, Outlet(), position="yesterday")


def test_an_engine_that_is_lost_is_told_once(engine, web, worker, look, go):
    viewer = look()
    go(lambda: web.say("a"))
    engine.go_away()
    engine.world.turn()
    web.say("b")
    worker.say("c")
    engine.come_back()
    engine.world.turn()
    assert viewer.texts == ["a", "b", "c"]
    assert viewer.statuses == ["live", "lost", "live"]
    assert viewer.kinds == ["engine_lost", "engine_back"]


def test_a_deployment_is_noted_where_it_happened(engine, web, a_hub, look, go):
    viewer = look()
    go(lambda: web.say("before"))
    a_hub.note(SHOP.id, "deployment", "Deployment 16, commit abc1234, by ada", engine.clock / SECOND)
    a_hub.note(8, "deployment", "Of another app", engine.clock / SECOND)
    engine.clock += SECOND
    go(lambda: web.say("after"))
    assert viewer.texts == ["before", "after"]
    assert viewer.markers == [("deployment", "Deployment 16, commit abc1234, by ada")]


def test_what_was_noted_before_stands_among_the_first_lines(engine, web):
    asked = []

    def notes(app_id, since, until):
        asked.append((app_id, since))
        return [("deployment", "Deployment 2", EPOCH / SECOND + 1), ("deployment", "Deployment 1", 5)]

    web.say("before")
    engine.clock = EPOCH + 2 * SECOND
    web.say("after")
    outlet = Outlet()
    Hub(engine, notes=notes).watch_app(SHOP, outlet).begin()
    assert asked[0] == (SHOP.id, 0)
    assert outlet.kinds == ["deployment", "started", "deployment"]
    assert outlet.order == ["deployment", "started", "before", "deployment", "after"]


def test_notes_that_cannot_be_read_do_not_hold_up_the_log(engine, web, caplog):
    def notes(*_):
        raise OSError("the database is away")

    web.say("a")
    outlet = Outlet()
    Hub(engine, notes=notes).watch_app(SHOP, outlet).begin()
    assert outlet.texts == ["a"]
    assert "cannot be shown" in caplog.text
