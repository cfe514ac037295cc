"""What serves is brought back when it has stopped with the engine; what somebody has stopped is not."""

from paas.deployments import power
from paas.deployments.upkeep.keeping import bring_back
from tests.deployments.live.yard import ADA
from tests.end_to_end import samples
from tests.waiting import eventually

POLITE = '["sh", "-c", "trap \'exit 0\' TERM; while true; do sleep 0.05; done"]'
UP = [{"type": "startup", "uptime": 0}]
FILES = samples.web("polite", dockerfile=samples.dockerfile(command=POLITE), checks=UP)


def test_only_what_stopped_in_that_time_and_serves_is_brought_back(yard):
    app = yard.app(FILES)
    yard.deploy(app)
    yard.deploy(app)
    serving = yard.containers(app)["shop.web.1"]
    yard.workloads.run(serving.id, ("sh", "-c", "kill -TERM -1"), seconds=5)
    ended = eventually(lambda: not yard.workloads.inspect(serving.id).is_running and yard.workloads.inspect(serving.id))
    assert ended.exit_code == 0
    bring_back(yard.means, since=0, until=ended.finished_at - 1)
    assert yard.running(app) == []
    bring_back(yard.means, since=ended.finished_at, until=float("inf"))
    assert yard.running(app) == ["shop.web.1"], "and not the one before, which rests"


def test_what_somebody_has_stopped_stays_so(yard):
    app = yard.app(FILES)
    yard.deploy(app)
    power.stop(yard.means.database, yard.means.engine, ADA, yard.reloaded(app))
    bring_back(yard.means, since=0, until=float("inf"))
    assert yard.running(app) == []
    power.start(yard.means.database, yard.means.engine, ADA, yard.reloaded(app))
    assert yard.running(app) == ["shop.web.1"]
