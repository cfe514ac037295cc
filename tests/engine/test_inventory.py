"""The table of containers follows the engine: its events, its failures, its return."""

import queue
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from paas.engine import inventory as module
from paas.engine.containers import Container
from paas.engine.events import Event
from paas.engine.inventory import Inventory
from paas.errors import Invalid, NotFound, Unavailable
from tests.engine.scripted_docker import Docker, EndingThread
from tests.waiting import eventually


@pytest.fixture
def docker(monkeypatch):
    for name, seconds in {
        "PING": 0.02,
        "RELIST": 5,
        "SETTLE": 0.01,
        "FIRST_PAUSE": 0.01,
        "LONGEST_PAUSE": 0.02,
    }.items():
        monkeypatch.setattr(module, f"{name}_SECONDS", seconds)
    monkeypatch.setattr(module, "threading", SimpleNamespace(Event=threading.Event, Thread=EndingThread))
    return Docker()


@pytest.fixture
def inventory(docker):
    before = set(threading.enumerate())
    inventory = Inventory(docker, docker)
    yield inventory
    docker.is_over = True
    docker.events_queue.put(None)
    inventory.refresh_soon()
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive(), f"{thread.name} did not end"


@pytest.fixture
def started(docker, inventory):
    docker.add("web", 1)
    docker.add("db", 2)
    inventory.start()
    eventually(lambda: inventory.health.ok)
    return inventory


def _names(inventory):
    return [row.name for row in inventory.all()]


def test_containers_are_known_by_name(started):
    assert _names(started) == ["db", "web"]


def test_who_asks_just_after_the_start_hears_of_a_well_engine_that_it_is_well(docker, inventory):
    held, listing = threading.Event(), docker.list
    docker.list = lambda: held.wait(5) and listing()
    inventory.start()
    heard = []
    asking = threading.Thread(target=lambda: heard.append(inventory.first_health()))
    asking.start()
    held.set()
    asking.join(5)
    assert [health.ok for health in heard] == [True]


def test_an_event_brings_the_table_up_to_date_and_tells(docker, started):
    told = threading.Event()
    started.listen(told.set)
    new = docker.add("new", 3)
    docker.event(new)
    assert told.wait(5)
    assert _names(started) == ["db", "new", "web"]


def test_a_listener_that_has_ended_is_not_told_and_one_that_fails_harms_no_other(docker, started, caplog):
    told, told_too = threading.Event(), []

    def failing():
        raise ValueError("mine")

    started.listen(failing)
    end = started.listen(lambda: told_too.append(1))
    end()
    end()
    started.listen(told.set)
    docker.event(docker.add("new", 3))
    assert told.wait(5)
    assert told_too == []
    assert "A listener of the inventory failed" in caplog.text


def test_who_follows_is_told_what_has_happened_and_one_that_fails_harms_no_other(docker, started, caplog):
    told, told_too = queue.Queue(), []

    def failing(_event):
        raise ValueError("mine")

    started.follow(failing)
    end = started.follow(told_too.append)
    end()
    end()
    started.follow(told.put)
    web = next(iter(docker.rows))
    docker.event(web, "exec_die: /bin/true", exitCode="0")
    docker.event(web, "kill", 1_000.25, name="web", signal="15")
    labels = {"quayside.app": "3", "com.example": "x"}
    docker.event(web, "die", 1_000.5, name="web", exitCode="137", **labels)
    docker.events_queue.put({"Action": "oom", "Actor": {"ID": web}})
    assert [told.get(timeout=30) for _ in range(3)] == [
        Event("kill", web, 1_000.25, "web", signal="15"),
        Event("die", web, 1_000.5, "web", exit_code=137, labels={"quayside.app": "3"}),
        Event("oom", web, 0.0),
    ]
    assert told_too == []
    eventually(lambda: caplog.text.count("A follower of the engine's events failed") == 3)


def test_who_has_changed_something_can_wait_until_it_is_in_the_table(docker, started):
    """Without an event, and although a list that is under way was asked for before."""
    held, listing, web = threading.Event(), docker.list, next(iter(docker.rows))

    def held_list():
        rows = listing()
        assert held.wait(30)
        return rows

    lists = docker.asked.count("list")
    docker.list = held_list
    started.refresh_soon()
    eventually(lambda: docker.asked.count("list") > lists)
    docker.rows[web] = replace(docker.rows[web], state="exited")
    threading.Timer(0.05, held.set).start()
    started.catch_up(limit_seconds=30)
    assert started.find("web").state == "exited"


def test_who_waits_for_an_engine_that_is_gone_is_not_kept(docker, started):
    docker.go_away()
    started.catch_up(limit_seconds=30)
    assert not started.health.ok


def test_each_container_is_inspected_once_between_two_events(docker, started):
    for _ in range(3):
        count = docker.asked.count("list")
        started.refresh_soon()
        eventually(lambda count=count: docker.asked.count("list") > count)
    assert docker.asked.count("inspect 01ab") == docker.asked.count("inspect 02ab") == 1
    docker.event(next(iter(docker.rows)))
    eventually(lambda: docker.asked.count("inspect 01ab") == 2)
    assert docker.asked.count("inspect 02ab") == 1


def test_how_often_the_engine_has_restarted_a_container_is_known(docker, started):
    web = next(iter(docker.rows))
    assert started.find(web).restarts == 0
    docker.runs[web]["restarts"] = 2
    docker.event(web)
    eventually(lambda: started.find(web).restarts == 2)


