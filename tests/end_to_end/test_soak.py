"""The soak in short: most of what may go wrong goes wrong once, and nothing is lost, stuck or left over."""

from soak import questions
from soak.run import Day, Soak

FAULTS = ("engine_frozen", "container_removed", "clock_stepped", "dashboard_killed", "network_swallows", "network_cut")


def test_a_short_soak_finds_nothing_wrong(results):
    day = Day(
        seed=6,
        minutes=0.3,
        results=results,
        containers=7,
        apps=1,
        viewers=15,
        pauses=(0.5, 1.5),
        frozen_seconds=2.0,
        only=FAULTS,
    )
    with Soak(day) as soak:
        answers = soak.live()
    assert all(answer.is_right for answer in answers), questions.table(answers)
