"""The list of apps, and the side of every page."""

import re
from pathlib import Path

import pytest

from paas.engine.containers import Container
from paas.engine.inventory import Health

SPRITE = Path(__file__).resolve().parents[3] / "static" / "img" / "icons.svg"


def test_list_without_apps_says_how_to_make_one(signed_in):
    html = signed_in.get("/apps").text
    assert "No apps yet" in html
    assert 'href="/apps/new"' in html


def test_list_shows_state_last_deployment_and_link(signed_in, make, deploy, running):
    deploy(make("shop", published_port=8100))
    html = signed_in.get("/apps").text
    for text in ('href="/apps/shop"', 'data-status="success"', "example.org/shop", "http://localhost:8100"):
        assert text in html


def test_member_sees_own_apps_alone(client, make, add, sign_in):
    bob = add("bob", "member")
    make("shop"), make("blog", by=bob)
    sign_in("bob")
    html = client.get("/apps").text
    assert "/apps/blog" in html
    assert "/apps/shop" not in html
    assert client.get("/apps/shop").status_code == 404


def test_side_holds_the_apps_that_were_opened_last(signed_in, make):
    for name in ("a", "b", "c", "d", "e", "f"):
        make(name)
        signed_in.get(f"/apps/{name}")
    side = side_of(signed_in.get("/account").text)
    assert [name for name in "abcdef" if f'href="/apps/{name}"' in side] == ["b", "c", "d", "e", "f"]
    assert 'aria-current="page"' in side_of(signed_in.get("/apps/c").text)


def test_side_names_no_app_that_is_gone_or_belongs_to_others(client, make, add, sign_in):
    bob = add("bob", "member")
    make("shop"), make("blog", by=bob)
    sign_in("bob")
    client.set_cookie("quayside_opened", "1.2.99.x.7777777777777")
    side = side_of(client.get("/account").text)
    assert "/apps/blog" in side
    assert "/apps/shop" not in side


def test_log_page_watches_the_app(signed_in, make):
    make("shop")
    html = signed_in.get("/apps/shop/logs").text
    assert 'data-namespace="/logs"' in html
    assert "{&#34;app&#34;: &#34;shop&#34;}" in html


def test_containers_say_whose_they_are_and_offer_to_be_adopted(signed_in, make, running, send):
    labels = {"quayside.instance": "here", "quayside.app": "1", "quayside.app.name": "shop"}
    make("shop")
    running.containers = [
        Container("1" * 64, "shop.web.1", "i", "running", "Up", labels=labels),
        Container("2" * 64, "proxy", "nginx", "running", "Up"),
        Container("3" * 64, "elsewhere", "i", "running", "Up", labels=labels | {"quayside.instance": "other"}),
    ]
    html = signed_in.get("/containers").text
    assert 'href="/apps/1" data-field="app"' in html
    assert [name for name in ("shop.web.1", "proxy", "elsewhere") if offers(html, name)] == ["proxy"]
    assert send("/containers/adopt", container="proxy").headers["Location"] == "/apps/proxy"
    assert 'href="/apps/proxy" data-field="app"' in signed_in.get("/containers").text
    assert send("/containers/adopt", container="proxy").status_code == 409


def test_member_may_not_adopt(client, add, sign_in, csrf, running):
    add("bob", "member")
    sign_in("bob")
    form = {"csrf_token": csrf("/account"), "container": "proxy"}
    assert client.post("/containers/adopt", data=form).status_code == 403


def side_of(html):
    return html[html.index('id="side"') : html.index('class="main"')]


def offers(html, name):
    button = html.partition(f'name="container" value="{name}" data-field="adopt"')[2]
    assert button, f"no button for {name}"
    return not button.startswith(" hidden")


PAGES = ("", "/logs", "/deployments", "/deployments/1", "/deployments/compare", "/environment", "/settings", "/delete")


@pytest.mark.parametrize("path", ["/apps", "/apps/new", "/deployments", *(f"/apps/shop{page}" for page in PAGES)])
def test_every_page_has_its_icons_and_one_name_for_everything(signed_in, make, deploy, path):
    deploy(make("shop", published_port=8100), ends="failed", sealed="")
    answer = signed_in.get(path)
    assert answer.status_code == 200
    names = set(re.findall(r'icons\.svg#([^"]+)"', answer.text))
    missing = names - set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))
    assert not missing, "make the sprite anew with tools/vendor.py --icons"
    ids = re.findall(r'\sid="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids)), sorted(each for each in ids if ids.count(each) > 1)
    labelled = re.findall(r'(?:for|aria-labelledby|form)="([^"]+)"', answer.text)
    assert set(labelled) <= set(ids)


@pytest.mark.parametrize("path", ["/apps", "/apps/shop", "/deployments"])
def test_pages_stand_while_the_engine_is_silent(signed_in, make, deploy, services, path):
    deploy(make("shop"))
    services.engine.inventory.health = Health(ok=False, message="The engine does not answer.")
    answer = signed_in.get(path)
    assert answer.status_code == 200
    assert path == "/deployments" or 'data-state="unknown"' in answer.text


def test_page_that_is_made_anew_says_how_the_engine_is(signed_in, make, running):
    make("shop")
    running.health = Health(ok=False, message="The engine does not answer.")
    html = signed_in.get("/apps").text
    part = re.search(r'<div class="engine" id="engine" data-refreshed.*?</div>\s*</div>', html, re.DOTALL)
    assert "Engine unreachable" in part[0]
    assert "The engine does not answer." in part[0]


def test_app_whose_only_deployment_failed_does_not_pass_for_one_that_was_never_deployed(
    signed_in, make, deploy, running
):
    deploy(make("shop"), ends="failed")
    html = signed_in.get("/apps").text
    assert "no deployment has succeeded yet" in html
    assert "not deployed yet" not in html
