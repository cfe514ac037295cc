import pytest

from paas.logs.hub import Hub
from tests.logs.patching import patched
from tests.logs.stage import staged
from tests.logs.viewing import Outlet


@pytest.fixture(scope="session")
def monkey():
    """``with monkey(module, NAME=value)``: for generated tests, whose every example begins anew."""
    return patched


@pytest.fixture
def engine():
    with staged() as engine:
        yield engine


@pytest.fixture
def container(engine):
    return engine.make().start()


@pytest.fixture
def go(engine):
    """``go(step, ...)`` runs each, tells of it, and lets everybody see to it."""

    def go(*steps):
        engine.world.turn()
        for step in steps:
            step()
            engine.tell()
            engine.world.turn()

    return go


@pytest.fixture
def a_hub(engine):
    return Hub(engine)


@pytest.fixture
def view(a_hub):
    """``view("web", position=...)`` -> an outlet whose watch has begun."""

    def view(name="web", **options):
        outlet = Outlet()
        outlet.watch = a_hub.watch(name, outlet, **options)
        outlet.watch.begin()
        return outlet

    return view
