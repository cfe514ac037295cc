"""What is withdrawn closes the sockets that lived on it, raw ones and those of Socket.IO, whoever withdrew it: here it
is always another process, as these tests change the database behind the dashboard's back."""

import contextlib
import time
from dataclasses import dataclass, replace

import pytest

from paas.accounts import api_tokens, grants, sessions, tokens, users
from paas.accounts.permissions import Actor, Role
from paas.accounts.secret_key import load_secret_key
from paas.apps import catalogue
from paas.storage.tables import ApiTokenRow, AppRow, SessionRow, UserRow
from tests.end_to_end.viewers import cookies
from tests.listeners import Listener
from tests.waiting import eventually
from tests.web.sockets.client import RawSocket

NAMESPACES = ("/logs", "/deployments", "/apps", "/metrics")
ENDED = "Your session has ended. Sign in again."


@dataclass(frozen=True)
class Person:
    """Made for one test. ``token`` is an access token of their session, unless a test puts another one there."""

    actor: Actor
    token: str


@pytest.fixture
def person(served, deployed, shop):
    """``person("member", grant="view")`` -> somebody new who may see the app; gone afterwards."""
    made = []

    def person(role, *, grant="", lifetime_seconds=600):
        with deployed.database.session() as session:
            user = users.insert(session, f"eve{len(made)}", "no hash of any password", role=Role(role))
            session_id = sessions.id_of(sessions.start(session, user.id, address="", user_agent="", now=time.time()))
            if grant:
                grants.give(session, Actor(0, "", Role.OWNER), catalogue.load(session, shop), user.username, grant)
        made.append(user.id)
        token = tokens.issue(
            load_secret_key(served.folder / "data"),
            user_id=user.id,
            session_id=session_id,
            lifetime_seconds=lifetime_seconds,
        )
        return Person(Actor(user.id, user.username, user.role, session_id), token)

    yield person
    with deployed.database.session() as session:
        for user_id in made:
            remove_user(session, user_id)


def remove_user(session, user_id):
    session.query(SessionRow).filter_by(user_id=user_id).delete()
    session.query(ApiTokenRow).filter_by(user_id=user_id).delete()
    session.query(UserRow).filter_by(id=user_id).delete()


@pytest.fixture
def open_raw(connect, served, shop, deployed):
    """``open_raw(token)`` -> a socket at each endpoint, or at those that show something of the app alone."""
    deployment_id = deployed.begin(deployed.app())
    paths = (
        f"/ws/container/logs?appId={shop}",
        f"/api/v1/apps/{shop}/logs/stream",
        f"/ws/deployment/logs?deploymentId={deployment_id}",
        "/ws/metrics",
    )
    with contextlib.ExitStack() as stack:

        def open_raw(token, *, of_shop_alone=False):
            return [
                stack.enter_context(RawSocket(served.address, path, token=token))
                for path in (paths[:2] if of_shop_alone else paths)
            ]

        yield open_raw


@pytest.fixture
def listen(served):
    """``listen(token, "/logs")`` -> a Socket.IO client of theirs."""
    with contextlib.ExitStack() as stack:
        yield lambda token, namespace: stack.enter_context(Listener(served.address, namespace, token=token))


def assert_closed(sockets, code, *reasons):
    """With this code, which is the last that the server says."""
    for socket in sockets:
        socket.read_to_the_end()
    assert [socket.code for socket in sockets] == [code] * len(sockets)
    assert all(socket.reason in reasons if reasons else socket.reason for socket in sockets)


def assert_sent_away(listener, kind):
    """Told why, and then cut off."""
    eventually(lambda: ("disconnect", None) in listener.heard, 30)
    assert [name for name, _ in listener.heard if name in ("problem", "disconnect")] == ["problem", "disconnect"]
    assert listener.all("problem")[0]["error"]["kind"] == kind


def end_session(session, person):
    sessions.end(session, person.actor.session_id)


def leave_unused_for_a_week(session, person):
    session.get(SessionRow, person.actor.session_id).last_seen_at -= sessions.IDLE_SECONDS + 1


def reach_the_end_of_thirty_days(session, person):
    session.get(SessionRow, person.actor.session_id).expires_at = time.time()


def remove(session, person):
    remove_user(session, person.actor.user_id)


def withdraw_token(session, person):
    api_tokens.withdraw(session, person.actor, api_tokens.of_user(session, person.actor)[0].id)


def reach_the_end_of_the_token(session, person):
    session.query(ApiTokenRow).filter_by(user_id=person.actor.user_id).one().expires_at = time.time()


