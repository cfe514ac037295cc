"""The first page of an app: what serves, its processes and their number, and stopping and starting."""

import re

import pytest

from paas.apps import catalogue
from paas.apps.vault import Vault
from paas.deployments import history
from paas.deployments.release import Release
from paas.engine.containers import Container
from paas.storage.tables import DeploymentRow

RELEASE = Release(
    image_id="sha256:1",
    processes={"web": "python app.py", "worker": "python work.py", "release": "python migrate.py", "clock": "tick"},
    scale={"web": 1, "worker": 0, "clock": 1},
    port=5000,
    locked={"clock": 1},
)


def container(process="web", deployment=1, **known):
    labels = {
        "quayside.instance": "here",
        "quayside.app": "1",
        "quayside.process": process,
        "quayside.number": "1",
        "quayside.role": "process",
        "quayside.deployment": str(deployment),
    }
    known = {"state": "running", "status": "Up", "image": "i"} | known
    return Container(id=process, name=f"shop.{process}.1", labels=labels, **known)


@pytest.fixture
def shop(make, deploy, services, running):
    """An app that serves, with a Procfile of three processes."""
    app = make("shop", published_port=8100)
    deploy(app, sealed=RELEASE.seal(services.vault))
    running.containers = [container(), container("clock")]
    return app


def now(database, app):
    with database.session() as session:
        return catalogue.load(session, app.id)


def newest(database, app):
    with database.session() as session:
        return history.latest(session, [app.id])[app.id]


def test_page_right_after_a_deployment_waits_for_what_the_engine_has_now(signed_in, database, services, shop):
    inventory = services.engine.inventory
    before = inventory.caught_up
    signed_in.get("/apps/shop")
    assert inventory.caught_up == before + 1
    latest = newest(database, shop)
    with database.session() as session:
        session.get(DeploymentRow, latest.id).ended_at -= 60
    signed_in.get("/apps/shop")
    assert inventory.caught_up == before + 1


def test_overview_of_a_new_app_says_what_comes_next(signed_in, make):
    make("shop")
    html = signed_in.get("/apps/shop").text
    assert "Not deployed yet" in html
    assert 'action="/apps/shop/deploy"' in html
    assert 'action="/apps/shop/look"' in html


def test_app_of_an_ssh_repository_shows_its_public_key_first(send, signed_in):
    send("/apps/new", kind="git", name="shop", repository="git@example.org:shop.git", build="auto")
    assert "ssh-ed25519 " in signed_in.get("/apps/shop").text


def test_overview_shows_processes_containers_link_and_deployment(signed_in, shop):
    html = signed_in.get("/apps/shop").text
    for text in ("python work.py", "web.1", "http://localhost:8100", "Add cart totals", "example.org/shop"):
        assert text in html
    assert re.search(r'name="scale-worker" value="0"', html)
    assert "scale-clock" not in html  # app.json has the last word
    assert "scale-release" not in html
    assert 'data-state="running"' in html


def test_container_that_failed_is_seen_at_once(signed_in, shop, running):
    running.containers = [container(state="exited", exit_code=1), container("clock")]
    html = signed_in.get("/apps/shop").text
    assert "exit code 1" in html
    assert "1 of 2 running" in html


def test_other_numbers_are_brought_into_effect_by_the_same_image(send, shop, database, services):
    answer = send("/apps/shop/scale", **{"scale-web": "1", "scale-worker": "2"})
    assert answer.headers["Location"] == "/apps/shop/deployments/2"
    assert now(database, shop).scale == {"web": 1, "worker": 2}
    made = newest(database, shop)
    assert (made.trigger, made.reuses, services.line.woken) == ("scale", 1, 1)


def test_the_same_numbers_deploy_nothing(send, shop, database):
    send("/apps/shop/scale", **{"scale-worker": "2"})
    answer = send("/apps/shop/scale", **{"scale-worker": "2"})
    assert answer.headers["Location"] == "/apps/shop"
    assert newest(database, shop).number == 2


@pytest.mark.parametrize(
    ("typed", "words"), [("many", "must be a whole number"), ("101", "from 0 to 100"), ("-1", "must be a whole number")]
)
def test_number_that_cannot_be_stays_in_its_field(send, shop, typed, words):
    answer = send("/apps/shop/scale", **{"scale-worker": typed})
    assert answer.status_code == 400
    assert words in answer.text
    assert f'name="scale-worker" value="{typed}"' in answer.text


def test_web_cannot_be_many_behind_one_port(send, shop):
    answer = send("/apps/shop/scale", **{"scale-web": "2"})
    assert answer.status_code == 400
    assert "can lead to one container only" in answer.text


def test_change_of_settings_offers_a_deployment_of_the_same_commit(send, signed_in, shop):
    assert "brings them into effect" not in signed_in.get("/apps/shop").text
    send("/apps/shop/environment", key="A", value="b", kept="plain", phase="run")
    html = signed_in.get("/apps/shop").text
    assert "brings them into effect" in html
    assert f'name="ref" value="{1:040x}"' in html


def test_app_whose_secrets_cannot_be_opened_is_still_shown(signed_in, shop, services, tmp_path):
    (tmp_path / "other").mkdir()
    services.vault = Vault(tmp_path / "other")
    assert "web.1" in signed_in.get("/apps/shop").text


def test_only_what_makes_sense_now_is_offered(signed_in, shop, running):
    html = signed_in.get("/apps/shop").text
    assert re.findall(r'name="to" value="(\w+)"', html) == ["restart", "stop"]
    running.containers = [container(state="exited", exit_code=0)]
    assert re.findall(r'name="to" value="(\w+)"', signed_in.get("/apps/shop").text) == ["start"]


def test_number_that_is_none_is_refused_in_the_words_of_the_page(send, shop, deploy):
    deploy(shop)
    answer = send("/apps/shop/scale", **{"scale-web": "x"})
    assert answer.status_code == 400
    assert ">web must be a whole number, not &#39;x&#39;.</p>" in answer.text
    assert "data-is-answer" in answer.text


def test_app_without_containers_cannot_be_switched(send, shop):
    answer = send("/apps/shop/switch", to="stop")
    assert answer.status_code == 409
    assert "gone from the engine" in answer.text
    assert send("/apps/shop/switch", to="explode").status_code == 400


def test_adopted_app_shows_its_containers_and_offers_nothing_that_would_touch_them(send, signed_in, running):
    running.containers = [Container("2" * 64, "proxy", "nginx", "running", "Up")]
    send("/containers/adopt", container="proxy")
    html = signed_in.get("/apps/proxy").text
    assert "proxy" in html
    for text in ("/apps/proxy/deploy", "scale-", "/switch", "/environment"):
        assert text not in html
