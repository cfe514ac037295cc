"""The settings of an app: one form for all of them, the repository's keys, the webhooks' secret."""

import re

import pytest

from paas.apps import catalogue, credentials
from paas.apps.app import Kind, Mount
from paas.apps.vault import Vault
from paas.engine.containers import Container
from tests.web.pages.conftest import REPOSITORY

ADDRESS = "/apps/shop/settings"
FORM = {
    "name": "shop", "repository": REPOSITORY, "branch": "", "folder": "", "build": "auto", "dockerfile": "",
    "procfile": "", "port": "", "published_port": "", "memory": "", "cpus": "", "restart_policy": "on-failure:10",
    "mounts": "",
}  # fmt: skip


@pytest.fixture
def shop(make):
    return make("shop")


@pytest.fixture
def now(database, shop):
    def now():
        with database.session() as session:
            return catalogue.load(session, shop.id)

    return now


@pytest.fixture
def secrets(database, services, shop):
    def secrets():
        with database.session() as session:
            return credentials.secrets_of(session, services.vault, shop.id)

    return secrets


def test_form_begins_with_what_the_app_is(signed_in, make):
    make("shop", memory_bytes=512 << 20, cpus=0.5, mounts=(Mount("volume", "data", "/data"),), restart_policy="always")
    html = signed_in.get(ADDRESS).text
    assert re.search(r'name="memory"[^>]*value="512m"', html)
    assert re.search(r'name="cpus"[^>]*value="0.5"', html)
    assert "data:/data" in html
    assert re.search(r'<option selected value="always">', html)


def test_everything_is_kept_at_once(send, now):
    more = {
        "branch": "next",
        "memory": "1g",
        "cpus": "2",
        "mounts": "data:/data\r\n/srv/shop:/srv:ro",
        "privileged": "y",
    }
    assert send(ADDRESS, **FORM | more).headers["Location"] == ADDRESS
    app = now()
    assert (app.branch, app.memory_bytes, app.cpus, app.privileged) == ("next", 1 << 30, 2.0, True)
    assert app.mounts == (Mount("volume", "data", "/data"), Mount("host", "/srv/shop", "/srv", read_only=True))


def test_renamed_app_is_found_under_its_new_name(send, signed_in, shop):
    assert send(ADDRESS, **FORM | {"name": "cart"}).headers["Location"] == "/apps/cart/settings"
    assert signed_in.get("/apps/shop").status_code == 404


def test_nothing_changed_offers_no_deployment(send, signed_in, now):
    before = now().changed_at
    send(ADDRESS, **FORM)
    assert now().changed_at == before
    assert "Nothing was changed." in signed_in.get(ADDRESS).text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("memory", "lots", "Memory must be a whole number"),
        ("memory", "1k", "must be at least 6m"),
        ("cpus", "many", "CPUs must be a number such as 0.5"),
        ("mounts", "nonsense", "does not look like"),
        ("mounts", "a:/x\nb:/x", "is there twice"),
        ("branch", "a..b", "cannot be the name of a branch"),
        ("published_port", "0", "from 1 to 65535"),
    ],
)
def test_wrong_field_says_so_and_the_others_keep_what_was_typed(send, now, field, typed, words):
    answer = send(ADDRESS, **FORM | {"folder": "typed/with/care", field: typed})
    assert answer.status_code == 400
    assert re.search(rf'id="{field}-error">[^<]*{re.escape(words)}', answer.text)
    assert 'value="typed/with/care"' in answer.text
    assert now().folder == ""


def test_port_of_its_own_container_is_no_obstacle_and_that_of_another_is(send, running, now):
    labels = {"quayside.instance": "here", "quayside.app": "1", "quayside.role": "process"}
    running.containers = [
        Container("1", "shop.web.1", "i", "running", "Up", ports=("8100->5000/tcp",), labels=labels),
        Container("2", "proxy", "i", "running", "Up", ports=("8101->80/tcp",)),
    ]
    send(ADDRESS, **FORM | {"published_port": "8100"})
    assert now().published_port == 8100
    assert "held by a container" in send(ADDRESS, **FORM | {"published_port": "8101"}).text


