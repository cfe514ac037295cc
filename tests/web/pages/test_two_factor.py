"""Signing in with a code, and turning that on and off."""

import re
import time

import pyotp
import pytest

PASSWORD = "correct horse"
ADDRESS = "/account/two-factor"


@pytest.fixture
def clock(monkeypatch):
    """Of the whole process: it stands still, and codes with it."""
    clock = [time.time()]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    return clock


@pytest.fixture
def phone(signed_in, send, clock):
    """What was begun on ada's account page, scanned: ``phone()`` -> the code of now."""
    assert send(ADDRESS, password=PASSWORD).location == "/account#two-factor"
    secret = re.search(r'<pre class="copied"[^>]*>([A-Z2-7 ]+)</pre>', signed_in.get("/account").text)[1]
    totp = pyotp.TOTP(secret.replace(" ", ""))
    return lambda: totp.at(int(clock[0]))


@pytest.fixture
def recovery(send, phone, clock):
    """It is on; the codes that the page has shown."""
    html = send(f"{ADDRESS}/confirm", code=phone()).text
    clock[0] += 30
    return re.findall(r"\b[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\b", html)


class Browser:
    """Another one, in which nobody is signed in."""

    def __init__(self, app):
        self.client = app.test_client()

    def post(self, path, **form):
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', self.client.get(path).text)[1]
        return self.client.post(path, data={"csrf_token": token} | form)

    def give_password(self, password=PASSWORD, **form):
        return self.post("/login", username="ada", password=password, **form)

    @property
    def is_in(self):
        return self.client.get("/account").status_code == 200


@pytest.fixture
def browser(app):
    return Browser(app)


def test_page_draws_the_code_and_shows_the_secret_until_it_is_on(signed_in, send, phone, recovery):
    html = signed_in.get("/account").text
    assert "<svg" not in html.partition('id="two-factor"')[2].partition("</section>")[0]
    assert "10 recovery codes are left" in html
    assert len(recovery) == 10
    assert recovery[0] not in html


def test_qr_code_is_drawn_here_and_holds_no_style(signed_in, phone):
    part = signed_in.get("/account").text.partition('class="qr"')[2].partition("</svg>")[0]
    assert "<path" in part
    assert "style=" not in part


def test_wrong_password_begins_and_ends_nothing(signed_in, send, phone, recovery):
    for path in (f"{ADDRESS}/off", f"{ADDRESS}/recovery-codes"):
        answer = send(path, password="wrong horse")
        assert (answer.status_code, "This is not your password." in answer.text) == (400, True)
    assert "It is on" in signed_in.get("/account").text


def test_signing_in_asks_for_the_code_after_the_password(browser, phone, recovery):
    answer = browser.give_password(next="/account")
    assert answer.location == "/login/code?next=/account"
    assert not browser.is_in
    wrong = browser.post("/login/code", code="000000" if phone() != "000000" else "000001")
    assert (wrong.status_code, "This code is not right" in wrong.text) == (401, True)
    assert browser.post("/login/code", code="").status_code == 400
    assert browser.post("/login/code", code=phone(), next="/account").location == "/account"
    assert browser.is_in


def test_recovery_code_signs_in_once(app, browser, recovery):
    browser.give_password()
    assert browser.post("/login/code", code=recovery[0]).status_code == 303
    assert browser.is_in
    other = Browser(app)
    other.give_password()
    assert other.post("/login/code", code=recovery[0]).status_code == 401


def test_code_is_nothing_without_the_password(browser, phone, recovery, csrf):
    assert browser.client.get("/login/code").location.startswith("/login")
    assert browser.give_password(password="wrong horse").status_code == 401
    assert browser.client.get("/login/code").location.startswith("/login")
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', browser.client.get("/login").text)[1]
    browser.client.post("/login/code", data={"csrf_token": token, "code": phone()})
    assert not browser.is_in


def test_password_counts_for_five_minutes(browser, phone, recovery, monkeypatch):
    browser.give_password()
    monkeypatch.setattr("paas.web.second_step.PATIENCE_SECONDS", -1)
    other = Browser(browser.client.application)
    other.give_password()
    assert other.client.get("/login/code").location.startswith("/login")
    assert browser.client.get("/login/code").status_code == 200


def test_codes_cannot_be_guessed_by_giving_the_password_again(browser, phone, recovery):
    wrong = "000000" if phone() != "000000" else "000001"
    statuses = []
    for _ in range(4):
        statuses.append(browser.give_password().status_code)
        if statuses[-1] == 303:
            statuses.append(browser.post("/login/code", code=wrong).status_code)
    assert 429 in statuses


def test_after_ten_wrong_codes_none_is_taken_for_an_hour_from_wherever_they_come(app, phone, recovery, clock):
    """Who has the password would find a code within weeks otherwise."""

    def sign_in(number, code):
        body = {"username": "ada", "password": PASSWORD, "code": code}
        address = {"REMOTE_ADDR": f"192.0.2.{number}"}
        return app.test_client().post("/api/v1/login", json=body, environ_base=address).status_code

    assert [sign_in(number, "nonsense") for number in range(10)] == [401] * 10
    assert [sign_in(11, "nonsense"), sign_in(12, phone()), sign_in(13, recovery[0])] == [429] * 3
    clock[0] += 3601
    assert sign_in(14, phone()) == 200
    assert sign_in(15, "nonsense") == 401


def test_program_sends_the_code_beside_the_password(app, phone, recovery):
    def login(**more):
        return app.test_client().post("/api/v1/login", json={"username": "ada", "password": PASSWORD} | more)

    without = login()
    assert (without.status_code, "with a code too" in without.json["error"]["message"]) == (401, True)
    assert login(code="nonsense").status_code == 401
    assert login(code=7).status_code == 400
    assert login(code=phone()).status_code == 200


def test_turned_off_the_password_signs_in_alone(signed_in, send, recovery, browser):
    send(f"{ADDRESS}/off", password=PASSWORD)
    assert "Two-factor sign-in is off." in signed_in.get("/account").text
    assert browser.give_password().location == "/"
    assert browser.is_in


def test_new_recovery_codes_are_shown_once(signed_in, send, recovery):
    html = send(f"{ADDRESS}/recovery-codes", password=PASSWORD).text
    assert recovery[0] not in html
    assert len(re.findall(r"\b[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\b", html)) == 10


def test_audit_log_has_the_sign_in_when_it_is_complete(signed_in, browser, phone, recovery):
    browser.give_password()
    before = signed_in.get("/api/v1/audit?action=sign+in").json["entries"]
    browser.post("/login/code", code=phone())
    now = signed_in.get("/api/v1/audit?action=sign+in").json["entries"]
    assert len(now) == len(before) + 1
    assert (now[0]["username"], now[0]["subject"], now[0]["result"]) == ("ada", "user ada, by a code", "done")
