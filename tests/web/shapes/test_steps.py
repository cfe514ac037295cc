"""The steps of deployments that went in every way."""

import pytest

from paas.deployments.history import Deployment, StageTime
from paas.deployments.stages import Status
from paas.web.shapes.steps import WORDS, clock, steps

SHORT = {
    "clone": "cloning_repo",
    "build": "building_image",
    "release": "releasing",
    "start": "starting_new",
    "check": "checking",
    "stop": "stopping_old",
    "done": "completed",
}
NOW = 1_000.0


def deployment(status, *times):
    """``times`` are (stage, began) or (stage, began, ended), in seconds before now."""
    stages = tuple(
        StageTime(SHORT[name], NOW - began, *[NOW - each for each in ended] or [None]) for name, began, *ended in times
    )
    facts = dict.fromkeys(Deployment.__annotations__)
    return Deployment(
        **facts | {"status": Status(status), "stage": stages[-1].stage if stages else "", "stages": stages}
    )


def states(found):
    names = {stage: name for name, stage in SHORT.items()}
    return {names[step.stage]: step.state for step in found}


@pytest.mark.parametrize(
    ("status", "times", "expected"),
    [
        ("pending", [], {}),
        ("building", [("clone", 3)], {"clone": "now"}),
        ("building", [("clone", 9, 6), ("build", 6)], {"clone": "done", "build": "now"}),
        (
            "deploying",
            [("build", 9, 6), ("start", 6)],
            {"clone": "skipped", "build": "done", "release": "skipped", "start": "now"},
        ),
        ("failed", [("clone", 9, 6), ("build", 6, 1)], {"clone": "done", "build": "failed"}),
        ("cancelled", [("clone", 9, 6), ("build", 6, 1)], {"clone": "done", "build": "ended"}),
        ("interrupted", [("clone", 9, 6)], {"clone": "ended"}),
        ("cancelled", [], {}),
    ],
)
def test_each_step_is_in_one_state_and_the_rest_is_to_come(status, times, expected):
    found = states(steps(deployment(status, *times), NOW, stops_first=False))
    assert found == dict.fromkeys(SHORT, "todo") | expected
    assert set(found.values()) <= set(WORDS)


def test_a_deployment_that_succeeded_left_out_what_it_did_not_need():
    done = deployment("success", ("start", 9, 6), ("check", 6, 5), ("done", 5, 5))
    found = states(steps(done, NOW, stops_first=False))
    skipped = dict.fromkeys(("clone", "build", "release", "stop"), "skipped")
    assert found == skipped | dict.fromkeys(("start", "check", "done"), "done")


def test_where_the_port_is_held_the_old_one_stops_first():
    order = [step.words for step in steps(deployment("pending"), NOW, stops_first=True)]
    assert order == ["clone", "build", "release", "stop old", "start", "check", "done"]
    swapping = deployment("deploying", ("release", 9, 6), ("stop", 6))
    assert states(steps(swapping, NOW, stops_first=True))["start"] == "todo"


def test_a_stage_that_comes_back_for_the_next_process_counts_all_its_time():
    web, worker = ("start", 20, 18), ("start", 5)
    again = deployment("deploying", web, ("check", 18, 8), ("stop", 8, 5), worker)
    by_name = {step.stage: step for step in steps(again, NOW, stops_first=False)}
    start = by_name["starting_new"]
    assert (start.state, start.seconds, start.since, start.lasted) == ("now", 2, NOW - 5, "7 s")
    assert by_name["checking"].state == "done"
    assert by_name["stopping_old"].lasted == "3 s"


def test_the_end_takes_no_time():
    found = steps(deployment("success", ("start", 9, 6), ("done", 6, 6)), NOW, stops_first=False)
    assert [step.lasted for step in found if step.lasted] == ["3 s"]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "00:00"), (-2, "00:00"), (42.9, "00:42"), (61, "01:01"), (3723, "1:02:03")]
)
def test_a_running_time_keeps_its_width(seconds, words):
    assert clock(seconds) == words
