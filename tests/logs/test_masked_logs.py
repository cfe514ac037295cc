"""Secrets are blanked out in every log of an app's containers, before anything else looks at the lines."""

import pytest

from paas.logs.filters import LineFilter
from paas.logs.hub import Hub
from tests.logs.shop import SHOP, make
from tests.logs.viewing import Outlet


@pytest.fixture
def web(engine):
    return make(engine, "web.1").start()


def test_secrets_are_blanked_out(engine, web):
    class Masks:
        def of_labels(self, labels):
            assert labels["quayside.app"] == "7"
            return lambda text: text.replace("hunter2", "[secret]")

    web.say("password is hunter2")
    hub = Hub(engine, masks=Masks())
    app, container, filtered = Outlet(), Outlet(), Outlet()
    hub.watch_app(SHOP, app).begin()
    hub.watch(web.id, container).begin()
    hub.watch_app(SHOP, filtered, only=LineFilter(contains="hunter2")).begin()
    assert app.texts == container.texts == ["password is [secret]"]
    assert filtered.texts == []
