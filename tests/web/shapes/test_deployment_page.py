"""What the page of a deployment says and offers, in each way in which one can stand."""

from dataclasses import replace

import pytest

from paas.apps.app import App, Kind
from paas.deployments.stages import Status
from paas.web.shapes.deployment_page import deployment_page
from tests.web.shapes.test_deployment_rows import DONE

APP = App(id=7, name="shop", kind=Kind.GIT, current_id=39)
SERVES = replace(DONE, id=39, number=15, commit="def5678" + "0" * 33, can_be_taken_again=True)
RUNS = replace(DONE, status=Status.BUILDING, stage="building_image", ended_at=None, message="Building the image")


def page(deployment, app=APP, current=SERVES):
    return deployment_page(deployment, app, current, 1011.0)


def test_under_way_it_says_what_goes_on_and_can_be_cancelled():
    found = page(RUNS)
    assert (found.now_words, found.elapsed, found.can_cancel) == ("Building the image", "00:10", True)
    assert (found.came_to_nothing, found.still_serves, found.rolls_back_to) == (False, "", None)


def test_what_is_being_cancelled_cannot_be_cancelled_again():
    found = page(replace(RUNS, cancel_requested=True))
    assert (found.can_cancel, found.is_cancelling) == (False, True)


@pytest.mark.parametrize(("place", "words"), [(1, "First in the waiting line"), (3, "Place 3 in the waiting line")])
def test_one_that_waits_says_where(place, words):
    found = page(replace(RUNS, status=Status.PENDING, stage="", started_at=None, waits_at=place))
    assert (found.now_words, found.elapsed) == (words, "")


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.INTERRUPTED])
def test_one_that_came_to_nothing_says_what_serves_and_how_to_go_on(status):
    found = page(replace(RUNS, status=status, ended_at=1009.0))
    assert found.ended_words == f"{status.capitalize()} at build."
    assert found.still_serves == "Deployment 15, commit def5678, still serves."
    assert (found.came_to_nothing, found.can_cancel, found.rolls_back_to) == (True, False, 15)


@pytest.mark.parametrize(
    ("status", "stage", "error", "words"),
    [
        (Status.CANCELLED, "building_image", "Cancelled. It goes on.", ("Cancelled at build.", "It goes on.")),
        (Status.INTERRUPTED, "checking", "Interrupted: try again.", ("Interrupted at check.", "Try again.")),
        (Status.CANCELLED, "", "Cancelled by ada before it began.", ("", "Cancelled by ada before it began.")),
        (Status.FAILED, "", "The disk is full.", ("Failed.", "The disk is full.")),
    ],
)
def test_why_it_came_to_nothing_is_said_once(status, stage, error, words):
    found = page(replace(RUNS, status=status, stage=stage, error_message=error, ended_at=1009.0))
    assert (found.ended_words, found.row.error) == words


def test_first_one_that_failed_says_that_nothing_serves():
    found = page(replace(RUNS, status=Status.FAILED, ended_at=1009.0), replace(APP, current_id=None), None)
    assert found.still_serves.startswith("Nothing serves yet")
    assert found.rolls_back_to is None


def test_success_says_whether_it_still_serves():
    assert page(SERVES).now_words == "It serves now"
    assert page(DONE).now_words == "Another one has taken over since"


def test_only_what_is_kept_can_be_gone_back_to():
    assert page(replace(DONE, can_be_taken_again=True)).rolls_back_to == 16
    assert page(replace(DONE, can_be_taken_again=False)).rolls_back_to is None
    assert page(SERVES).rolls_back_to is None  # it serves
