"""Signing in and out, as a browser does it."""

import time

import pytest

from paas.accounts import sessions
from paas.storage.tables import SessionRow
from paas.web.factory import create_app

NAME = "quayside_session"


def rows(database):
    with database.session() as session:
        return session.query(SessionRow).all()


def cookie(client):
    found = client.get_cookie(NAME)
    return found.value if found else None


def with_cookie(app, value):
    other = app.test_client()
    other.set_cookie(NAME, value)
    return other


@pytest.mark.parametrize("role", ["admin", "member"])
def test_right_password_leads_to_the_start_and_then_the_apps(client, add, sign_in, role):
    add("bob", role)
    answer = sign_in("bob")
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/").location == "/apps"
    assert client.get("/apps").status_code == 200


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong horse"), ("eve", "correct horse"), ("ada", "x" * 999)])
def test_wrong_password_shows_the_form_again_and_signs_nobody_in(client, ada, sign_in, database, name, password):
    answer = sign_in(name, password)
    assert answer.status_code == 401
    assert "Wrong username or password." in answer.text
    assert 'name="password"' in answer.text
    assert password not in answer.text
    assert rows(database) == []
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("field", "says"), [("username", "Enter your username."), ("password", "Enter your password.")]
)
def test_empty_field_is_named(ada, sign_in, field, says):
    answer = sign_in(**{field: ""})
    assert answer.status_code == 400
    assert says in answer.text


def test_what_was_typed_as_name_is_shown_as_text(ada, sign_in):
    assert "<script>alert" not in sign_in("<script>alert(1)</script>").text


@pytest.mark.parametrize("token", [None, "", "made up"])
@pytest.mark.parametrize("path", ["/login", "/logout", "/account/sign-out-everywhere", "/setup"])
def test_form_without_its_token_is_refused(client, ada, path, token):
    client.get("/login")
    form = {"username": "ada", "password": "correct horse"} | ({} if token is None else {"csrf_token": token})
    answer = client.post(path, data=form)
    assert answer.status_code == 400
    assert "This form has expired. Go back, reload the page and try again." in answer.text
    assert client.get("/account").status_code == 303


def test_token_of_another_browser_is_refused(app, client, ada, csrf):
    client.get("/login")
    other = app.test_client()
    other.get("/login")
    answer = other.post("/login", data={"username": "ada", "password": "correct horse", "csrf_token": csrf()})
    assert answer.status_code == 400


def test_cookie_flags(ada, sign_in):
    header = sign_in().headers["Set-Cookie"]
    assert header.startswith(f"{NAME}=")
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header
    assert "Secure" not in header
    assert "Domain" not in header


def test_cookie_is_secure_under_https(services, ada):
    services.settings = type(services.settings)(public_url="https://paas.example.org")
    client = create_app(services).test_client()
    assert "; Secure;" in client.get("/login").headers["Set-Cookie"]


def test_planted_cookie_is_not_the_one_that_gets_signed_in(app, client, ada, sign_in, csrf):
    csrf()
    planted = cookie(client)
    sign_in()
    assert cookie(client) != planted
    assert with_cookie(app, planted).get("/account").status_code == 303


def test_form_token_is_renewed_by_signing_in(client, ada, csrf):
    before = csrf()
    client.post("/login", data={"username": "ada", "password": "correct horse", "csrf_token": before})
    assert client.post("/logout", data={"csrf_token": before}).status_code == 400
    assert client.post("/logout", data={"csrf_token": csrf("/account")}).status_code == 303


def test_signing_in_again_ends_the_former_session_of_the_browser(signed_in, app, add, database, csrf):
    add("bob")
    former = cookie(signed_in)
    form = {"username": "bob", "password": "correct horse", "csrf_token": csrf("/account")}
    assert signed_in.post("/login", data=form).status_code == 303
    assert "bob" in signed_in.get("/account").text
    assert len(rows(database)) == 1
    assert with_cookie(app, former).get("/account").status_code == 303


