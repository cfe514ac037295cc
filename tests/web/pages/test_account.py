"""The page about oneself."""

from paas.web import identity


def test_account_names_user_and_role(signed_in):
    page = signed_in.get("/account").text
    assert "ada" in page
    assert "admin" in page


def test_account_is_for_who_is_signed_in(client, ada):
    assert client.get("/account").location == "/login?next=/account"


def test_signing_out_everywhere_ends_all_browsers_and_tokens_and_tells_sockets(app, signed_in, csrf):
    other = app.test_client()
    answer = other.post("/api/v1/login", json={"username": "ada", "password": "correct horse"})
    bearer = {"Authorization": f"Bearer {answer.json['access_token']}"}
    assert other.get("/api/v1/session", headers=bearer).status_code == 200

    told = []

    def hear(_sender, session_id):
        told.append(session_id)

    with identity.session_ended.connected_to(hear):
        answer = signed_in.post("/account/sign-out-everywhere", data={"csrf_token": csrf("/account")})
    assert answer.location == "/login"
    assert len(set(told)) == 2
    assert signed_in.get("/account").status_code == 303
    assert other.get("/api/v1/session", headers=bearer).status_code == 401
