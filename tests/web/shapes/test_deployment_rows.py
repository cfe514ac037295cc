"""A deployment in the words of a list."""

from dataclasses import replace

import pytest

from paas.deployments.history import Deployment
from paas.deployments.stages import Status
from paas.web.shapes.deployment_rows import duration, row

DONE = Deployment(
    id=40, app_id=7, app_name="shop", number=16, status=Status.SUCCESS, stage="completed", progress=100, message="",
    error_message="", trigger="webhook", requested_by="ada", ref="", branch="main", commit="abc1234" + "0" * 33,
    commit_subject="Add cart totals", commit_author="Grace", image_id="", reuses=None, rolled_back_from=None,
    replaced_by=None, recipe="", requested_at=1000.0, started_at=1001.0, ended_at=1040.0,
)  # fmt: skip


def test_row_says_what_was_deployed_by_whom_and_how_long_it_took():
    found = row(DONE, 1100.0, is_serving=True)
    assert (found.url, found.commit_short, found.title) == ("/apps/shop/deployments/16", "abc1234", "Add cart totals")
    assert (found.told, found.lasted) == ("by ada, from main, by webhook", "39 s")
    assert (found.requested_words, found.requested_iso) == ("1 min ago", "1970-01-01T00:16:40Z")


def test_deployment_under_way_has_lasted_until_now_and_one_that_waits_not_at_all():
    assert row(replace(DONE, ended_at=None), 1011.0, is_serving=False).lasted == "10 s"
    assert row(replace(DONE, started_at=None, ended_at=None), 1011.0, is_serving=False).lasted == ""


def test_rollback_says_what_it_went_back_to():
    assert row(replace(DONE, rolled_back_from=14), 1100.0, is_serving=False).title == "Back to deployment 14"


@pytest.mark.parametrize(
    ("seconds", "words"), [(-1, "0 s"), (0.4, "0 s"), (89, "89 s"), (95, "2 min"), (5399, "90 min"), (7300, "2 h")]
)
def test_durations_are_short(seconds, words):
    assert duration(seconds) == words
