"""Where notices go, and who may say so."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from paas.accounts import membership
from paas.accounts.permissions import SCOPES, Actor, Role, Scope
from paas.alerts import destinations
from paas.alerts.destinations import MOST_OF_ONE, Wanted
from paas.errors import Conflict, Forbidden, Invalid, NotFound

URL = "slack://TokenAAAA/TokenBBBB/TokenCCCC"


def seen(database, actor):
    with database.session() as session:
        return [each.name for each in destinations.visible(session, actor)]


def test_destination_is_kept_and_its_address_nowhere_in_the_clear(database, vault, post, people):
    made = destinations.create(post, people["bob"], Wanted(" Ops ", URL))
    assert (made.name, made.service, made.owner, made.app_id, made.rule_ids) == ("Ops", "Slack", "bob", None, ())
    with database.session() as session:
        assert destinations.find(session, people["bob"], made.id) == made
        row = session.execute(text("SELECT * FROM destinations")).mappings().one()
    assert "TokenBBBB" not in str(dict(row)) + repr(made) + repr(Wanted("x", URL))
    assert vault.open(row["sealed_url"]) == URL


def test_members_see_their_own_and_admins_all(database, post, people):
    for name in ("bob", "eve", "ada"):
        destinations.create(post, people[name], Wanted(f"of {name}", URL))
    assert seen(database, people["bob"]) == ["of bob"]
    assert seen(database, people["ada"]) == ["of ada", "of bob", "of eve"]


def test_destination_of_somebody_else_is_not_there(database, post, people):
    made = destinations.create(post, people["bob"], Wanted("Ops", URL))
    for use in (
        lambda session: destinations.find(session, people["eve"], made.id),
        lambda session: destinations.remove(session, people["eve"], made.id),
        lambda session: destinations.find(session, people["bob"], made.id + 1),
        lambda session: destinations.find(session, people["bob"], 1 << 40),
    ):
        with database.session() as session, pytest.raises(NotFound):
            use(session)
    with pytest.raises(NotFound):
        destinations.change(post, people["eve"], made.id, name="Mine")


def test_token_that_only_reads_makes_none(post, people):
    reader = replace(people["ada"], scope=SCOPES[Scope.READ])
    with pytest.raises(Forbidden):
        destinations.create(post, reader, Wanted("Ops", URL))


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted("", URL), "name"),
        (Wanted("x" * 65, URL), "name"),
        (Wanted("a\nb", URL), "name"),
        (Wanted("Ops", "https://example.org"), "url"),
        (Wanted("Ops", "dbus://x"), "url"),
        (Wanted("Ops", "slack://wrong"), "url"),
        (Wanted("Ops", URL, app_id=99), "app"),
        (Wanted("Ops", URL, rule_ids=(0,)), "rules"),
    ],
)
def test_what_cannot_be_names_its_field(post, sender, people, wanted, field):
    sender.wrong["slack://wrong"] = "The address is not complete."
    with pytest.raises(Invalid) as refused:
        destinations.create(post, people["bob"], wanted)
    assert refused.value.field == field
    assert "TokenBBBB" not in refused.value.message


def test_member_names_no_app_that_is_not_theirs(post, people, shop):
    assert destinations.create(post, people["bob"], Wanted("Ops", URL, app_id=shop.id)).app_name == "shop"
    with pytest.raises(Invalid, match="There is no app"):
        destinations.create(post, people["mallory"], Wanted("Ops", URL, app_id=shop.id))


def test_changes_are_kept_and_a_new_address_is_asked(database, vault, post, sender, people):
    made = destinations.create(post, people["bob"], Wanted("Ops", URL))
    changed = destinations.change(post, people["bob"], made.id, name="Chat", is_on=False, rule_ids=(3, 2, 3))
    assert (changed.name, changed.is_on, changed.rule_ids) == ("Chat", False, (2, 3))
    assert destinations.change(post, people["ada"], made.id, url="discord://id/token").service == "Discord"
    sender.wrong["ntfy://10.0.0.1/x"] = "10.0.0.1 is inside a private network."
    with pytest.raises(Invalid, match="private network"):
        destinations.change(post, people["bob"], made.id, url="ntfy://10.0.0.1/x")
    with pytest.raises(Invalid, match="cannot be changed"):
        destinations.change(post, people["bob"], made.id, owner_id=1)
    with database.session() as session:
        sealed = session.scalar(text("SELECT sealed_url FROM destinations"))
    assert vault.open(sealed) == "discord://id/token"


def test_destination_of_who_was_removed_is_theirs_who_changes_it(database, post, people):
    made = destinations.create(post, people["bob"], Wanted("Ops", URL))
    with database.session() as session:
        membership.remove(session, Actor(99, "root", Role.OWNER), "bob", name="bob")
    with database.session() as session:
        assert destinations.find(session, people["ada"], made.id).owner == ""
    assert destinations.change(post, people["ada"], made.id, name="Ops").owner == "ada"


def test_there_are_so_many_at_most(post, people):
    for number in range(MOST_OF_ONE):
        destinations.create(post, people["bob"], Wanted(f"Ops {number}", URL))
    with pytest.raises(Conflict, match="at most"):
        destinations.create(post, people["bob"], Wanted("One more", URL))
    destinations.create(post, people["eve"], Wanted("Of eve", URL))


@pytest.mark.parametrize(("role", "may"), [(Role.OWNER, True), (Role.ADMIN, True), (Role.MEMBER, False)])
def test_private_addresses_are_for_who_may_use_the_machine(role, may):
    assert destinations.may_be_private(Actor(1, "x", role)) is may