@pytest.mark.parametrize(
    ("withdraw", "has_api_token"),
    [(end_session, False), (leave_unused_for_a_week, False), (reach_the_end_of_thirty_days, False), (remove, False),
     (remove, True), (withdraw_token, True), (reach_the_end_of_the_token, True)],
)  # fmt: skip
def test_credential_that_is_withdrawn_closes_with_4001(
    deployed, person, open_raw, listen, api, withdraw, has_api_token
):
    eve = person("admin")
    if has_api_token:
        with deployed.database.session() as session:
            eve = replace(eve, token=api_tokens.create(session, eve.actor, "a script", "read", 1)[1])
    sockets, listeners = open_raw(eve.token), [listen(eve.token, namespace) for namespace in NAMESPACES]
    [other] = open_raw(api.headers["Authorization"].removeprefix("Bearer "))[:1]
    sockets[0].wait_for("status")
    with deployed.database.session() as session:
        withdraw(session, eve)
    assert_closed(sockets, 4001, ENDED)
    for listener in listeners:
        assert_sent_away(listener, "not_signed_in")
    other.wait_for("status")
    assert other.code is None


def test_access_token_that_expires_closes_with_4001_though_its_session_lives(person, open_raw, listen, deployed):
    eve = person("admin", lifetime_seconds=6)
    sockets, listeners = open_raw(eve.token), [listen(eve.token, namespace) for namespace in NAMESPACES]
    assert_closed(sockets, 4001, ENDED)
    for listener in listeners:
        assert_sent_away(listener, "not_signed_in")
    with deployed.database.session() as session:
        assert sessions.find(session, eve.actor.session_id, now=time.time()) is not None


def test_signing_out_closes_at_once_what_the_cookie_and_the_pages_token_opened(served, shop):
    path = f"/ws/container/logs?appId={shop}"
    with served.http() as session:
        form = session.get("/account").text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
        headers = {"X-CSRFToken": form}
        token = session.post("/api/v1/session/token", headers=headers).json()["access_token"]
        with (
            RawSocket(served.address, path, cookie=cookies(session), origin=served.address) as by_cookie,
            RawSocket(served.address, path, token=token) as by_token,
            served.socket("/logs", session=session) as listener,
            Listener(served.address, "/apps", token=token) as other,
        ):
            assert session.post("/logout", data={"csrf_token": form}).ok
            assert_closed([by_cookie, by_token], 4001, ENDED)
            assert_sent_away(listener, "not_signed_in")
            assert_sent_away(other, "not_signed_in")


def take_grant(session, person, app):
    grants.withdraw(session, Actor(0, "", Role.OWNER), app, person.actor.username)


def take_role(session, person, app):
    session.get(UserRow, person.actor.user_id).role = Role.MEMBER.value


@pytest.mark.parametrize(("role", "grant", "withdraw"), [("member", "view", take_grant), ("admin", "", take_role)])
def test_right_that_is_withdrawn_closes_with_4003_and_ends_the_watches_of_socketio(
    deployed, shop, person, open_raw, listen, role, grant, withdraw
):
    eve = person(role, grant=grant)
    sockets = open_raw(eve.token, of_shop_alone=True)
    logs, deployments, apps = (listen(eve.token, namespace) for namespace in NAMESPACES[:3])
    watches = [listener.ask("watch", {"app": shop})["watch"] for listener in (logs, deployments)]
    sockets[0].wait_for("status")
    with deployed.database.session() as session:
        withdraw(session, eve, catalogue.load(session, shop))
    assert_closed(sockets, 4003, "Permission denied")
    for listener, watch in zip((logs, deployments), watches, strict=True):
        assert listener.wait_for("problem", 30, watch=watch)["error"]["kind"] == "forbidden"
    assert logs.wait_for("end", 30, watch=watches[0])["message"].startswith("You may not see this log")
    # They are signed in as before: what they may still see they may still watch.
    for listener in (logs, deployments):
        assert listener.ask("watch", {"app": shop})["error"]["kind"] == "not_found"
    assert apps.ask("watch")["ok"] is True


def test_role_that_was_taken_closes_the_doors_that_need_it(deployed, served, person, listen):
    eve = person("admin")
    containers = listen(eve.token, "/containers")
    with RawSocket(served.address, "/ws/metrics", token=eve.token) as metrics:
        with deployed.database.session() as session:
            take_role(session, eve, None)
        assert_sent_away(containers, "forbidden")
        assert_closed([metrics], 4003, "Permission denied")


def test_app_that_is_deleted_ends_what_is_shown_of_it(deployed, connect):
    app = deployed.app()
    stream = connect(f"/api/v1/apps/{app.id}/logs/stream")
    with deployed.database.session() as session:
        session.delete(session.get(AppRow, app.id))
    stream.read_to_the_end()
    assert (stream.code, stream.reason) == (1000, "Container not found")