def test_health_checks_that_run_are_no_news(docker, started):
    eventually(lambda: "events" in docker.asked)
    lists = docker.asked.count("list")
    pings = docker.asked.count("ping")
    for action in ("exec_create: true", "exec_start: true", "exec_die"):
        docker.event(next(iter(docker.rows)), action)
    eventually(lambda: docker.events_queue.empty() and docker.asked.count("ping") > pings + 3)
    assert docker.asked.count("list") <= lists + 1  # the one that the start of the event stream asks for
    assert docker.asked.count("inspect 01ab") == 1


def test_an_event_that_comes_during_the_inspection_is_not_forgotten(docker, started):
    """What was asked before it is old news."""
    web = next(iter(docker.rows))

    def turn_healthy():
        docker.on_inspect = lambda: None
        docker.runs[web]["health"] = "healthy"
        started._take({"Action": "health_status: healthy", "Actor": {"ID": web}})

    docker.runs[web]["health"] = "starting"
    docker.on_inspect = turn_healthy
    docker.event(web)
    eventually(lambda: started.find("web").health == "healthy", 3)


def test_what_a_container_ended_with_is_known(docker, started):
    docker.event(docker.add("job", 4, state="exited"), "die")
    job = eventually(lambda: next((row for row in started.all() if row.name == "job"), None))
    assert (job.exit_code, job.is_running) == (3, False)
    assert job.since == 1_795_172_400.0
    assert started.find("web").since == 1_795_168_800.5
    assert started.find("web").exit_code is None


def test_a_container_that_goes_while_it_is_inspected_harms_nothing(docker, started):
    ghost = docker.add("ghost", 5)
    rows, docker.rows = dict(docker.rows), {key: row for key, row in docker.rows.items() if key != ghost}
    started._replace(rows.values())
    assert "ghost" in _names(started)
    started.refresh_soon()
    eventually(lambda: "ghost" not in _names(started))


def test_a_lost_engine_is_told_with_the_reason_and_the_table_stays(docker, started):
    told = threading.Event()
    started.listen(told.set)
    docker.go_away()
    eventually(lambda: not started.health.ok)
    assert told.is_set()
    assert "gone" in started.health.message
    assert _names(started) == ["db", "web"]


def test_an_engine_that_is_back_is_asked_for_everything_anew(docker, started):
    docker.go_away()
    eventually(lambda: not started.health.ok)
    docker.add("new", 3)
    docker.runs[next(iter(docker.rows))]["started_at"] = "2026-11-20T12:00:00Z"
    inspected = docker.asked.count("inspect 01ab")
    docker.is_away = False
    eventually(lambda: started.health.ok)
    eventually(lambda: "new" in _names(started))
    eventually(lambda: docker.asked.count("inspect 01ab") > inspected)
    eventually(lambda: started.details("web").started_at == "2026-11-20T12:00:00Z")


def test_an_event_stream_that_ends_is_opened_again(docker, started):
    count = eventually(lambda: docker.asked.count("events"))
    docker.events_queue.put(None)
    eventually(lambda: docker.asked.count("events") > count)
    docker.event(docker.add("new", 3))
    eventually(lambda: "new" in _names(started))


def test_an_engine_that_never_answered_is_unavailable_at_once(docker, inventory):
    docker.is_away = True
    inventory.start()
    with pytest.raises(Unavailable, match="gone"):
        inventory.all()
    with pytest.raises(Unavailable):
        inventory.find("web")


@pytest.mark.parametrize(
    ("reference", "found"),
    [("web", "web"), ("db", "db"), ("01ab", "web"), ("01ab" + f"{1:060x}", "web"), ("01ab00000000", "web")],
)
def test_a_container_is_found_by_name_id_and_the_beginning_of_it(started, reference, found):
    assert started.find(reference).name == found


@pytest.mark.parametrize("reference", ["", "we", "01a", "ab01", "01AB", "/web", "x" * 1000])
def test_what_is_no_container_is_not_found(started, reference):
    with pytest.raises(NotFound):
        started.find(reference)


def test_the_beginning_of_two_ids_is_no_answer(docker, started):
    docker.rows["01ab" + "f" * 60] = Container(
        id="01ab" + "f" * 60, name="twin", image="app", state="running", status="Up"
    )
    docker.runs["01ab" + "f" * 60] = docker.runs[next(iter(docker.rows))]
    started.refresh_soon()
    eventually(lambda: "twin" in _names(started))
    with pytest.raises(Invalid, match="beginning of 2 ids"):
        started.find("01ab")
    assert started.find("01ab0").name == "web"


def test_a_name_is_preferred_to_the_beginning_of_an_id(docker, started):
    docker.event(docker.add("01ab", 9))
    eventually(lambda: "01ab" in _names(started))
    assert started.find("01ab").name == "01ab"


def test_details_are_those_of_the_container_that_has_the_name_now(docker, started):
    assert eventually(lambda: started.details("web")).id == started.find("web").id
    assert started.details("nobody") is None


def test_an_engine_that_is_back_at_once_is_told_by_its_events_that_ended(docker, started):
    told = threading.Event()
    started.listen(told.set)
    docker.events_queue.put(None)
    assert told.wait(30)
    assert (started.breaks, started.health.ok) == (1, True)
