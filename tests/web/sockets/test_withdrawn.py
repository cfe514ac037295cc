"""What is withdrawn closes the raw sockets that lived on it, and those of Socket.IO, whoever withdrew it."""

import jwt
import pytest
import requests

from paas.accounts import api_tokens, grants, sessions, tokens
from paas.accounts.secret_key import load_secret_key
from paas.apps import catalogue
from paas.storage.tables import AppRow, SessionRow, UserRow
from tests.end_to_end.viewers import cookies
from tests.waiting import eventually
from tests.web.sockets.client import RawSocket
from tests.web.sockets.conftest import PASSWORD


@pytest.fixture
def eve(served, deployed):
    """An admin, by a token; gone afterwards."""
    served.add_user("eve", PASSWORD, role="admin")
    with served.api("eve") as eve:
        yield eve
    with deployed.database.session() as session:
        user = session.query(UserRow).filter_by(username="eve").one_or_none()
        if user is not None:
            delete(session, user)


def delete(session, user):
    session.query(SessionRow).filter_by(user_id=user.id).delete()
    session.delete(user)


@pytest.fixture
def open_all(connect, shop, deployed):
    """``open_all(who)`` -> a socket of theirs at each endpoint."""
    deployment_id = deployed.begin(deployed.app())
    paths = (
        f"/ws/container/logs?appId={shop}",
        f"/ws/deployment/logs?deploymentId={deployment_id}",
        f"/api/v1/apps/{shop}/logs/stream",
    )

    def open_all(who):
        return [connect(path, who) for path in paths]

    return open_all


def assert_closed(sockets, code):
    for socket in sockets:
        socket.read_to_the_end()
    assert [socket.code for socket in sockets] == [code] * len(sockets)
    assert all(socket.reason for socket in sockets)


def test_session_that_ends_elsewhere_closes_with_4001(deployed, eve, api, open_all):
    withdrawn, stays = open_all(eve), open_all(api)
    claims = jwt.decode(eve.headers["Authorization"].removeprefix("Bearer "), options={"verify_signature": False})
    with deployed.database.session() as session:
        sessions.end(session, claims["sid"])
    assert_closed(withdrawn, 4001)
    stays[0].wait_for("status")
    assert [socket.code for socket in stays] == [None] * 3


def test_deleted_user_closes_with_4001_and_a_demoted_one_with_4003(deployed, eve, open_all):
    demoted = open_all(eve)
    with deployed.database.session() as session:
        session.query(UserRow).filter_by(username="eve").one().role = "member"
    assert_closed(demoted, 4003)
    with deployed.database.session() as session:
        session.query(UserRow).filter_by(username="eve").one().role = "admin"
    deleted = open_all(eve)
    with deployed.database.session() as session:
        delete(session, session.query(UserRow).filter_by(username="eve").one())
    assert_closed(deleted, 4001)


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
        ):
            assert session.post("/logout", data={"csrf_token": form}).ok
            assert_closed([by_cookie, by_token], 4001)
            eventually(lambda: ("disconnect", None) in listener.heard)


def test_token_that_expires_closes_with_4001(served, api, connect, shop):
    claims = jwt.decode(api.headers["Authorization"].removeprefix("Bearer "), options={"verify_signature": False})
    secret = load_secret_key(served.folder / "data")
    token = tokens.issue(secret, user_id=int(claims["sub"]), session_id=claims["sid"], lifetime_seconds=4)
    with RawSocket(served.address, f"/ws/container/logs?appId={shop}", token=token) as client:
        client.wait_for("status")
        client.read_to_the_end()
        assert client.code == 4001


def test_api_token_opens_and_closes_with_4001_when_it_is_withdrawn(deployed, served, open_all):
    ada = deployed.actor("ada")
    with deployed.database.session() as session:
        token, text = api_tokens.create(session, ada, "a script", "read", 1)
    with requests.Session() as script:
        script.headers["Authorization"] = f"Bearer {text}"
        sockets = open_all(script)
        sockets[0].wait_for("status")
        assert sockets[1].read(1.5)
        assert [socket.code for socket in sockets] == [None] * 3
        with deployed.database.session() as session:
            api_tokens.withdraw(session, ada, token.id)
        assert_closed(sockets, 4001)


def test_grant_that_is_withdrawn_closes_with_4003_and_takes_the_watch_of_socketio(served, deployed, shop, connect):
    ada = deployed.actor("ada")
    with deployed.database.session() as session:
        app = catalogue.load(session, shop)
        grants.give(session, ada, app, "mia", "view")
    with served.api("mia") as mia, served.http("mia") as session, served.socket("/logs", session=session) as listener:
        sockets = [connect(f"/ws/container/logs?appId={shop}", mia), connect(f"/api/v1/apps/{shop}/logs/stream", mia)]
        sockets[0].wait_for("status")
        assert listener.ask("watch", {"app": shop})["ok"] is True
        with deployed.database.session() as change:
            grants.withdraw(change, ada, app, "mia")
        assert_closed(sockets, 4003)
        assert listener.wait_for("end", watch="1")["message"].startswith("You may not see this log")


def test_app_that_is_deleted_ends_what_is_shown_of_it(deployed, connect):
    app = deployed.app()
    stream = connect(f"/api/v1/apps/{app.id}/logs/stream")
    with deployed.database.session() as session:
        session.delete(session.get(AppRow, app.id))
    stream.read_to_the_end()
    assert (stream.code, stream.reason) == (1000, "Container not found")
