"""How processes end, and which ends people are told of."""

import pytest

from paas.alerts import incidents
from paas.alerts.rules import Kind, Wanted
from paas.apps import catalogue

MB = 1024 * 1024
DIED = Wanted("Died", Kind.DIED, minutes=1)
MEMORY = Wanted("Memory", Kind.OUT_OF_MEMORY, minutes=10)
LOOP = Wanted("Loop", Kind.RESTART_LOOP, times=3, minutes=10)


def test_death_is_told_and_its_end(scene, rule, shop):
    rule(DIED)
    web = scene.run(shop)
    scene.pass_time(60)
    scene.die(web, 3)
    scene.pass_time(30)
    assert scene.said() == [("firing", "shop: web.1 ended with code 3, restarted since")]
    scene.pass_time(60)
    assert scene.said() == [("recovered", "shop: web.1 runs again")]


def test_what_dies_for_good_fires_until_it_runs(scene, rule, shop):
    rule(DIED)
    web = scene.run(shop)
    scene.pass_time(60)
    scene.die(web, 0, restarts=False)
    scene.pass_time(3_600, every=60)
    assert scene.said() == [("firing", "shop: web.1 ended with code 0 and does not run")]
    scene.set(web, state="running", since=scene.now, exit_code=None)
    scene.pass_time(120)
    assert [state for state, _ in scene.said()] == ["recovered"]


def stopped_here(scene, web, shop):
    """As ``deployments.power`` does."""
    scene.policies[scene.rows[web].id] = "no"
    with scene.turns.take(shop.id):
        scene.event(web, "kill", signal="15")
        scene.now += 5
        scene.event(web, "kill", signal="9")
        scene.die(web, 137, restarts=False)


def stopped_while_nobody_looked(scene, web, _shop):
    scene.policies[scene.rows[web].id] = "no"
    scene.set(web, state="exited", since=scene.now, exit_code=137)
    scene.new_watcher()


def restarted_here(scene, web, shop):
    with scene.turns.take(shop.id):
        scene.event(web, "kill", signal="15")
        scene.die(web, 143)


def replaced_by_a_deployment(scene, web, shop):
    with scene.turns.take(shop.id):
        scene.rows["old"] = scene.rows.pop(web)
        scene.set("old", name="shop.web.1.d1")
        scene.run(shop, deployment=2)
        scene.event("old", "kill", signal="15")
        scene.die("old", 143, restarts=False)


def removed_with_its_app(scene, web, shop):
    with scene.turns.take(shop.id):
        scene.event(web, "kill", signal="9")
        scene.die(web, 137, restarts=False)
        del scene.rows[web]


def tried_out_by_a_deployment(scene, web, shop):
    serving = scene.rows[web]
    scene.rows["new"] = scene.rows[scene.run(shop, deployment=2)]
    scene.set("new", name="shop.web.1.d2")
    scene.rows[web] = serving
    scene.tick()
    scene.die("new", 1, restarts=False)


def ran_a_release_command(scene, _web, shop):
    release = scene.run(shop, "release.1")
    scene.set(release, labels=scene.rows[release].labels | {"quayside.role": "release"})
    scene.tick()
    scene.die(release, 1, restarts=False)


def asked_to_stop_and_back_in_time(scene, web, _shop):
    """As by a restart of the engine, or ``docker restart``."""
    scene.event(web, "kill", signal="15")
    scene.die(web, 143, restarts=False)
    scene.pass_time(10)
    scene.set(web, state="running", since=scene.now, exit_code=None)


@pytest.mark.parametrize(
    "happens",
    [
        stopped_here,
        stopped_while_nobody_looked,
        restarted_here,
        replaced_by_a_deployment,
        removed_with_its_app,
        tried_out_by_a_deployment,
        ran_a_release_command,
        asked_to_stop_and_back_in_time,
    ],
)
def test_end_that_somebody_wanted_is_no_death(scene, rule, shop, happens):
    for wanted in (DIED, MEMORY, LOOP):
        rule(wanted)
    web = scene.run(shop)
    scene.pass_time(60)
    happens(scene, web, shop)
    scene.pass_time(600)
    assert scene.said() == []


@pytest.mark.parametrize(
    ("happens", "text"),
    [
        (lambda scene, web: scene.event(web, "kill", signal="15") or scene.die(web, 143, restarts=False),
         "shop: web.1 does not run (ended with code 143)"),
        (lambda scene, web: scene.event(web, "kill", signal="9") or scene.die(web, 137, restarts=False),
         "shop: web.1 ended with code 137 and does not run"),
        (lambda scene, web: scene.set(web, state="exited", since=scene.now, exit_code=5) or scene.new_watcher(),
         "shop: web.1 does not run (ended with code 5)"),
        (lambda scene, web: scene.die(web, 137, restarts=False) or scene.rows.pop(web),
         "shop: web.1 ended with code 137 and does not run"),
    ],
    ids=["stopped elsewhere", "killed elsewhere", "ended while nobody looked", "removed by force elsewhere"],
)  # fmt: skip
def test_end_that_nobody_here_wanted_is_told(scene, rule, shop, happens, text):
    rule(DIED)
    web = scene.run(shop)
    scene.pass_time(60)
    happens(scene, web)
    scene.pass_time(60)
    assert scene.said() == [("firing", text)]


def test_death_during_a_build_is_one_all_the_same(scene, rule, shop):
    rule(DIED)
    web = scene.run(shop)
    scene.pass_time(60)
    with scene.turns.take(shop.id):
        scene.die(web, 1)
        scene.pass_time(20)
    assert [state for state, _ in scene.said()] == ["firing"]


