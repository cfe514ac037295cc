"""A deployment that is broken off at any single step: the old version serves, or the new one does and the record says
so; nothing else runs and nothing half made is left.

Each case breaks off after one of the calls that change something on the engine: cancelled, or the engine gone for a
moment, or the dashboard dead, which then comes back.
"""

import itertools
from contextlib import suppress

import pytest
from docker.errors import NotFound

from paas.deployments.pipeline import pipeline
from paas.deployments.stages import Status
from paas.deployments.upkeep import cleanup, recovery
from paas.deployments.waiting_line import Cancelled
from paas.engine import labels
from paas.errors import Unavailable
from tests import images
from tests.dashboard import free_port
from tests.deployments.live.yard import Faulty
from tests.end_to_end import samples
from tests.waiting import eventually

CHECKS = [{"type": "startup", "name": "up", "uptime": 0}]
PROCFILE = f"web: {samples.SERVES}\nworker: sleep 100000\nrelease: true\n"


class Killed(BaseException):
    """What a deployment's own code sees of its process being killed: nothing more of it is run."""


def with_processes(text):
    return samples.with_procfile(text, PROCFILE, checks=CHECKS, worker=CHECKS)


ERRORS = {"cancelled": Cancelled, "killed": Killed, "engine gone": lambda: Unavailable("The engine does not answer.")}


@pytest.mark.parametrize("what", ERRORS)
@pytest.mark.parametrize("port", [None, free_port()], ids=["gapless", "on a host port"])
def test_broken_off_at_any_step_the_app_serves_and_the_record_is_true(yard, what, port):
    files = samples.web("version 1", checks=CHECKS) if port else with_processes("version 1")
    app = yard.app(files, scale={} if port else {"worker": 1}, published_port=port)
    serving, running = yard.deploy(app), yard.running(app)
    real = yard.workloads
    for at in itertools.count(1):
        faulty = Faulty(real, ERRORS[what](), at=at)
        yard.means.engine.workloads = faulty
        made = yard.request(app)
        try:
            pipeline.run(yard.means, made.id)
        except Killed:
            yard.means.engine.workloads = real
            recovery.recover(yard.means)
        yard.means.engine.workloads = real
        place = f"after call {at}"
        ended = yard.load(made)
        serving = assert_true(yard, app, serving, ended, running=running, place=place)
        if not faulty.has_raised:
            assert ended.status is Status.SUCCESS
            return


def test_killed_right_after_its_end_what_is_too_long_ago_goes_when_the_dashboard_comes_back(yard, monkeypatch):
    monkeypatch.setattr(cleanup, "KEPT_CONTAINERS", 1)
    app = yard.app(samples.web("version 1", checks=CHECKS))
    yard.deploy(app)

    def killed(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(cleanup, "keep_newest", killed)
        with pytest.raises(Killed):
            yard.deploy(app)
    assert sorted(yard.containers(app)) == ["shop.web.1", "shop.web.1.d1"]
    recovery.recover(yard.means)
    assert sorted(yard.containers(app)) == ["shop.web.1"]


@pytest.fixture
def of_a_step(yard):
    """Makes a container as the builder does, but for what is given; its id."""
    api, made = yard.private_engine.client.api, []
    image = api.inspect_image(images.BUSYBOX)["Id"]
    names = itertools.count(1)

    def of_a_step(**given):
        host = api.create_host_config(log_config={"Type": given.pop("log", "none")})
        options = {"image": image, "name": f"busy_builder{next(names)}", **given}
        made.append(api.create_container(command=["true"], host_config=host, **options)["Id"])
        return made[-1]

    yield of_a_step
    for each in made:
        with suppress(NotFound):
            api.remove_container(each)


def test_the_step_of_a_build_that_ended_with_the_engine_is_removed_and_no_other_container(yard, of_a_step):
    before = of_a_step()
    app = yard.app(samples.web("bad", dockerfile=samples.dockerfile("RUN exit 7")))
    failed = yard.deploy(app, status="failed")
    left = of_a_step()
    strangers = [before, of_a_step(name="shop-web-1"), of_a_step(image=images.BUSYBOX), of_a_step(log="json-file")]
    for each in [*strangers, left]:
        with yard.means.journals.writer(failed.id, str) as journal:
            journal.say(f" ---> Running in {each[:12]}")
            journal.say("what the step printed")
        recovery.tidy(yard.means)
    kept = {row["Id"] for row in yard.private_engine.client.api.containers(all=True)}
    assert kept & {*strangers, left} == set(strangers)


def assert_true(yard, app, before, ended, *, running, place):
    """The deployment that serves now."""
    assert ended.status.is_over, place
    serving = ended if ended.status is Status.SUCCESS else before
    assert yard.current(app) == serving.id, place
    eventually(lambda: yard.running(app) == running, what=place)
    for name, each in yard.containers(app).items():
        is_serving = each.labels[labels.DEPLOYMENT] == str(serving.id)
        assert each.is_running == is_serving, (place, name)
        assert each.state in ("running", "exited"), (place, name)
        assert each.labels[labels.ROLE] == "process", (place, name)
        assert (each.restart_policy == "on-failure:10") == is_serving, (place, name)
        assert is_serving or name.endswith(f".d{each.labels[labels.DEPLOYMENT_NUMBER]}"), (place, name)
    assert not list(yard.settings.data_dir.glob("work/*")), place
    return serving
