"""Apps as rows: who may create, see, change and delete them, and when a change asks for a deployment."""

import pytest
from sqlalchemy import select

from paas.apps import catalogue, environment
from paas.apps.app import App, Kind, Mount, Wanted
from paas.apps.environment import Variable
from paas.errors import Conflict, Forbidden, Invalid, NotFound
from paas.storage.tables import AppRow, DeploymentRow, VariableRow

from .conftest import REPOSITORY, wanted

HOST = Mount("host", "/srv/shop", "/data")
SOCKET = Mount("host", "/var/run/docker.sock", "/var/run/docker.sock", read_only=True)


def test_created_app_is_found_by_name_and_by_id_as_it_was_wanted(session, bob):
    mounts = (Mount("volume", "uploads", "/app/uploads"),)
    app = catalogue.create(session, bob, wanted(branch="main", scale={"web": 2}, mounts=mounts, memory_bytes=2**29))
    assert (app.kind, app.repository, app.branch, dict(app.scale)) == (Kind.GIT, REPOSITORY, "main", {"web": 2})
    assert (app.mounts, app.memory_bytes, app.created_by, app.current_id) == (mounts, 2**29, bob.user_id, None)
    assert app.created_at == app.changed_at > 1
    assert catalogue.find(session, bob, "shop") == catalogue.find(session, bob, app.id) == app
    assert catalogue.find(session, bob, str(app.id)) == catalogue.load(session, app.id) == app


def test_name_that_is_taken_is_a_conflict_even_for_who_cannot_see_the_app(session, shop, eve):
    with pytest.raises(Conflict, match="The name shop is taken"):
        catalogue.create(session, eve, wanted())


def test_port_of_the_host_leads_to_one_app(database, session, shop, eve):
    catalogue.create(session, eve, wanted("other", published_port=8080))
    with pytest.raises(Conflict, match="Port 8080") as raised:
        catalogue.create(session, eve, wanted("third", published_port=8080))
    assert "other" not in raised.value.message.replace("another", "")


def test_app_keeps_its_own_port_when_it_changes(session, bob):
    app = catalogue.create(session, bob, wanted(published_port=8080))
    assert catalogue.change(session, bob, app, branch="next").published_port == 8080


def test_adopted_apps_are_not_created(session, ada):
    with pytest.raises(Invalid, match="adopted, not created"):
        catalogue.create(session, ada, Wanted("shop", kind=Kind.ADOPTED, adopted="web"))


def test_member_sees_only_apps_of_their_own_and_an_admin_all(session, shop, ada, bob, eve):
    other = catalogue.create(session, eve, wanted("another"))
    assert catalogue.visible(session, bob) == [shop]
    assert catalogue.visible(session, eve) == [other]
    assert catalogue.visible(session, ada) == [other, shop]


@pytest.mark.parametrize("reference", ["shop", "1"])
def test_app_of_somebody_else_is_not_there(session, shop, eve, reference):
    with pytest.raises(NotFound, match=f"There is no app {reference}"):
        catalogue.find(session, eve, reference)


@pytest.mark.parametrize(
    "reference", ["", "nothing", "0", "99", "9" * 40, "²", "a b", "\0", "\ud800", "x" * 10_000, -1]
)
def test_unknown_reference_is_not_found_whatever_it_is(session, shop, ada, reference):
    with pytest.raises(NotFound) as raised:
        catalogue.find(session, ada, reference)
    assert len(raised.value.message) < 120


def test_only_who_made_it_and_admins_may_change_an_app(session, shop, eve):
    with pytest.raises(Forbidden, match="change this app"):
        catalogue.change(session, eve, shop, branch="next")
    with pytest.raises(Forbidden, match="change this app"):
        catalogue.delete(session, eve, shop, name="shop")


def test_change_that_needs_a_deployment_moves_changed_at(session, shop, bob):
    changed = catalogue.change(session, bob, shop, branch="next", scale={"web": 2, "worker": 1})
    assert changed.changed_at > shop.changed_at
    assert (changed.branch, dict(changed.scale)) == ("next", {"web": 2, "worker": 1})
    assert catalogue.load(session, shop.id) == changed