def test_want_of_memory_is_told_once_and_what_came_after(scene, rule, shop, database, people):
    for wanted in (DIED, MEMORY):
        rule(wanted)
    with database.session() as session:
        catalogue.change(session, people["bob"], shop, memory_bytes=256 * MB)
    web = scene.run(shop)
    scene.pass_time(60)
    for _ in range(3):
        scene.die(web, 137, out_of_memory=True)
        scene.pass_time(30)
    assert scene.said() == [("firing", "shop: web.1 was killed for want of memory (limit 256 MiB), restarted since")]
    with database.session() as session:
        (incident,) = incidents.visible(session, people["eve"])
    assert incident.text == "shop: web.1 was killed for want of memory (limit 256 MiB), restarted 3 times since"
    scene.pass_time(660)
    assert scene.said() == [("recovered", "shop: web.1 was not killed for want of memory again within 10 min")]


def test_want_of_memory_told_late_or_of_a_child_is_noticed(scene, rule, shop):
    rule(MEMORY)
    web = scene.run(shop)
    scene.pass_time(60)
    scene.event(web, "die", exit_code=137)
    scene.now += 0.5
    scene.event(web, "oom")
    scene.pass_time(20, every=1)
    assert [text for _, text in scene.said()] == ["shop: web.1 was killed for want of memory, restarted since"]
    scene.pass_time(3_600, every=60)
    scene.said()
    scene.event(web, "oom")
    scene.pass_time(20, every=1)
    assert [text for _, text in scene.said()] == ["shop: a process in web.1 was killed for want of memory"]


def test_without_a_rule_for_memory_it_is_a_death(scene, rule, shop):
    rule(DIED)
    web = scene.run(shop)
    scene.pass_time(60)
    scene.die(web, 137, out_of_memory=True)
    scene.pass_time(20)
    assert [state for state, _ in scene.said()] == ["firing"]


def test_restart_loop_is_told_once_and_over_when_it_keeps_running(scene, rule, shop):
    rule(LOOP)
    web = scene.run(shop)
    scene.pass_time(60)
    for number in range(10):
        scene.die(web, 1)
        scene.pass_time(30)
        assert bool(scene.told) is (number >= 2)
    text = "shop: web.1 was restarted 3 times within 10 min, the last time after it ended with code 1"
    assert scene.said() == [("firing", text)]
    scene.pass_time(700)
    assert scene.said() == [("recovered", "shop: web.1 keeps running")]
    for _ in range(2):
        scene.die(web, 1)
        scene.pass_time(30)
    assert scene.said() == []


def test_app_without_a_restart_policy_that_died_stays_dead(scene, rule, shop):
    """Its policy says no more of who stopped it, but we saw that nobody did."""
    rule(DIED)
    web = scene.run(shop)
    scene.policies[scene.rows[web].id] = "no"
    scene.pass_time(60)
    scene.die(web, 1, restarts=False)
    scene.tick()
    scene.pass_time(600)
    assert scene.said() == [("firing", "shop: web.1 ended with code 1 and does not run")]


def test_stop_here_of_which_nobody_saw_the_end_is_none_though_it_died_before(scene, rule, shop):
    rule(DIED)
    web = scene.run(shop)
    scene.pass_time(60)
    scene.die(web, 1)
    scene.pass_time(300)
    assert [state for state, _ in scene.said()] == ["firing", "recovered"]
    scene.policies[scene.rows[web].id] = "no"
    scene.set(web, state="exited", since=scene.now)
    scene.pass_time(600)
    assert scene.said() == []


def test_what_ends_before_the_table_knows_of_it_counts(scene, rule, shop):
    rule(DIED)
    web = scene.run(shop)
    row = scene.rows[web]
    scene.event(web, "die", exit_code=3)
    del scene.rows[web]
    scene.pass_time(5, every=1)
    assert scene.said() == []
    scene.rows[web] = row
    scene.pass_time(2, every=1)
    assert scene.said() == [("firing", "shop: web.1 ended with code 3, restarted since")]


def test_loop_that_is_seen_late_to_run_again_is_one(scene, rule, shop):
    rule(LOOP)
    web = scene.run(shop)
    scene.pass_time(20)
    for _ in range(3):
        scene.die(web, 1, restarts=False)
        scene.set(web, state="restarting")
        scene.pass_time(5, every=1)
        assert scene.said() == []
        scene.set(web, state="running", since=scene.now)
        scene.tick()
    assert [state for state, _ in scene.said()] == ["firing"]


def test_health_is_given_its_time(scene, rule, shop):
    rule(Wanted("x", Kind.UNHEALTHY, minutes=2))
    web = scene.run(shop)
    for health in ("unhealthy", "starting", "unhealthy"):
        scene.set(web, health=health)
        scene.pass_time(50)
    assert scene.said() == [("firing", "shop: web.1 fails its health check for 2 min")]
    scene.set(web, health="healthy")
    scene.pass_time(300)
    assert scene.said() == [("recovered", "shop: web.1 is healthy again")]


def test_engine_that_is_away_kills_nobody(scene, rule, shop):
    for wanted in (DIED, LOOP, MEMORY):
        rule(wanted)
    web = scene.run(shop)
    scene.pass_time(60)
    with scene.engine_away():
        scene.set(web, state="exited", since=scene.now)
        scene.pass_time(600)
    scene.set(web, state="running", since=scene.now)
    scene.pass_time(600)
    assert scene.said() == []
