"""From one version to the next on a real engine: who serves under which name, when, and what becomes of the others."""

from paas.engine import labels
from tests.end_to_end import samples

FAST = {"type": "startup", "name": "answers", "path": "/", "attempts": 20, "wait": 1}
STAYS = {"type": "startup", "uptime": 1}


def web(version, **more):
    return samples.web(version, checks=[FAST], **more)


def test_the_new_version_takes_over_the_names_and_the_old_one_rests(yard):
    app = yard.app(web("version 1"))
    first = yard.deploy(app)
    assert yard.running(app) == ["shop.web.1"]
    yard.commit(app, web("version 2"))
    second = yard.deploy(app)
    containers = yard.containers(app)
    states = {name: each.state for name, each in containers.items()}
    assert states == {"shop.web.1": "running", "shop.web.1.d1": "exited"}
    assert containers["shop.web.1"].labels[labels.DEPLOYMENT] == str(second.id) == str(yard.current(app))
    assert containers["shop.web.1.d1"].labels[labels.DEPLOYMENT] == str(first.id)
    assert containers["shop.web.1"].restart_policy == "on-failure:10"
    assert containers["shop.web.1.d1"].restart_policy == "no", "or the engine would start it one day"


def test_a_new_container_is_not_restarted_before_it_has_passed(yard):
    """What exits during its checks has failed once and for all; its exit code is still there to be told."""
    command = '["sh", "-c", "echo cannot begin; exit 3"]'
    app = yard.app(web("bad", dockerfile=samples.dockerfile(command=command)), restart_policy="always")
    failed = yard.deploy(app, status="failed")
    assert "exit code 3" in failed.error_message
    kept = yard.containers(app)["shop.web.1.d1"]
    assert (kept.state, kept.restarts, kept.restart_policy) == ("exited", 0, "no")
    assert "cannot begin" in yard.log(failed)
    assert yard.current(app) is None
