"""A viewer of an app's log that comes back is told what happened meanwhile, and nothing that it was told already."""

import pytest

from paas.logs.filters import LineFilter
from paas.logs.hub import Hub
from tests.logs.shop import SHOP, make
from tests.logs.viewing import Outlet

WORKERS = LineFilter(process="worker")


@pytest.fixture
def view(engine):
    """``view(position=...)`` comes to a dashboard that has just started; ``hub=`` to one that runs."""

    def view(hub=None, **options):
        outlet = Outlet()
        outlet.watch = (hub or Hub(engine)).watch_app(SHOP, outlet, **options)
        outlet.watch.begin()
        engine.world.turn()
        return outlet

    return view


def test_an_end_that_was_told_is_not_told_again(engine, worker, view, go):
    viewer = view()
    go(lambda: worker.say("last words"), lambda: worker.exit(3))
    assert viewer.order == ["started", "last words", "exited"]
    assert view(position=viewer.position).order == []


@pytest.mark.parametrize("only", [None, WORKERS])
def test_an_end_that_came_meanwhile_is_told_once(engine, web, worker, view, go, only):
    viewer = view(only=only)
    go(lambda: worker.say("a"))
    viewer.watch.end()
    go(lambda: worker.exit(3))
    back = view(position=viewer.position, only=only)
    assert back.markers == [("exited", "worker.1 exited with code 3")]
    assert view(position=back.position, only=only).markers == []


def test_a_start_is_told_though_others_have_written_since(engine, web, worker, a_hub, view, go):
    """The new container was noticed when lines younger than its start had been shown."""
    viewer = view(a_hub)
    new = make(engine, "worker.2").start()
    engine.world.turn()
    web.say("younger than the start")
    engine.world.turn()
    assert viewer.texts == ["younger than the start"]
    assert viewer.kinds == ["started", "started"]
    viewer.watch.end()
    back = view(position=viewer.position)
    assert back.markers == [("started", "worker.2 started")]
    assert view(position=back.position).markers == []
    assert new.details.is_running


def test_a_silent_run_is_told_once(engine, web, worker, view, go):
    viewer = view()
    go(lambda: worker.exit(0), worker.start, lambda: worker.exit(1))
    assert viewer.kinds == ["started", "started", "exited", "started", "exited"]
    assert view(position=viewer.position).order == []


def test_what_was_noted_is_told_once(engine, web, view):
    notes = [("deployment", "Deployment 2, by ada", 1.8e9)]

    def hub():
        return Hub(engine, notes=lambda _app, since, until: [note for note in notes if since <= note[2] <= until])

    viewer = view(hub())
    web.say("a")
    viewer.watch.end()
    back = view(hub(), position=viewer.position)
    assert view(hub(), position=back.position).markers == []


def test_a_position_of_a_line_is_told_what_happened_since_that_line(engine, web, worker, view, go):
    viewer = view()
    go(lambda: worker.say("a"), lambda: worker.exit(3), lambda: web.say("b"))
    assert view(position=viewer.positions[0]).order == ["exited", "b"]
    assert view(position=viewer.positions[1]).order == []
