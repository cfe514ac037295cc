"""The one word for how an app is, by what its containers are."""

import pytest

from paas.apps.app import App, Kind
from paas.engine.containers import Container
from paas.engine.inventory import Health
from paas.web.shapes.app_state import AppState, containers_of, serving, state

UP, SILENT = Health(ok=True), Health(ok=False, message="The engine does not answer.")
HERE = "this dashboard"


def app(**known):
    return App(**({"id": 7, "name": "shop", "kind": Kind.GIT, "current_id": 30} | known))


def container(name="shop.web.1", *, state="running", deployment=30, **known):
    labels = {
        "quayside.instance": known.pop("instance", HERE),
        "quayside.app": str(known.pop("app", 7)),
        "quayside.deployment": str(deployment),
        "quayside.role": known.pop("role", "process"),
    }
    return Container(id=name, name=name, image="i", state=state, status="", labels=labels, **known)


def word(*containers, of=None, latest=None, engine=UP):
    found = of or app()
    return state(found, serving(found, containers, HERE), latest, engine)


@pytest.mark.parametrize(
    ("containers", "expected"),
    [
        ([container()], AppState("running")),
        ([container(health="unhealthy")], AppState("unhealthy")),
        ([container(health="starting")], AppState("starting")),
        ([container(), container(health="starting")], AppState("starting", "1 of 2 running")),
        ([container(state="exited", exit_code=0)], AppState("stopped")),
        ([container(state="exited", exit_code=143)], AppState("stopped")),
        ([container(state="exited", exit_code=1)], AppState("failed")),
        ([container(), container(state="exited", exit_code=1)], AppState("unhealthy", "1 of 2 running")),
        ([container(), container(state="exited", exit_code=0)], AppState("running", "1 of 2 running")),
        ([], AppState("stopped", "no containers")),
    ],
)
def test_containers_together_have_one_word(containers, expected):
    assert word(*containers) == expected


def test_containers_of_old_deployments_releases_and_others_do_not_count():
    strangers = [
        container("old", deployment=29, state="exited", exit_code=1),
        container("release", role="release", state="exited", exit_code=1),
        container("other app", app=8, state="exited", exit_code=1),
        container("other dashboard", instance="elsewhere", state="exited", exit_code=1),
    ]
    assert word(container(), *strangers) == AppState("running")
    assert [each.name for each in containers_of(app(), [container(), *strangers], HERE)] == ["shop.web.1", "old"]


def test_silent_engine_leaves_the_state_unknown():
    assert word(container(), engine=SILENT).word == "unknown"


def test_adopted_app_is_what_its_container_is():
    adopted = app(kind=Kind.ADOPTED, adopted="blog/web", current_id=None)
    replicas = [
        Container(f"c{n}", f"blog-web-{n}", "i", "running", "Up", project="blog", service="web") for n in (1, 2)
    ]
    assert word(*replicas, of=adopted) == AppState("running")
    assert word(of=adopted) == AppState("stopped", "no containers")
