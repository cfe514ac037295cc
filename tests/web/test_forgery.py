"""Requests that another site, or a token that is worth nothing, would like to be taken for those of whoever is signed
in."""

import re

import pytest

EXEMPT = ("/api/v1/login", "/api/v1/hooks/")
"""They read no cookie."""

UNSAFE = ("/logout", "/account/sign-out-everywhere", "/api/v1/session/token")


@pytest.mark.parametrize("path", UNSAFE)
def test_without_the_token_of_the_session_nothing_is_done(signed_in, path):
    assert signed_in.post(path).status_code == 400
    assert signed_in.get("/api/v1/session").status_code == 200


@pytest.mark.parametrize("path", ["/logout", "/account/sign-out-everywhere"])
def test_sign_in_page_of_another_tab_counts_after_a_sign_out_and_its_token_no_longer_after_a_sign_in(
    signed_in, sign_in, csrf, path
):
    token = csrf("/account")
    assert signed_in.post(path, data={"csrf_token": token}).status_code == 303
    assert sign_in(csrf_token=token).status_code == 303
    assert signed_in.get("/api/v1/session").status_code == 200
    assert signed_in.post(path, data={"csrf_token": token}).status_code == 400


def test_no_route_that_changes_something_takes_a_cookie_without_the_token(app, signed_in):
    """Whatever is sent besides, and however it is sent; a new route is found here by itself."""
    asked = 0
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}:
            if not rule.rule.startswith(EXEMPT):
                address = re.sub("<[^<>]*>", "1", rule.rule)
                for sent in (
                    {"data": {"csrf_token": "made up"}},
                    {"json": {}},
                    {"data": "x", "content_type": "text/plain"},
                ):
                    answer = signed_in.open(address, method=method, **sent)
                    assert (answer.status_code, "This form has expired" in answer.text) == (400, True), (
                        method,
                        rule.rule,
                    )
                    asked += 1
    assert asked > 60
    assert signed_in.get("/api/v1/session").status_code == 200


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer x", "bearer made.up.token"])
@pytest.mark.parametrize("path", UNSAFE)
def test_a_worthless_access_token_does_not_open_the_way_to_the_cookie(app, signed_in, path, authorization):
    cookie = signed_in.get_cookie("quayside_session").value
    answer = signed_in.post(path, headers={"Authorization": authorization})
    assert answer.status_code in (303, 401)
    again = app.test_client()
    again.set_cookie("quayside_session", cookie)
    assert again.get("/api/v1/session").status_code == 200
