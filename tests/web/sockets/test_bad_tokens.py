"""What opens no door, at each of them: REST, Socket.IO, and raw sockets by header and by subprotocol."""

import base64
import json
import secrets
import time

import jwt
import pytest
import requests
import socketio

from paas.accounts import api_tokens, sessions, tokens
from paas.accounts.secret_key import load_secret_key
from paas.storage.tables import ApiTokenRow
from tests.web.sockets.client import RawSocket, Refused


def rest(served, token, path="/api/v1/session"):
    """The status and the kind of the error, as at each door below; None for a door that opens."""
    answer = requests.get(served.address + path, headers=header(token), timeout=30)
    return None if answer.ok else (answer.status_code, answer.json()["error"]["kind"])


def socket_io(served, token, namespace="/logs"):
    return _socket_io(served, namespace, auth={"token": token})


def socket_io_by_header(served, token, namespace="/logs"):
    return _socket_io(served, namespace, headers=header(token))


def raw_by_header(served, token, app="1"):
    return _raw(served, app, header=[f"Authorization: Bearer {token}"])


def raw_by_subprotocol(served, token, app="1"):
    return _raw(served, app, token=token)


DOORS = (rest, socket_io, socket_io_by_header, raw_by_header, raw_by_subprotocol)


def header(token):
    return {"Authorization": f"Bearer {token}"}


def _socket_io(served, namespace, **credential):
    """Its refusals have no status of their own, but the kind of the others."""
    refusals, client = [], socketio.Client(reconnection=False)
    client.on("connect_error", refusals.append, namespace=namespace)
    try:
        client.connect(served.address, namespaces=[namespace], transports=["websocket"], wait_timeout=30, **credential)
    except socketio.exceptions.ConnectionError:
        return {"not_signed_in": 401, "forbidden": 403}[refusals[0]["data"]["kind"]], refusals[0]["data"]["kind"]
    finally:
        client.disconnect()


def _raw(served, app, **credential):
    try:
        with RawSocket(served.address, f"/ws/container/logs?appId={app}", **credential):
            return None
    except Refused as refused:
        return refused.status, refused.body["error"]["kind"]


@pytest.fixture(scope="module")
def ada(deployed, api):
    return deployed.actor("ada")


@pytest.fixture(scope="module")
def secret(served):
    return load_secret_key(served.folder / "data")


@pytest.fixture(scope="module")
def session_id(deployed, ada):
    """Of a session of ada's that lives."""
    with deployed.database.session() as session:
        token = sessions.start(session, ada.user_id, address="", user_agent="", now=time.time())
    return sessions.id_of(token)


@pytest.fixture(scope="module")
def forge(secret, ada, session_id):
    """``forge(aud=None)`` -> a token as ours are, but for this."""

    ours = tokens._key(secret)

    def forge(key=ours, algorithm="HS256", **changes):
        now = int(time.time())
        claims = {"aud": tokens.AUDIENCE, "exp": now + 600, "iat": now, "jti": "1", "sub": str(ada.user_id)}
        claims |= {"sid": session_id} | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, key, algorithm=algorithm)

    return forge


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def tampered(forge):
    """By somebody who would like to be another one."""
    head, claims, signature = forge().split(".")
    claims = json.loads(base64.urlsafe_b64decode(claims + "=="))
    return f"{head}.{part(claims | {'sub': '2'})}.{signature}"


def unsigned(forge):
    head, claims, _ = forge().split(".")
    return f"{head}.{claims}."


FORGED = {
    "algorithm none": lambda forge, secret: forge(key=None, algorithm="none"),
    "another algorithm": lambda forge, secret: forge(key=tokens._key(secret) * 2, algorithm="HS512"),
    "another key": lambda forge, secret: forge(key=secrets.token_bytes(32)),
    "the secret key itself": lambda forge, secret: forge(key=secret),
    "another audience": lambda forge, secret: forge(aud="elsewhere"),
    "no audience": lambda forge, secret: forge(aud=None),
    "expired": lambda forge, secret: forge(exp=int(time.time()) - 1),
    "no expiry": lambda forge, secret: forge(exp=None),
    "not yet": lambda forge, secret: forge(nbf=int(time.time()) + 600),
    "issued tomorrow": lambda forge, secret: forge(iat=int(time.time()) + 86_400),
    "tampered": lambda forge, secret: tampered(forge),
    "signature cut off": lambda forge, secret: unsigned(forge),
    "of somebody else": lambda forge, secret: forge(sub="2"),
    "of no session": lambda forge, secret: forge(sid=secrets.token_hex(32)),
    "no token": lambda forge, secret: "x.y.z",
    "no API token": lambda forge, secret: f"{api_tokens.PREFIX}{secrets.token_urlsafe(32)}",
}


def assert_refused_everywhere(served, token):
    assert {door.__name__: door(served, token) for door in DOORS} == {
        door.__name__: (401, "not_signed_in") for door in DOORS
    }


def test_what_is_forged_by_this_test_would_open_every_door(served, forge, shop):
    """But for what is wrong with it in the tests below."""
    assert [door(served, forge()) for door in (rest, socket_io, socket_io_by_header)] == [None] * 3
    assert [door(served, forge(), shop) for door in (raw_by_header, raw_by_subprotocol)] == [None] * 2


@pytest.mark.parametrize("wrong", FORGED)
def test_forged_token_opens_no_door(served, forge, secret, wrong):
    assert_refused_everywhere(served, FORGED[wrong](forge, secret))


def test_token_of_a_session_that_was_ended_opens_no_door_though_it_has_not_expired(served, deployed, secret, ada):
    with deployed.database.session() as session:
        session_id = sessions.id_of(sessions.start(session, ada.user_id, address="", user_agent="", now=time.time()))
    token = tokens.issue(secret, user_id=ada.user_id, session_id=session_id, lifetime_seconds=600)
    assert rest(served, token) is None
    with deployed.database.session() as session:
        sessions.end(session, session_id)
    assert_refused_everywhere(served, token)


@pytest.mark.parametrize("is_over_by", ["withdrawal", "expiry"])
def test_api_token_that_is_over_opens_no_door(served, deployed, ada, is_over_by):
    with deployed.database.session() as session:
        made, token = api_tokens.create(session, ada, "a script", "read", 1)
    assert rest(served, token) is None
    with deployed.database.session() as session:
        if is_over_by == "withdrawal":
            api_tokens.withdraw(session, ada, made.id)
        else:
            session.get(ApiTokenRow, made.id).expires_at = time.time()
    assert_refused_everywhere(served, token)


def test_good_token_without_the_right_is_403_at_every_door(served, mia, shop):
    token = mia.headers["Authorization"].removeprefix("Bearer ")
    refused = (403, "forbidden")
    assert rest(served, token, "/api/v1/users") == refused
    assert socket_io(served, token, "/containers") == refused
    assert socket_io_by_header(served, token, "/containers") == refused
    assert raw_by_header(served, token, shop) == refused
    assert raw_by_subprotocol(served, token, shop) == refused
