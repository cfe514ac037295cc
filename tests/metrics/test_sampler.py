"""One sampler for all who look: over sockets, from an engine that says what a test has it say."""

import threading
from dataclasses import replace

import pytest

from paas.engine import stats
from paas.engine.engine import Engine
from paas.metrics import meter, readers, sampler
from paas.metrics.host import Host
from paas.metrics.owners import Owner
from paas.metrics.sampler import Sampler
from paas.metrics.totals import Totals
from paas.settings import Settings
from tests.metrics.answers import NOT_RUNNING, answer
from tests.waiting import eventually
from tests.web.live.engine import FakeDocker


class FakeOwners:
    """The container ``web`` is of app 7."""

    def of(self, containers):
        return {each.id: Owner(7, "web.1") for each in containers if each.name == "web"}


@pytest.fixture
def docker(tmp_path):
    with FakeDocker(tmp_path) as docker:
        yield docker


@pytest.fixture
def engine(docker, tmp_path):
    engine = Engine(Settings(docker_host=docker.host, data_dir=tmp_path))
    engine.inventory._replace(engine.containers.list())
    engine.inventory._set_health(replace(engine.health, ok=True, message=""))
    return engine


@pytest.fixture
def made(engine, tmp_path):
    """A sampler that takes a sample whenever a test says so."""
    totals = Totals(engine)
    totals.look()
    made = Sampler(engine, Host(Settings(data_dir=tmp_path)), FakeOwners(), totals)
    yield made
    made._readers.follow(())


@pytest.fixture
def look(made):
    """Somebody looks, to the end of the test."""
    leave = made.look()
    yield
    leave()


def both(docker, *, busy=0.0, seconds=100.0, **changes):
    for name in ("web", "worker"):
        docker.tell(name, answer(seconds, busy=busy, **changes))


def by_name(snapshot):
    return {each.name: each for each in snapshot.containers.values()}


def taken(made):
    """By name, for how many seconds the machine ran when the last answer of each was made."""
    found = {}
    for name in ("web", "worker"):
        its = made._readers.meters.get(FakeDocker.id_of(name))
        if its is not None and its._answer is not None:
            found[name] = its._answer["cpu_stats"]["system_cpu_usage"] / 2e9
    return found


def test_unwatched_containers_are_asked_at_first_for_a_pair_and_then_once(made, docker):
    both(docker, busy=1, precpu_stats=answer(99)["cpu_stats"])
    first = by_name(made.sample())
    assert first["web"].usage.cpu_percent == 100.0
    assert (first["web"].app_id, first["web"].process) == (7, "web.1")
    assert (first["worker"].app_id, first["worker"].process) == (None, None)
    assert first["web"].rates is None
    both(docker, seconds=110, busy=6, received=10)
    second = by_name(made.sample())
    assert second["worker"].usage.cpu_percent == 50.0
    assert second["worker"].rates.network_received > 0
    assert sorted(docker.asked) == ["once web", "once worker", "pair web", "pair worker"]
    assert made.last.containers[FakeDocker.id_of("web")] == second["web"]


def test_watched_containers_are_followed_over_one_connection_each(made, docker, look):
    both(docker, seconds=100)
    made.sample()
    for seconds in (101, 102):
        eventually(lambda: set(taken(made).values()) == {seconds - 1} and len(taken(made)) == 2)  # noqa: B023
        both(docker, seconds=seconds, busy=(seconds - 100) / 2)
    eventually(lambda: taken(made) == {"web": 102, "worker": 102})
    found = by_name(made.sample())
    assert found["web"].usage.cpu_percent == found["worker"].usage.cpu_percent == 50.0
    assert sorted(docker.asked) == ["follow web", "follow worker"]


