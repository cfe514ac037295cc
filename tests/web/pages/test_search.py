"""The search page, which is the command palette without scripts."""

import pytest


def test_side_of_every_page_leads_to_it(signed_in, make):
    make("shop")
    assert 'href="/search"' in signed_in.get("/account").text
    assert 'href="/apps/shop"' in signed_in.get("/search?q=sho").text


def test_it_says_when_there_is_nothing_and_writes_no_markup_of_others(signed_in):
    html = signed_in.get("/search?q=<b>").text
    assert "“&lt;b&gt;”" in html
    assert "<b>" not in html


@pytest.mark.parametrize(("words", "is_there"), [("shop", False), ("blog", True)])
def test_member_finds_own_apps_alone(client, make, add, sign_in, words, is_there):
    bob = add("bob", "member")
    make("shop"), make("blog", by=bob)
    sign_in("bob")
    assert (f'href="/apps/{words}"' in client.get(f"/search?q={words}").text) is is_there
