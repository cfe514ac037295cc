"""Lines of logs are counted once each, by one watch for each app, as long as a rule asks for it."""

import itertools
import threading

import pytest

from paas.alerts import incidents, patterns, rulebook, rules, seeds
from paas.alerts.patterns import Count, Patterns
from paas.alerts.rules import About, Kind, Rule, Wanted
from paas.apps.app import App
from paas.broadcast import Batch
from paas.errors import Unavailable
from paas.storage.alert_tables import AlertRuleRow
from tests.alerts.scene import NOW, Scene
from tests.waiting import eventually

ERRORS = Rule("Errors", Kind.LOG_PATTERN, pattern="ERROR|panic", times=3, minutes=5, id=1)
SLOW = Rule("Slow", Kind.LOG_PATTERN, pattern=r"took \d{4,} ms", minutes=5, id=2)
SHOP, BLOG = App(name="shop", id=3), App(name="blog", id=4)
AT = "2033-05-18T03:33:20.000000000Z"
"""As ``NOW``."""


class FakeWatch:
    def __init__(self, hub, app, outlet):
        self.hub, self.app, self.outlet = hub, app, outlet
        self.is_begun = self.is_ended = False
        self.taken_as_far_as = ""

    def begin(self):
        self.is_begun = True

    def taken(self, position):
        self.taken_as_far_as = position

    def end(self):
        self.is_ended = True


class FakeHub:
    """As many watches as were asked for; ``say`` writes into those of an app."""

    def __init__(self):
        self.watches, self.failures = [], 0
        self.numbers = itertools.count(1)

    def watch_app(self, app, outlet, *, tail=100):
        assert tail == 0
        if self.failures:
            self.failures -= 1
            raise Unavailable("The engine does not answer.")
        self.watches.append(FakeWatch(self, app, outlet))
        return self.watches[-1]

    def live(self, app):
        return [watch for watch in self.watches if watch.app.id == app.id and watch.is_begun and not watch.is_ended]

    def say(self, app, *lines, at=AT):
        rows = tuple((f"p{next(self.numbers)}", at, "web.1", "stdout", line) for line in lines)
        for watch in self.live(app):
            watch.outlet.lines(Batch(0, 0, rows), 0)
        return rows[-1][0]


@pytest.fixture
def hub():
    return FakeHub()


@pytest.fixture
def told():
    return threading.Event()


@pytest.fixture
def counting(hub, told):
    made = Patterns(hub, told.set, clock=lambda: NOW)
    yield made
    made.stop()


def watched(hub, *apps):
    eventually(lambda: all(len(hub.live(app)) == 1 for app in apps))


def test_one_watch_serves_all_rules_of_an_app(hub, counting, told):
    counting.want([ERRORS, SLOW], {3: SHOP, 4: BLOG})
    watched(hub, SHOP, BLOG)
    last = hub.say(SHOP, "ERROR one", "fine", "\x1b[31mpa\x1b[0mnic", "took 1200 ms", "took 12 ms")
    eventually(lambda: hub.live(SHOP)[0].taken_as_far_as == last)
    assert told.wait(30)
    assert (counting.counted(ERRORS, 3), counting.counted(SLOW, 3)) == ((2, True), (1, True))
    assert (counting.counted(ERRORS, 4), counting.counted(SLOW, 4)) == ((0, False), (0, False))
    assert len(hub.watches) == 2


def test_what_was_judged_is_fresh_no_more_but_counts_on(hub, counting):
    counting.want([ERRORS], {3: SHOP})
    watched(hub, SHOP)
    hub.say(SHOP, "ERROR")
    eventually(lambda: counting.counted(ERRORS, 3) == (1, True))
    counting.settle()
    assert counting.counted(ERRORS, 3) == (1, False)
    hub.say(SHOP, "ERROR")
    eventually(lambda: counting.counted(ERRORS, 3) == (2, True))


def test_it_is_watched_only_while_a_rule_asks_for_it(hub, counting):
    assert counting.counted(ERRORS, 3) is None
    of_blog = Rule("x", Kind.LOG_PATTERN, About.APP, 4, pattern="x", id=9)
    counting.want([of_blog, Rule("y", Kind.DIED, id=8)], {3: SHOP, 4: BLOG})
    watched(hub, BLOG)
    counting.want([], {3: SHOP, 4: BLOG})
    eventually(lambda: [watch.is_ended for watch in hub.watches] == [True])
    assert counting.counted(of_blog, 4) is None
    counting.want([ERRORS], {3: SHOP})
    watched(hub, SHOP)
    counting.want([ERRORS], {})
    eventually(lambda: hub.live(SHOP) == [])


def test_rule_that_stays_keeps_its_count_and_one_that_changed_begins_anew(hub, counting):
    counting.want([ERRORS, SLOW], {3: SHOP})
    watched(hub, SHOP)
    hub.say(SHOP, "ERROR took 1200 ms")
    eventually(lambda: counting.counted(SLOW, 3) == (1, True))
    changed = Rule("Errors", Kind.LOG_PATTERN, pattern="FATAL", minutes=5, id=1, changed_at=7.0)
    counting.want([changed, SLOW], {3: SHOP})
    assert (counting.counted(changed, 3), counting.counted(SLOW, 3)) == ((0, False), (1, True))
    assert len(hub.watches) == 1


def test_engine_that_does_not_answer_yet_is_asked_again(hub, counting, monkeypatch):
    monkeypatch.setattr(patterns, "RETRY_SECONDS", 0.01)
    hub.failures = 3
    counting.want([ERRORS], {3: SHOP})
    watched(hub, SHOP)


@pytest.mark.parametrize(("minutes", "after", "left"), [(5, 299, 3), (5, 302, 0), (600, 35_000, 3), (600, 36_200, 0)])
def test_lines_count_as_long_as_the_rule_says(minutes, after, left):
    count = Count(Rule("x", Kind.LOG_PATTERN, pattern="x", minutes=minutes, id=1))
    for _ in range(3):
        count.add(NOW)
    assert count.read(NOW + after).times == left


def test_a_flood_is_counted_in_little_memory():
    count = Count(ERRORS)
    for number in range(100_000):
        count.add(NOW + number / 300)
    assert len(count._buckets) <= 400
    assert 89_000 <= count.read(NOW + 100_000 / 300).times <= 91_000


def test_pattern_fires_when_it_stands_there_too_often_and_recovers(database, people, shop, hub, monkeypatch):
    monkeypatch.setattr(seeds, "SEEDS", {})
    with database.session() as session:
        made = rulebook.insert(session, rules.check(Wanted("x", Kind.LOG_PATTERN, pattern="ERROR", times=3, minutes=5)))
        session.get(AlertRuleRow, made.id).changed_at = NOW - 1
    scene = Scene(database, hub)
    scene.run(shop)
    scene.tick()
    watched(hub, shop)
    for number in range(6):
        position = hub.say(shop, "ERROR", "fine")
        eventually(lambda position=position: hub.live(shop)[0].taken_as_far_as == position)
        scene.pass_time(10)
        assert bool(scene.told) is (number >= 2)
    with database.session() as session:
        (incident,) = incidents.visible(session, people["bob"])
    assert incident.text == scene.told[0].text  # not written anew with each line
    scene.pass_time(600)
    assert scene.said() == [
        ("firing", "shop: “ERROR” stood in its log 3 times within 5 min"),
        ("recovered", "shop: “ERROR” stands in its log too often no more"),
    ]
    scene.watcher.stop()
