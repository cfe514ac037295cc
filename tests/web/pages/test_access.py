"""Who may use an app, on its settings page."""

import re

import pytest

ADDRESS = "/apps/shop/settings"


@pytest.fixture(autouse=True)
def shop(make, add):
    add("bob", "member")
    return make("shop")


def candidates(html):
    found = re.search(r'<select[^>]*name="username">(.*?)</select>', html, re.DOTALL)
    return re.findall("<option>([^<]*)", found[1]) if found else []


def test_member_is_given_the_app_another_amount_of_it_and_nothing(send, signed_in):
    assert candidates(signed_in.get(ADDRESS).text) == ["bob"]
    assert send(f"{ADDRESS}/access", username="bob", grant="view").location == f"{ADDRESS}#access-list"
    html = signed_in.get(ADDRESS).text
    assert "bob may see it, its log and its figures." in html
    assert '<option value="view" selected>' in html
    assert candidates(html) == []
    send(f"{ADDRESS}/access", username="bob", grant="manage")
    assert '<option value="manage" selected>' in signed_in.get(ADDRESS).text
    send(f"{ADDRESS}/access/withdraw", username="bob")
    html = signed_in.get(ADDRESS).text
    assert "bob may not use this app any more." in html
    assert candidates(html) == ["bob"]


@pytest.mark.parametrize(
    ("path", "form", "says"),
    [
        ("access", {"username": "nobody", "grant": "view"}, "There is no user"),
        ("access", {"username": "bob", "grant": "all"}, "must be one of view"),
        ("access", {"username": "ada", "grant": "view"}, "may use every app without a grant"),
        ("access/withdraw", {"username": "bob"}, "has no grant"),
    ],
)
def test_what_cannot_be_done_is_said_on_the_page(send, signed_in, path, form, says):
    send(f"{ADDRESS}/{path}", **form)
    assert says in signed_in.get(ADDRESS).text


def test_what_a_member_sees_fits_the_grant(send, signed_in, app, csrf):
    for grant, shown, hidden in (
        ("view", ("/apps/shop/logs",), ('/apps/shop/deploy"', "/apps/shop/settings")),
        ("deploy", ('/apps/shop/deploy"',), ("/apps/shop/settings",)),
        ("manage", ("/apps/shop/settings",), ()),
    ):
        send(f"{ADDRESS}/access", username="bob", grant=grant)
        html = as_bob(app).get("/apps/shop").text
        assert [text for text in shown if text not in html] == []
        assert [text for text in hidden if text in html] == []
    html = as_bob(app).get(ADDRESS).text
    assert "access-list" not in html


def as_bob(app):
    browser = app.test_client()
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', browser.get("/login").text)[1]
    form = {"username": "bob", "password": "correct horse", "csrf_token": token}
    assert browser.post("/login", data=form).status_code == 303
    return browser
