"""The log of an app: all its processes in one, and one of them chosen."""

import json

from tests.waiting import eventually

APP = "/apps/shop/logs"


def choices(viewer):
    return viewer.page.locator("[data-choice=process] option").all_inner_texts()


def test_app_is_watched_and_read_by_its_own_name(viewer, server):
    server.number(count=700)
    viewer.open(page=APP).until_last(700)
    assert server.seen()["watches"][0]["app"] == "shop"
    viewer.page.keyboard.press("g")
    eventually(lambda: viewer.numbers[:1] == [1])
    assert viewer.page.locator("a[download]").get_attribute("href").startswith("/api/v1/apps/shop/logs?")


def test_processes_met_can_be_chosen_in_the_order_of_their_numbers(viewer, server):
    server.write(*[["stdout", f"web.{number}", "x"] for number in (10, 2)], ["stderr", "release.1", "y"])
    viewer.open(page=APP)
    eventually(lambda: choices(viewer) == ["All processes", "release.1", "web.2", "web.10"])
    server.write(["stdout", "worker.1", "z"])
    eventually(lambda: choices(viewer)[-1] == "worker.1")


def test_where_there_is_one_process_there_is_nothing_to_choose(viewer, server):
    server.number(count=3)
    viewer.open(page=APP).until_last(3)
    assert not viewer.page.locator("[data-choice=process]").is_visible()


def test_chosen_process_is_all_that_the_server_is_asked_for(viewer, server):
    server.write(*[["stdout", f"web.{number % 2}", f"line {number}"] for number in range(1, 2001)])
    viewer.open(page=APP).until_last(2000)
    viewer.page.select_option("[data-choice=process]", "web.1")
    eventually(lambda: viewer.numbers[-1:] == [1999])
    assert set(viewer.page.locator(".log-process").all_inner_texts()) == {"web.1"}
    assert len(choices(viewer)) == 3
    viewer.page.keyboard.press("g")
    eventually(lambda: viewer.numbers[:3] == [1, 3, 5])
    viewer.page.select_option("[data-choice=process]", "")
    eventually(lambda: viewer.numbers[-2:] == [1999, 2000])


def test_refused_choice_is_taken_back_and_explained(viewer, server):
    server.write(["stdout", "web.1", "one"], ["stdout", "web.2", "two"])
    viewer.open(page=APP)
    eventually(lambda: len(choices(viewer)) == 3)
    server.set(watch_error={"kind": "invalid", "message": "There is no process web.2."})
    viewer.page.select_option("[data-choice=process]", "web.2")
    eventually(lambda: "no process web.2" in viewer.problem)
    assert viewer.page.locator("[data-choice=process]").input_value() == ""
    assert viewer.texts == ["one", "two"]


def test_deployment_among_the_lines_is_a_rule_with_its_words(viewer, server):
    server.number(count=1)
    viewer.open(page=APP).until_last(1)
    marker = {"kind": "deployment", "message": "deployment 16 · abc1234 · by ada", "time": "2026-11-20T10:00:00.000Z"}
    server.tell(event="marker", message={**marker, "position": "L1/+="})
    server.number(count=1)
    viewer.until_last(2)
    words = viewer.page.inner_text(".log-marker[data-kind=deployment]")
    assert words.startswith("deployment 16 · abc1234 · by ada · ")
    assert words.endswith("19:00:00")


def test_state_of_one_container_is_not_taken_for_that_of_the_app(viewer, server):
    viewer.open(page=APP)
    viewer.page.evaluate("() => addEventListener('container-state', () => (window.wasTold = true), true)")
    server.tell(event="status", message={"state": "ended", "message": "Stopped", "container": {"word": "stopped"}})
    eventually(lambda: viewer.state == "ended")
    assert viewer.page.evaluate("window.wasTold") is None


def test_lines_that_come_twice_in_another_order_are_shown_once(viewer, server):
    """What is sent again after a lost connection may overlap: several containers' lines are merged anew."""
    server.number(count=5)
    viewer.open(page=APP).until_last(5)
    rows = [
        [f"L{number}/+=", "2026-11-20T10:00:00.000000000Z", "web.1", "stdout", f"line {number}"] for number in (4, 3)
    ]
    server.tell(event="lines", message={"position": "L5/+=", "skipped": 0, "rows": json.dumps(rows)})
    server.number(count=1)
    viewer.until_last(6)
    assert viewer.numbers == [1, 2, 3, 4, 5, 6]