def test_change_of_nothing_does_not_move_it(session, shop, bob):
    assert catalogue.change(session, bob, shop, branch="", folder="./") == shop


def test_changes_count_from_what_is_kept_not_from_what_the_caller_once_read(session, shop, bob):
    catalogue.change(session, bob, shop, branch="next")
    assert catalogue.change(session, bob, shop, port=8000).branch == "next"


@pytest.mark.parametrize("name", ["kind", "adopted", "created_by", "current_id", "id", "colour"])
def test_what_cannot_be_changed_is_named(session, shop, bob, name):
    with pytest.raises(Invalid, match=f"{name} cannot be changed"):
        catalogue.change(session, bob, shop, **{name: "x"})


@pytest.mark.parametrize("fields", [{"mounts": (HOST,)}, {"mounts": (SOCKET,)}, {"privileged": True}])
def test_reaching_beyond_the_container_is_for_admins(session, shop, ada, bob, fields):
    with pytest.raises(Forbidden, match="host paths, privileges"):
        catalogue.create(session, bob, wanted("other", **fields))
    with pytest.raises(Forbidden, match="host paths, privileges"):
        catalogue.change(session, bob, shop, **fields)
    granted = catalogue.change(session, ada, shop, **fields)
    assert catalogue.change(session, bob, shop, branch="next").mounts == granted.mounts


def test_member_may_give_up_but_not_widen_what_an_admin_granted(session, shop, ada, bob):
    catalogue.change(session, ada, shop, mounts=(SOCKET, HOST))
    with pytest.raises(Forbidden):
        catalogue.change(session, bob, shop, mounts=(Mount(**vars(SOCKET) | {"read_only": False}),))
    assert catalogue.change(session, bob, shop, mounts=(SOCKET,)).mounts == (SOCKET,)
    with pytest.raises(Forbidden):
        catalogue.change(session, bob, shop, mounts=(SOCKET, HOST))


def test_deleting_asks_for_the_name(session, shop, bob):
    with pytest.raises(Invalid, match="give its name: shop"):
        catalogue.delete(session, bob, shop, name="Shop")
    assert catalogue.visible(session, bob) == [shop]


def test_deleting_takes_environment_and_records_along(session, vault, shop, bob):
    environment.replace(session, vault, bob, shop, [Variable("A", "b")])
    session.add(DeploymentRow(app_id=shop.id, number=1, status="success", trigger="page", requested_by="bob",
                              requested_at=1.0))  # fmt: skip
    session.flush()
    catalogue.delete(session, bob, shop, name="shop")
    for table in (AppRow, VariableRow, DeploymentRow):
        assert session.scalars(select(table)).all() == []
    with pytest.raises(NotFound, match="was deleted"):
        catalogue.change(session, bob, shop, branch="x")


@pytest.mark.parametrize("status", ["pending", "building", "deploying"])
def test_app_is_not_deleted_under_a_deployment(session, shop, bob, status):
    session.add(DeploymentRow(app_id=shop.id, number=3, status=status, trigger="page", requested_by="bob",
                              requested_at=1.0))  # fmt: skip
    session.flush()
    with pytest.raises(Conflict, match=r"Deployment 3 of shop is under way\. Cancel it"):
        catalogue.check_deletion(session, bob, shop, name="shop")
    if status == "pending":  # requested while the containers were being removed: it has made nothing
        catalogue.delete(session, bob, shop, name="shop")
        assert session.scalars(select(DeploymentRow)).all() == []
    else:
        with pytest.raises(Conflict, match=r"Deployment 3 of shop is under way\. Cancel it"):
            catalogue.delete(session, bob, shop, name="shop")


def test_id_of_a_deleted_app_is_not_given_again(session, shop, bob):
    """Containers, logs and caches are known by it."""
    catalogue.delete(session, bob, shop, name="shop")
    assert catalogue.create(session, bob, wanted()).id > shop.id


def test_which_deployment_serves_is_kept_and_is_no_change(session, shop):
    catalogue.set_current(session, shop.id, 7)
    assert catalogue.load(session, shop.id) == App(**vars(shop) | {"current_id": 7})
