"""What is deployed is kept sealed and comes back the same."""

from dataclasses import replace

from paas.apps.app import App, Kind, Mount
from paas.apps.vault import Vault
from paas.deployments.plans.manifest import Check
from paas.deployments.release import Release, unseal

RELEASE = Release(
    image_id="sha256:12",
    processes={"web": "", "worker": "python work.py", "release": "migrate", "clock": "tick"},
    scale={"worker": 2, "web": 1, "clock": 0},
    port=8080,
    commit="ab" * 20,
    environment={"TOKEN": "s3cr3t", "PLAIN": "yes"},
    secrets=("s3cr3t",),
    image_environment={"PATH": "/bin"},
    healthchecks={"web": (Check(path="/up", headers=(("Host", "shop"),)), Check(command=("true", "x")))},
    locked={"clock": 0},
    mounts=(Mount("volume", "files", "/files"), Mount("host", "/srv", "/srv", read_only=True)),
    cpus=0.5,
)


def test_a_release_comes_back_from_the_vault_as_it_was(tmp_path):
    vault = Vault(tmp_path)
    sealed = RELEASE.seal(vault)
    assert unseal(vault, sealed) == RELEASE
    assert "s3cr3t" not in sealed
    assert "s3cr3t" not in repr(RELEASE)


def test_web_is_started_first():
    assert list(RELEASE.instances()) == [("web", 1), ("worker", 1), ("worker", 2)]


def test_a_rollback_keeps_to_what_the_app_may_do_by_now():
    app = App("shop", Kind.GIT, id=1, memory_bytes=64, published_port=8000, restart_policy="always", port=3000)
    rolled_back = replace(RELEASE, privileged=True).as_the_app_is(app)
    assert not rolled_back.privileged
    assert rolled_back.mounts == ()
    assert (rolled_back.memory_bytes, rolled_back.published_port, rolled_back.cpus) == (64, 8000, None)
    assert rolled_back.restart_policy == "always"
    assert (rolled_back.port, rolled_back.environment) == (8080, RELEASE.environment)
