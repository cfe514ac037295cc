"""Oneself over REST."""

import pytest

SESSIONS = "/api/v1/account/sessions"
PASSWORD = "correct horse"


@pytest.fixture
def login(app, people):
    """Another session of bob's: ``call(method, address)``."""

    def login(password=PASSWORD):
        body = {"username": "bob", "password": password}
        answer = app.test_client().post("/api/v1/login", json=body)
        if answer.status_code != 200:
            return None
        headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
        return lambda method, address, **more: app.test_client().open(address, method=method, headers=headers, **more)

    return login


def test_sessions_are_listed_and_ended_one_by_one_and_all_others(login, api):
    first, second, third = login(), login(), login()
    found = first("GET", SESSIONS).json["sessions"]
    assert [each["current"] for each in found].count(True) == 1
    assert set(found[0]) == {
        "id", "current", "device", "user_agent", "address", "created_at", "last_used_at", "expires_at"
    }  # fmt: skip
    its = next(each["id"] for each in second("GET", SESSIONS).json["sessions"] if each["current"])
    assert api("eve")("DELETE", f"{SESSIONS}/{its}").status_code == 404
    assert first("DELETE", f"{SESSIONS}/{its}").status_code == 204
    assert second("GET", SESSIONS).status_code == 401
    assert first("DELETE", SESSIONS).json == {"ended": 1}
    assert third("GET", SESSIONS).status_code == 401
    assert first("GET", SESSIONS).status_code == 200


def test_password_is_changed_and_ends_the_others(login):
    first, second = login(), login()
    change = {"current": "correct horse", "password": "battery staple"}
    assert first("PUT", "/api/v1/account/password", json=change).status_code == 204
    assert second("GET", SESSIONS).status_code == 401
    assert login() is None
    assert login("battery staple") is not None


@pytest.mark.parametrize("document", [{}, {"current": "wrong horse", "password": "battery staple"}, {"new": "x"}])
def test_wrong_change_is_invalid(login, document):
    answer = login()("PUT", "/api/v1/account/password", json=document)
    assert (answer.status_code, answer.json["error"]["kind"]) == (400, "invalid")
