"""To whom ``/metrics`` says what, and how often, with a clock that is the test's: each sample is one tick."""

from types import SimpleNamespace

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps.app import App
from paas.errors import Forbidden, Invalid, NotSignedIn, Unavailable
from paas.web.live import metrics
from paas.web.live.metrics import MetricsDoor
from tests.metrics.samples import AT, container, snapshot

ADA = Actor(1, "ada", Role.OWNER, "a session")
MIA = Actor(2, "mia", Role.MEMBER, "another")
APPS = [App(id=1, name="shop", created_by=1), App(id=2, name="blog", created_by=2)]


class Sampler:
    def __init__(self):
        self.last, self.lookers = None, 0

    def listen(self, listener):
        self.listener = listener

    def look(self):
        self.lookers += 1
        return self._end

    def _end(self):
        self.lookers -= 1


class Server:
    """Each socket has a queue of so many messages that it has not taken."""

    def __init__(self):
        self.said = []
        self.waiting = {}
        self.manager = SimpleNamespace(eio_sid_from_sid=lambda sid, _namespace: sid)

    @property
    def eio(self):
        sockets = {
            sid: SimpleNamespace(queue=SimpleNamespace(qsize=lambda sid=sid: self.waiting[sid])) for sid in self.waiting
        }
        return SimpleNamespace(sockets=sockets)

    def emit(self, event, message, *, to, namespace):
        self.said.append((event, message, to))


class Stage:
    """A door with nothing real behind it. ``tick`` takes a sample and lets the door tell of it."""

    def __init__(self):
        self.sampler, self.server = Sampler(), Server()
        services = SimpleNamespace(sampler=self.sampler, database=self)
        self.door = MetricsDoor(SimpleNamespace(extensions={"quayside": services}))
        self.door.socketio = SimpleNamespace(server=self.server)
        self.is_away = False
        self.asked = 0

    def session(self):
        self.asked += 1
        if self.is_away:
            raise Unavailable("The database does not answer.")
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def come(self, sid, *watches, actor=ADA):
        self.door.visitors[sid], self.server.waiting[sid] = actor, 0
        for options in watches:
            self.door._watch(sid, options)

    def go(self, sid):
        del self.door.visitors[sid], self.server.waiting[sid]
        self.door.left(sid)

    def tick(self, *containers, at=AT, **changes):
        self.sampler.last = snapshot(*containers, at=at, **changes)
        self.sampler.listener(self.sampler.last)
        self.door._say_news()

    def said_to(self, sid, event):
        return [message for name, message, to in self.server.said if name == event and sid in to]


@pytest.fixture
def stage(monkeypatch):
    monkeypatch.setattr("paas.web.live.namespace.presence.presence", lambda _: SimpleNamespace(watch=lambda _: None))
    monkeypatch.setattr(metrics, "threading", SimpleNamespace(Thread=_NoThread, Event=metrics.threading.Event))
    monkeypatch.setattr(metrics.catalogue, "every", lambda _: APPS)
    monkeypatch.setattr(metrics.catalogue, "find", lambda _session, _actor, reference: find(reference))
    return Stage()


class _NoThread:
    def __init__(self, **_):
        pass

    def start(self):
        pass


def find(reference):
    return next(app for app in APPS if reference in (app.name, str(app.id)))


def test_one_message_is_made_of_each_subject_for_all_who_watch_it(stage):
    for sid in "abc":
        stage.come(sid, {"host": True}, {"app": "shop"}, {"apps": True})
    stage.tick(container("web", app_id=1))
    assert [(event, sorted(to)) for event, _, to in stage.server.said] == [
        ("host", ["a", "b", "c"]), ("app", ["a", "b", "c"]), ("apps", ["a", "b", "c"])
    ]  # fmt: skip
    assert stage.asked == 4  # three apps were looked up, and all of them once for everybody


def test_who_comes_is_told_the_last_sample_alone(stage):
    stage.come("a", {"host": True})
    stage.tick()
    stage.come("b", {"host": True})
    stage.door._say_news()
    assert (len(stage.said_to("a", "host")), len(stage.said_to("b", "host"))) == (1, 1)


def test_before_the_first_sample_nothing_is_told(stage):
    stage.come("a", {"host": True})
    stage.door._say_news()
    assert stage.server.said == []
    stage.tick()
    assert len(stage.said_to("a", "host")) == 1


def test_slow_viewer_is_given_the_newest_and_no_backlog_while_others_go_on(stage):
    stage.come("slow", {"host": True})
    stage.come("quick", {"host": True})
    stage.tick(cpu_percent=1.0)
    stage.server.waiting["slow"] = metrics.MOST_WAITING
    for number in range(2, 10):
        stage.tick(cpu_percent=float(number))
    stage.server.waiting["slow"] = 0
    stage.tick(cpu_percent=10.0)
    assert [told["cpu"]["usage"] for told in stage.said_to("slow", "host")] == [1.0, 10.0]
    assert len(stage.said_to("quick", "host")) == 10


def test_sampler_is_looked_at_once_while_anybody_watches_anything(stage):
    stage.come("a", {"host": True}, {"apps": True})
    stage.come("b", {"host": True})
    assert stage.sampler.lookers == 1
    stage.go("b")
    assert stage.door._forget("a", "host")
    assert stage.sampler.lookers == 1
    assert stage.door._forget("a", "apps")
    assert stage.sampler.lookers == 0
    stage.come("a", {"host": True})
    assert stage.sampler.lookers == 1
    stage.go("a")
    stage.door.left("a")
    assert stage.sampler.lookers == 0
    stage.tick()
    assert stage.server.said == []


def test_list_is_made_for_each_set_of_apps_that_somebody_sees(stage):
    stage.come("ada", {"apps": True})
    stage.come("mia", {"apps": True}, actor=MIA)
    stage.come("mia again", {"apps": True}, actor=MIA)
    stage.tick(container("web", app_id=1))
    assert [([row["app"] for row in told], to) for _, told, to in stage.server.said] == [
        (["shop", "blog"], ["ada"]), (["blog"], ["mia", "mia again"])
    ]  # fmt: skip


def test_database_that_is_away_stops_nothing(stage):
    stage.come("a", {"app": "shop"}, {"apps": True}, {"host": True})
    stage.tick(container("web", app_id=1))
    stage.is_away = True
    stage.tick(container("web", app_id=1), at=AT + 1)
    assert [len(stage.said_to("a", event)) for event in ("app", "apps", "host")] == [2, 2, 2]


def test_who_went_while_their_app_was_looked_up_watches_nothing(stage, monkeypatch):
    def find_slowly(_session, _actor, reference):
        stage.door.visitors.pop("a")
        return find(reference)

    monkeypatch.setattr(metrics.catalogue, "find", find_slowly)
    stage.come("a", {"app": "shop"})
    assert (stage.door.watches, stage.sampler.lookers) == ({}, 0)


@pytest.mark.parametrize(
    "options", [None, 7, [], {}, {"host": 1}, {"host": False}, {"apps": "true"}, {"app": True}, {"app": None}]
)
def test_what_makes_no_sense_is_refused(stage, options):
    with pytest.raises(Invalid):
        stage.come("a", options)
    assert stage.door.watches == {}


def test_machine_is_not_for_members_and_nothing_for_who_has_gone(stage):
    with pytest.raises(Forbidden):
        stage.come("mia", {"host": True}, actor=MIA)
    with pytest.raises(NotSignedIn):
        stage.door._watch("nobody", {"apps": True})
    assert stage.sampler.lookers == 0
