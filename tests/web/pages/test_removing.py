"""Deleting an app: its name is asked for, and what is typed wrong deletes nothing."""

import pytest

from paas.apps import catalogue
from paas.apps.app import Mount
from paas.errors import NotFound


def is_there(database, app):
    with database.session() as session:
        try:
            return bool(catalogue.load(session, app.id))
        except NotFound:
            return False


def test_app_is_deleted_by_its_name(send, signed_in, make, database):
    app = make("shop")
    assert send("/apps/shop/delete", name="shop").headers["Location"] == "/apps"
    assert not is_there(database, app)
    assert "shop was deleted." in signed_in.get("/apps").text


@pytest.mark.parametrize("typed", ["", "Shop", "shopp"])
def test_another_name_deletes_nothing_and_stays_in_its_field(send, make, database, typed):
    app = make("shop")
    answer = send("/apps/shop/delete", name=typed)
    assert answer.status_code == 400
    assert "To delete this app, give its name: shop." in answer.text
    assert f'value="{typed}"' in answer.text
    assert is_there(database, app)


def test_volumes_are_asked_about_where_there_are_some(signed_in, make):
    make("shop"), make("blog", mounts=(Mount("volume", "data", "/data"),))
    assert "volumes" not in signed_in.get("/apps/shop/delete").text
    assert 'name="volumes"' in signed_in.get("/apps/blog/delete").text