def test_a_watched_sample_waits_for_the_answers_of_all_but_not_for_ever(made, docker, look):
    both(docker)
    made.sample()
    are_all_in = made._readers.are_all_in
    assert are_all_in.wait(30)
    made.sample()
    docker.tell("web", answer(101))
    eventually(lambda: taken(made)["web"] == 101)
    assert not are_all_in.is_set()
    made._wait(sampler.monotonic() - sampler.LATEST_SECONDS)
    assert not made._keeps_pace
    docker.tell("worker", answer(101))
    eventually(are_all_in.is_set)
    made._wait(sampler.monotonic() - sampler.LATEST_SECONDS)
    assert made._keeps_pace


def test_one_that_is_no_longer_followed_is_not_waited_for(made, docker, look):
    both(docker)
    made.sample()
    eventually(made._readers.are_all_in.is_set)
    made._readers.clear()
    docker.end("worker")
    eventually(lambda: any(each.has_ended for each in made._readers._followers.values()))
    docker.tell("web", answer(101))
    eventually(made._readers.are_all_in.is_set)


def test_when_the_last_one_has_left_nothing_is_followed_any_more(made, docker, monkeypatch):
    both(docker, precpu_stats=answer(99)["cpu_stats"])
    first, second = made.look(), made.look()
    made.sample()
    first()
    first()
    assert made.is_watched
    second()
    assert made.is_watched, "a page that is loaded anew comes back"
    monkeypatch.setattr(sampler, "LINGER_SECONDS", 0)
    assert not made.is_watched
    eventually(lambda: len(taken(made)) == 2)
    made.sample()
    assert sorted(docker.asked) == ["follow web", "follow worker", "once web", "once worker"]
    assert not made._readers._followers


def test_more_containers_than_may_be_followed_are_asked_in_turns(made, docker, look, monkeypatch):
    monkeypatch.setattr(sampler, "MOST_FOLLOWED", 1)
    monkeypatch.setattr(readers, "MOST_ASKED_AT_ONCE", 1)
    both(docker, precpu_stats=answer(99)["cpu_stats"])
    assert len(made.sample().containers) == 2
    assert sorted(docker.asked) == ["pair web", "pair worker"]


def test_containers_are_read_side_by_side(made, docker, engine, monkeypatch):
    meeting = threading.Barrier(2, timeout=20)
    read = engine.stats.read

    def met(container_id, *, pair):
        meeting.wait()
        return read(container_id, pair=pair)

    monkeypatch.setattr(engine.stats, "read", met)
    both(docker, precpu_stats=answer(99)["cpu_stats"])
    assert len(made.sample().containers) == 2


def test_a_container_that_the_engine_does_not_tell_of_holds_up_no_other(made, docker, monkeypatch):
    monkeypatch.setattr(stats, "ANSWER_SECONDS", 0.2)
    both(docker, precpu_stats=answer(99)["cpu_stats"])
    made.sample()
    docker.silent.add("web")
    both(docker, seconds=110, busy=5)
    found = by_name(made.sample())
    assert (found["web"].is_stale, found["web"].usage.cpu_percent) == (True, 0.0)
    assert (found["worker"].is_stale, found["worker"].usage.cpu_percent) == (False, 50.0)
    assert found["web"].at < found["worker"].at <= made.last.at
    assert set(made.last.figures()) == {"host", "container/worker"}
    docker.silent.clear()
    both(docker, seconds=120, busy=5)
    assert not by_name(made.sample())["web"].is_stale


def test_what_is_followed_and_falls_silent_is_stale_and_recovers(made, docker, look, monkeypatch):
    monkeypatch.setattr(stats, "ANSWER_SECONDS", 0.2)
    both(docker, precpu_stats=answer(99)["cpu_stats"])
    made.sample()
    eventually(lambda: len(taken(made)) == 2)
    docker.silent |= {"web", "worker"}
    eventually(lambda: all(each.is_stale for each in made.sample().containers.values()))
    docker.silent.clear()
    both(docker, seconds=110)
    eventually(lambda: not any(each.is_stale for each in made.sample().containers.values()))


