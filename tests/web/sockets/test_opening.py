"""Who opens a raw socket of a real dashboard, and how the others are refused: before the upgrade, in JSON."""

import pytest

from tests.end_to_end.viewers import cookies
from tests.web.sockets.client import RawSocket, Refused


@pytest.fixture(scope="module")
def paths(shop, deployed):
    """Of every endpoint."""
    deployment_id = deployed.begin(deployed.app())
    return [
        f"/ws/container/logs?appId={shop}",
        f"/ws/deployment/logs?deploymentId={deployment_id}",
        f"/api/v1/apps/{shop}/logs/stream",
        "/ws/metrics",
    ]


@pytest.fixture(scope="module")
def cookie(served):
    with served.http() as session:
        yield cookies(session)


def refusal(served, path, **options):
    with pytest.raises(Refused) as refused, RawSocket(served.address, path, **options):
        pass
    assert set(refused.value.body) == {"error"}
    assert refused.value.body["error"]["message"]
    return refused.value.status, refused.value.body["error"]["kind"]


def test_nobody_comes_in_without_a_credential(served, paths):
    for path in paths:
        assert refusal(served, path) == (401, "not_signed_in")
        assert refusal(served, path, origin=served.address) == (401, "not_signed_in")
        assert refusal(served, path, token="forged") == (401, "not_signed_in")
        assert refusal(served, path, token="") == (401, "not_signed_in")
        assert refusal(served, path, header=["Authorization: Bearer forged"]) == (401, "not_signed_in")


def test_token_in_the_address_is_worth_nothing(served, api, paths):
    token = api.headers["Authorization"].removeprefix("Bearer ")
    for path in paths:
        for name in ("token", "access_token", "jwt", "authorization"):
            address = f"{path}{'&' if '?' in path else '?'}{name}={token}"
            assert refusal(served, address) == (401, "not_signed_in")


def test_token_comes_in_as_subprotocol_which_is_echoed(served, api, paths):
    token = api.headers["Authorization"].removeprefix("Bearer ")
    for path in paths:
        with RawSocket(served.address, path, token=token) as client:
            assert client.socket.getheaders()["sec-websocket-protocol"] == f"bearer-{token}"
        with RawSocket(served.address, path, header=[f"Authorization: Bearer {token}"]) as client:
            assert "sec-websocket-protocol" not in client.socket.getheaders()


def test_a_token_is_judged_alone_whatever_cookie_comes_beside_it(served, paths, cookie):
    for path in paths:
        options = {"cookie": cookie, "origin": served.address}
        assert refusal(served, path, token="forged", **options) == (401, "not_signed_in")
        assert refusal(served, path, header=["Authorization: Bearer forged"], **options) == (401, "not_signed_in")


def test_a_cookie_counts_from_our_own_pages_alone(served, paths, cookie):
    for path in paths:
        with RawSocket(served.address, path, cookie=cookie, origin=served.address):
            pass
        for origin in ("http://evil.example", "null", f"{served.address}0", served.address.replace("http", "ftp")):
            assert refusal(served, path, cookie=cookie, origin=origin) == (401, "not_signed_in")
        assert refusal(served, path, cookie=cookie) == (401, "not_signed_in")


def test_a_token_counts_from_any_page(served, api, paths):
    token = api.headers["Authorization"].removeprefix("Bearer ")
    for path in paths:
        with RawSocket(served.address, path, token=token, origin="http://elsewhere.example"):
            pass


def test_without_permission_it_is_403_and_what_is_not_there_404(served, mia, api, paths):
    of_mia, of_ada = (who.headers["Authorization"].removeprefix("Bearer ") for who in (mia, api))
    for path in paths:
        assert refusal(served, path, token=of_mia) == (403, "forbidden")
    with pytest.raises(Refused) as refused, RawSocket(served.address, paths[0], token=of_mia):
        pass
    assert refused.value.body == {"error": {"kind": "forbidden", "message": "Permission denied"}}
    for number in ("999", "9" * 40):
        for path in (
            "/ws/container/logs?appId={}",
            "/ws/deployment/logs?deploymentId={}",
            "/api/v1/apps/{}/logs/stream",
        ):
            if "deploymentId" not in path or len(number) < 12:
                assert refusal(served, path.format(number), token=of_ada) == (404, "not_found")
    # That an app has this name is nobody's business who may not see it.
    assert refusal(served, "/ws/container/logs?appId=of-web", token=of_mia) == (404, "not_found")
    with RawSocket(served.address, "/ws/container/logs?appId=of-web", token=of_ada):
        pass


@pytest.mark.parametrize(
    "query",
    ["", "appId=", "appId={}&tail=-1", "appId={}&tail=1001", "appId={}&tail=x", "appId={}&position=yesterday",
     "appId={}&regex=(", "appId={}&stream=stdin", "appId={}&contains=" + "x" * 1_001],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(served, api, shop, query):
    token = api.headers["Authorization"].removeprefix("Bearer ")
    assert refusal(served, f"/ws/container/logs?{query.format(shop)}", token=token) == (400, "invalid")


@pytest.mark.parametrize("query", ["", "deploymentId=x", "deploymentId=-1", "deploymentId=1&position=2.0"])
def test_deployment_that_makes_no_sense_is_refused(served, api, paths, query):
    token = api.headers["Authorization"].removeprefix("Bearer ")
    assert refusal(served, f"/ws/deployment/logs?{query}", token=token) == (400, "invalid")


def test_who_does_not_speak_websocket_is_told_so(served, api, paths):
    for path in paths:
        answer = api.get(path)
        assert (answer.status_code, answer.json()["error"]["kind"]) == (400, "invalid")
        assert "WebSocket" in answer.json()["error"]["message"]
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    for more in ({}, {"Sec-WebSocket-Version": "13"}, {"Sec-WebSocket-Version": "8", "Sec-WebSocket-Key": "x"}):
        answer = api.get(paths[0], headers=upgrade | more)
        assert (answer.status_code, answer.json()["error"]["kind"]) == (400, "invalid")


def test_compression_is_not_spoken(served, api, paths):
    token = api.headers["Authorization"].removeprefix("Bearer ")
    offer = ["Sec-WebSocket-Extensions: permessage-deflate"]
    with RawSocket(served.address, paths[0], token=token, header=offer) as client:
        assert "sec-websocket-extensions" not in client.socket.getheaders()