def test_restart_policy_that_came_over_another_door_stays(make, send, signed_in, database):
    app = make("shop", restart_policy="on-failure:3")
    assert '<option selected value="on-failure:3">' in signed_in.get(ADDRESS).text
    send(ADDRESS, **FORM | {"restart_policy": "on-failure:3", "branch": "next"})
    with database.session() as session:
        assert catalogue.load(session, app.id).restart_policy == "on-failure:3"


def test_member_is_not_offered_the_host_and_cannot_take_it(client, make, add, sign_in, csrf, database):
    bob = add("bob", "member")
    app = make("shop", by=bob)
    sign_in("bob")
    html = client.get(ADDRESS).text
    assert "privileged" not in html
    assert "/srv/shop" not in html
    taken = {"csrf_token": csrf("/account"), "privileged": "y", "mounts": "/etc:/host"}
    answer = client.post(ADDRESS, data=FORM | taken)
    assert answer.status_code == 403
    assert re.search(r'id="mounts-error">[^<]*you may not give an app host paths', answer.text)
    with database.session() as session:
        assert not catalogue.load(session, app.id).privileged
        assert catalogue.load(session, app.id).mounts == ()


def test_token_is_kept_replaced_and_forgotten_but_never_shown(send, signed_in, secrets):
    send(f"{ADDRESS}/token", git_token="t0ken-of-ada")
    assert secrets().git_token == "t0ken-of-ada"
    html = signed_in.get(ADDRESS).text
    assert "t0ken-of-ada" not in html
    assert "one is kept" in html
    assert 'id="git_token-error"' in send(f"{ADDRESS}/token", git_token="two words").text
    send(f"{ADDRESS}/token", git_token="")
    assert secrets().git_token == ""


def test_deploy_key_shows_its_public_half(send, signed_in, secrets):
    send(f"{ADDRESS}/deploy-key")
    html = signed_in.get(ADDRESS).text
    assert "ssh-ed25519 " in html
    assert "PRIVATE" not in html
    assert secrets().deploy_key_private


def test_webhook_secret_is_shown_on_the_answer_that_makes_it_alone(send, signed_in, secrets):
    html = send(f"{ADDRESS}/webhook-secret").text
    assert secrets().webhook_secret in html
    again = signed_in.get(ADDRESS).text
    assert secrets().webhook_secret not in again
    assert "http://localhost/api/v1/hooks/1/github" in again


def test_app_of_an_image_has_an_image_to_change(send, signed_in, make, database):
    app = make("shop", kind=Kind.IMAGE, image="nginx:1.27", repository="")
    assert "repository" not in signed_in.get(ADDRESS).text
    send(ADDRESS, name="shop", image="nginx:1.28", restart_policy="always")
    with database.session() as session:
        assert catalogue.load(session, app.id).image == "nginx:1.28"


def test_adopted_app_has_a_name_to_change_and_nothing_else(send, signed_in, running):
    running.containers = [Container("2" * 64, "proxy", "nginx", "running", "Up")]
    send("/containers/adopt", container="proxy")
    html = signed_in.get("/apps/proxy/settings").text
    assert 'name="name"' in html
    for name in ("repository", "published_port", "memory", "mounts", "git_token", "webhook"):
        assert name not in html
    assert send("/apps/proxy/settings", name="front").headers["Location"] == "/apps/front/settings"


def test_settings_can_be_changed_when_the_secrets_cannot_be_read(send, signed_in, shop, services, tmp_path, now):
    send(f"{ADDRESS}/token", git_token="t0ken")
    (tmp_path / "other").mkdir()
    services.vault = Vault(tmp_path / "other")
    assert "was sealed with another key" in signed_in.get(ADDRESS).text
    send(ADDRESS, **FORM | {"branch": "next"})
    assert now().branch == "next"