def test_what_was_read_is_stale_when_it_is_overdue(made, docker, look, monkeypatch):
    both(docker, precpu_stats=answer(99)["cpu_stats"])
    made.sample()
    eventually(lambda: len(taken(made)) == 2)
    assert not by_name(made.sample())["web"].is_stale
    monkeypatch.setattr(meter, "OVERDUE_SECONDS", 0)
    assert by_name(made.sample())["web"].is_stale


def test_an_engine_that_is_away_is_not_asked_and_what_it_said_stays(made, docker, engine):
    both(docker, precpu_stats=answer(99)["cpu_stats"])
    before = made.sample()
    docker.asked.clear()
    engine.inventory._set_health(replace(engine.health, ok=False, message="The engine does not answer."))
    now = made.sample()
    assert docker.asked == []
    assert now.engine == replace(before.engine, is_stale=True, message="The engine does not answer.")
    assert now.containers.keys() == before.containers.keys()
    assert now.host.at > before.host.at


def test_the_engine_is_told_of_as_a_whole(made, docker):
    docker.ended.add("worker")
    made._engine.inventory._replace(made._engine.containers.list())
    found = made.sample().engine
    assert (found.running, found.total, found.images, found.disk_used) == (1, 2, 4, 1_024)
    assert (found.is_stale, found.message) == (False, "")


def test_of_an_engine_that_has_never_answered_nothing_is_told(tmp_path):
    engine = Engine(Settings(docker_host=f"unix://{tmp_path}/none", data_dir=tmp_path))
    engine.inventory._set_health(replace(engine.health, ok=False, message="The engine does not answer."))
    found = Sampler(engine, Host(Settings(data_dir=tmp_path)), FakeOwners(), Totals(engine)).sample()
    assert (found.engine, dict(found.containers)) == (None, {})
    assert found.host.memory_total > 0


def test_containers_come_and_go_between_samples(made, docker, engine):
    both(docker, precpu_stats=answer(99)["cpu_stats"])
    assert set(by_name(made.sample())) == {"web", "worker"}
    docker.ended.add("web")
    engine.inventory._replace(engine.containers.list())
    assert set(by_name(made.sample())) == {"worker"}
    docker.ended.discard("web")
    engine.inventory._replace(engine.containers.list())
    docker.asked.clear()
    assert set(by_name(made.sample())) == {"web", "worker"}
    assert sorted(docker.asked) == ["once worker", "pair web"]


def test_a_container_that_ends_before_the_inventory_knows_is_left_out(made, docker):
    both(docker, precpu_stats=answer(99)["cpu_stats"])
    made.sample()
    docker.tell("web", NOT_RUNNING)
    assert set(by_name(made.sample())) == {"worker"}


def test_an_age_survives_a_clock_that_is_set(made, docker, monkeypatch):
    both(docker, precpu_stats=answer(99)["cpu_stats"])
    made.sample()
    made._engine.inventory._set_health(replace(made._engine.health, ok=False))
    monkeypatch.setattr(sampler, "time", lambda: 5_000_000.0)
    later = sampler.monotonic() + 60
    monkeypatch.setattr(sampler, "monotonic", lambda: later)
    found = by_name(made.sample())["web"]
    assert made.last.at == 5_000_000.0
    assert 60 <= made.last.at - found.at < 100


def test_who_listens_is_told_each_time_until_they_end_it_and_one_that_fails_harms_no_other(made, caplog):
    heard = []

    def fail(_):
        raise ValueError("a listener that fails")

    made.listen(fail)
    end = made.listen(heard.append)
    first = made.sample()
    end()
    end()
    made.sample()
    assert heard == [first]
    assert "a listener that fails" in caplog.text


def test_restarts_and_health_come_from_the_inventory(made, docker, engine):
    both(docker, precpu_stats=answer(99)["cpu_stats"])
    rows = [replace(row, restarts=3, health="unhealthy") for row in engine.inventory.all()]
    engine.inventory._rows = tuple(rows)
    found = by_name(made.sample())["web"]
    assert (found.restarts, found.health) == (3, "unhealthy")
    assert made.last.app(7).restarts == 3