def test_signing_out_ends_the_session_on_the_server(signed_in, app, database, csrf):
    kept = cookie(signed_in)
    answer = signed_in.post("/logout", data={"csrf_token": csrf("/account")})
    assert (answer.status_code, answer.location) == (303, "/login")
    assert rows(database) == []
    with signed_in.session_transaction() as left:
        assert set(left) == {"csrf_token"}
    assert with_cookie(app, kept).get("/account").status_code == 303


def test_signing_out_without_being_signed_in_is_no_error(client, ada, csrf):
    assert client.post("/logout", data={"csrf_token": csrf()}).status_code == 303


def test_signing_out_takes_a_form_and_not_a_link(signed_in):
    assert signed_in.get("/logout").status_code == 405
    assert signed_in.get("/account").status_code == 200


def test_signed_in_visitor_of_the_form_goes_straight_on(signed_in):
    answer = signed_in.get("/login?next=/account")
    assert (answer.status_code, answer.location) == (302, "/account")


@pytest.mark.parametrize("days", [7.1, 31])
def test_session_that_is_over_leads_to_the_form_and_back(signed_in, monkeypatch, days):
    now = time.time() + days * 24 * 3600
    monkeypatch.setattr("paas.web.identity.time.time", lambda: now)
    answer = signed_in.get("/containers?q=shop")
    assert (answer.status_code, answer.location) == (303, "/login?next=/containers?q%3Dshop")


def test_session_found_in_the_table_cannot_be_put_into_a_cookie(app, signed_in, database):
    with app.test_request_context():
        serializer = app.session_interface.get_signing_serializer(app)
    [row] = rows(database)
    forged = serializer.dumps({"_user_id": row.id, "_fresh": True})
    assert with_cookie(app, forged).get("/account").status_code == 303


def test_cookie_signed_with_another_key_is_nothing(app, services, signed_in):
    services.secret_key = "another secret key, just as long as the first one"
    other = create_app(services)
    assert with_cookie(other, cookie(signed_in)).get("/account").status_code == 303


def test_nobody_is_signed_out_by_a_new_key_while_the_old_one_is_kept(app, services, signed_in):
    token = app.test_client().post("/api/v1/login", json={"username": "ada", "password": "correct horse"}).json
    services.older_keys, services.secret_key = (
        (services.secret_key,),
        "another secret key, just as long as the first one",
    )
    other = create_app(services)
    assert with_cookie(other, cookie(signed_in)).get("/account").status_code == 200
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert other.test_client().get("/api/v1/session", headers=headers).status_code == 200


def test_role_taken_away_counts_at_once(signed_in, database):
    assert signed_in.get("/containers").status_code == 200
    with database.session() as session:
        session.get(sessions.UserRow, 1).role = "member"
    answer = signed_in.get("/containers")
    assert answer.status_code == 403
    assert "As member you may not see the containers" in answer.text


@pytest.mark.parametrize("local", ["/containers", "/containers/shop/logs?tail=5#end", "/account?x=//y"])
def test_next_leads_back_to_a_page_of_ours(ada, sign_in, local):
    assert sign_in(next=local).location == local


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "http:/evil.example",
        "evil.example",
        "///evil.example",
        "",
        "/" + "a" * 3000,
    ],
)
def test_next_never_leads_elsewhere(client, ada, sign_in, foreign):
    assert 'value="/"' in client.get("/login", query_string={"next": foreign}).text
    assert sign_in(next=foreign).location == "/"
    assert client.get("/login", query_string={"next": foreign}).location == "/"


def test_next_travels_through_the_form(client, ada):
    assert 'value="/containers?q=a&amp;b"' in client.get("/login", query_string={"next": "/containers?q=a&b"}).text


def test_without_users_the_form_leads_to_the_set_up(client):
    assert client.get("/login").location == "/setup"
