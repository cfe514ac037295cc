"""Lists page by page, while rows come and go between the pages."""

import random

import pytest

from paas.accounts import audit, users
from paas.accounts.audit import Event, Result
from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Kind, Wanted
from paas.deployments import requests
from paas.storage.tables import AppRow, AuditRow, DeploymentRow, UserRow

OWNER = Actor(0, "root", Role.OWNER)
NAMES = ["a", "a-1", "a1", "ab", "b", "b-b", "bb", "c", "m", "z", "z-z", "zz"]


def add_app(session, number):
    name = f"{random.choice(NAMES)}-{number}"
    return catalogue.insert(session, OWNER, Wanted(name, Kind.IMAGE, image="nginx")).name


def add_user(session, number):
    return users.insert(session, f"{random.choice('aBc')}{number}", "no hash", role=Role.MEMBER).username


def add_deployment(session, number):
    return requests.request(session, OWNER, catalogue.load(session, 1), trigger="page").number


def add_entry(session, number):
    event = Event(username="ada", action="deploy", subject=f"app {number}", door="page", address="", result=Result.DONE)
    audit.record(session, event)
    session.flush()
    return session.query(AuditRow).order_by(AuditRow.id.desc()).first().id


def remove_app(session, name):
    session.query(AppRow).filter_by(name=name).delete()


def remove_user(session, name):
    session.query(UserRow).filter_by(username=name).delete()


def remove_deployment(session, number):
    session.query(DeploymentRow).filter_by(number=number).delete()


LISTS = {
    "/api/v1/apps": ("apps", "name", add_app, remove_app),
    "/api/v1/users": ("users", "username", add_user, remove_user),
    "/api/v1/apps/1/deployments": ("deployments", "number", add_deployment, remove_deployment),
    "/api/v1/audit": ("entries", "id", add_entry, None),
}


def page(ada, address, after, limit):
    """The rows of the page, and how to ask for the next one; None after the last."""
    answer = ada("GET", f"{address}?limit={limit}{after}").json
    rows = answer[LISTS[address][0]]
    assert len(rows) <= limit
    if "more" in answer:
        return rows, f"&before={rows[-1]['number']}" if answer["more"] else None
    way = "before" if address.endswith("audit") else "after"
    return rows, f"&{way}={answer['next']}" if answer["next"] is not None else None


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("seed", range(3))
def test_each_row_that_stays_comes_once_whatever_comes_and_goes(api, shop, database, address, seed):
    random.seed(seed)
    ada, (_, key, add, remove) = api("ada"), LISTS[address]
    with database.session() as session:
        there = [add(session, number) for number in range(30)]
    stay, told, after = set(there), [], ""
    while after is not None:
        rows, after = page(ada, address, after, random.randint(1, 9))
        told += [row[key] for row in rows]
        with database.session() as session:
            for number in range(random.randint(0, 2)):
                add(session, 1_000 + 10 * len(told) + number)
            if remove is not None:
                gone = random.choice(sorted(stay))
                remove(session, gone)
                stay.discard(gone)
    assert len(told) == len(set(told))
    assert stay <= set(told)


@pytest.mark.parametrize("address", LISTS)
def test_one_page_holds_all_where_there_is_room_and_says_that_it_is_the_last(api, shop, database, address):
    ada = api("ada")
    with database.session() as session:
        added = {LISTS[address][2](session, number) for number in range(12)}
    rows, after = page(ada, address, "", 100)
    assert added <= {row[LISTS[address][1]] for row in rows}
    assert after is None
    exactly, after = page(ada, address, "", len(rows))
    # Reading the audit log adds nothing to it, so all fit.
    assert (len(exactly), after) == (len(rows), None)


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "100000", "1" * 30])
def test_number_of_rows_that_makes_no_sense_is_refused(api, shop, address, limit):
    answer = api("ada")("GET", f"{address}?limit={limit}")
    assert (answer.status_code, answer.json["error"]["kind"]) == (400, "invalid")
    assert answer.json["error"]["message"].startswith("limit must be a whole number of at most")


@pytest.mark.parametrize(
    ("address", "cursor"),
    [("/api/v1/apps", "after=" + "x" * 65), ("/api/v1/users", "after=%00"), ("/api/v1/users", "after=a%0Ab"),
     ("/api/v1/audit", "before=yesterday"), ("/api/v1/audit", "before=-1"), ("/api/v1/audit", "before=" + "9" * 20),
     ("/api/v1/apps/1/deployments", "before=x"), ("/api/v1/apps/1/deployments", "before=9999999999")],
)  # fmt: skip
def test_place_that_is_none_is_refused_by_its_name(api, shop, address, cursor):
    answer = api("ada")("GET", f"{address}?{cursor}")
    assert (answer.status_code, answer.json["error"]["kind"]) == (400, "invalid")
    assert answer.json["error"]["message"].startswith(f"{cursor.partition('=')[0]} must be")


def test_before_the_first_there_is_nothing(api, shop):
    assert api("ada")("GET", "/api/v1/audit?before=0").json == {"entries": [], "next": None}
