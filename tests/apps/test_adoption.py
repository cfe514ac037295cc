"""What runs already becomes an app by a row alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.apps import adoption, catalogue, rules
from paas.apps.app import Kind
from paas.engine.containers import Container
from paas.errors import Conflict, Forbidden, Invalid

WEB = Container(id="c0ffee" * 10, name="Web_1", image="nginx", state="running", status="Up")
SERVICE = replace(WEB, name="shop-db-1", project="shop", service="db")


def test_container_becomes_an_app_under_a_name_like_its_own(session, ada):
    app = adoption.adopt(session, ada, WEB)
    assert (app.name, app.kind, app.adopted) == ("web-1", Kind.ADOPTED, "Web_1")
    assert catalogue.find(session, ada, "web-1") == app
    assert adoption.belongs(app, WEB)
    assert not adoption.belongs(app, SERVICE)


def test_compose_service_is_followed_whatever_its_containers_are_called(session, ada):
    app = adoption.adopt(session, ada, SERVICE, "database")
    assert (app.name, app.adopted) == ("database", "shop/db")
    assert adoption.belongs(app, replace(SERVICE, name="shop-db-2"))


def test_a_deployed_container_passes_for_no_service_by_its_images_labels(session, ada):
    app = adoption.adopt(session, ada, SERVICE, "database")
    assert not adoption.belongs(app, replace(SERVICE, name="eves.web.1", labels={"quayside.app": "3"}))


def test_nothing_is_adopted_twice(session, ada):
    adoption.adopt(session, ada, SERVICE)
    with pytest.raises(Conflict, match="shop-db-2 is the app db already"):
        adoption.adopt(session, ada, replace(SERVICE, name="shop-db-2"), "other")


def test_what_was_deployed_here_is_an_app_already(session, ada):
    with pytest.raises(Conflict, match="belongs to an app already"):
        adoption.adopt(session, ada, replace(WEB, labels={"quayside.app": "3"}))


def test_members_adopt_nothing(session, bob):
    with pytest.raises(Forbidden, match="container that runs already"):
        adoption.adopt(session, bob, WEB)


def test_name_that_cannot_be_one_is_refused(session, ada):
    with pytest.raises(Invalid, match="The name must have"):
        adoption.adopt(session, ada, WEB, "Web 1")


def test_adopted_app_changes_its_name_alone(session, ada):
    app = adoption.adopt(session, ada, WEB)
    assert catalogue.change(session, ada, app, name="front").name == "front"
    with pytest.raises(Invalid, match="only its name"):
        catalogue.change(session, ada, app, port=80)


@given(st.text(min_size=1, max_size=100))
def test_suggested_name_is_always_one_that_may_be_given(name):
    rules.check_name(adoption.suggested_name(replace(WEB, name=name)))
