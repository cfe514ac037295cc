"""The log of a deployment over REST: whole, its end, pages of it, a file."""

import pytest

from paas.deployments.stages import Stage
from tests.deployments.reading import write

LOGS = "/api/v1/deployments/1/logs"


@pytest.fixture
def log(bob, shop, records, services):
    bob("POST", "/api/v1/apps/shop/deployments")
    records.enter(1, Stage.CLONING)
    write(services.journals, 1, *range(2_500))


def _texts(answer):
    return [int(line["text"]) for line in answer.json["lines"]]


def test_the_last_thousand_lines_come_unless_asked_else(bob, log):
    answer = bob("GET", LOGS)
    assert _texts(answer) == [*range(1_500, 2_500)]
    assert set(answer.json["lines"][0]) == {"position", "time", "process", "stream", "text"}
    assert answer.json["more"] is False


@pytest.mark.parametrize(("tail", "first"), [("0", 2_500), ("1", 2_499), ("2500", 0), ("99999", 0), ("all", 0)])
def test_a_tail_of_any_length(bob, log, tail, first):
    assert _texts(bob("GET", f"{LOGS}?tail={tail}")) == [*range(first, 2_500)]


def test_a_tail_counts_the_lines_that_match(bob, log):
    assert _texts(bob("GET", f"{LOGS}?tail=3&regex=7$")) == [2_477, 2_487, 2_497]
    assert _texts(bob("GET", f"{LOGS}?tail=all&contains=249")) == [249, 1_249, 2_249, *range(2_490, 2_500)]


def test_pages_before_and_after_meet(bob, log):
    first = bob("GET", f"{LOGS}?after=&limit=700")
    assert (_texts(first), first.json["more"]) == ([*range(700)], True)
    position = first.json["lines"][-1]["position"]
    assert _texts(bob("GET", f"{LOGS}?after={position}&limit=2")) == [700, 701]
    before = bob("GET", f"{LOGS}?before={position}&limit=5000")
    assert (_texts(before), before.json["more"]) == ([*range(699)], False)
    last = bob("GET", f"{LOGS}?before={position}&limit=2&contains=5")
    assert (_texts(last), last.json["more"]) == ([685, 695], True)


def test_text_is_a_line_a_line_with_its_time_if_wanted(bob, log):
    assert bob("GET", f"{LOGS}?format=text&tail=2").text == "2498\n2499\n"
    timed = bob("GET", f"{LOGS}?format=text&tail=1&timestamps=1").text
    assert timed.endswith("Z 2499\n")


def test_a_download_is_the_whole_log_in_a_file_with_a_name(bob, log):
    answer = bob("GET", f"{LOGS}?format=text&download=1")
    assert answer.text.count("\n") == 2_500
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=shop-deployment-1-")
    assert answer.headers["Content-Disposition"].endswith(".log")


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("tail=-1", 400, "invalid"),
        ("tail=x", 400, "invalid"),
        ("format=xml", 400, "invalid"),
        ("before=", 400, "invalid"),
        ("before=1.0&after=1.0", 400, "invalid"),
        ("after=2.0", 400, "invalid"),
        ("after=1.7", 410, "gone"),
        ("limit=9999&after=", 400, "invalid"),
        ("regex=(", 400, "invalid"),
    ],
)
def test_what_cannot_be_is_refused(bob, log, query, status, kind):
    answer = bob("GET", f"{LOGS}?{query}")
    assert (answer.status_code, answer.json["error"]["kind"]) == (status, kind)


def test_a_deployment_that_has_said_nothing_has_an_empty_log(bob, shop):
    bob("POST", "/api/v1/apps/shop/deployments")
    assert bob("GET", LOGS).json == {"lines": [], "more": False}
