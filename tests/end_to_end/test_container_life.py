"""A container ends, starts again, is removed and made again: the watch goes on, and says so where it happened."""

import pytest

from tests import images, writers
from tests.end_to_end.writing import create_container, remove_container


@pytest.fixture
def create_puppet(engine, create, puppet):
    return lambda name, **options: create(
        images.python(engine), puppet.command, name=name, volumes=puppet.volumes, **options
    )


def test_stopped_and_started_again_the_watch_goes_on(create_puppet, puppet, watch):
    container = create_puppet("life-again")
    viewer = watch(container.name, keeps_rows=True)
    assert viewer.account.statuses[-1]["state"] == "ended"
    container.start()
    puppet.say("first run")
    viewer.wait_for_text("first run")
    container.stop()
    viewer.wait(lambda account: account.statuses[-1]["state"] == "ended")
    container.start()
    puppet.say("second run")
    viewer.wait_for_text("second run")
    assert viewer.account.order == ["started", "first run", "exited", "started", "second run"]
    assert viewer.account.statuses[-1]["state"] == "live"


def test_restart_too_quick_to_see_the_end_is_still_a_start(create_puppet, puppet, watch):
    container = create_puppet("life-restart")
    container.start()
    viewer = watch(container.name, keeps_rows=True)
    puppet.say("first run")
    viewer.wait_for_text("first run")
    container.restart()
    puppet.say("second run")
    order = viewer.wait_for_text("second run").order
    assert order in (["first run", "started", "second run"], ["first run", "exited", "started", "second run"])


def test_lines_of_a_short_run_stand_between_its_markers(engine, create, watch):
    """The run is over before anyone could have looked."""
    container = create(images.busybox(engine), ["echo", "quick words"], name="life-short")
    viewer = watch(container.name, keeps_rows=True)
    for run in range(1, 4):
        container.start()
        container.wait()
        viewer.wait(lambda account, run=run: account.texts == ["quick words"] * run)
    viewer.wait(lambda account: account.kinds.count("exited") == 3)
    assert viewer.account.order == ["started", "quick words", "exited"] * 3


@pytest.mark.parametrize("code", [0, 3])
def test_exit_code_is_told(create_puppet, puppet, watch, code):
    container = create_puppet(f"life-exit-{code}")
    container.start()
    viewer = watch(container.name, keeps_rows=True)
    puppet.say("last words")
    puppet.exit(code)
    viewer.wait(lambda account: "exited" in account.kinds)
    assert viewer.account.order == ["last words", "exited"]
    assert viewer.account.markers[-1]["message"] == f"life-exit-{code} exited with code {code}"
    assert viewer.account.statuses[-1]["container"]["exit_code"] == code


def test_killed_container_is_told_with_its_code(create_puppet, puppet, watch):
    container = create_puppet("life-killed")
    container.start()
    viewer = watch(container.name, keeps_rows=True)
    puppet.say("still here")
    viewer.wait_for_text("still here")
    container.kill()
    viewer.wait(lambda account: "exited" in account.kinds)
    assert viewer.account.markers[-1]["message"] == "life-killed exited with code 137"


def test_removed_and_made_again_under_its_name_the_watch_goes_on(engine, create_puppet, puppet, watch):
    former = create_puppet("life-shop")
    former.start()
    viewer = watch("life-shop", keeps_rows=True)
    puppet.say("of the former one")
    viewer.wait_for_text("of the former one")
    former.remove(force=True)
    viewer.wait(lambda account: "removed" in account.kinds)
    again = create_container(engine, images.python(engine), puppet.command, name="life-shop", volumes=puppet.volumes)
    try:
        puppet.say("of the new one")
        again.start()
        account = viewer.wait_for_text("of the new one")
        assert account.texts == ["of the former one", "of the new one"]
        happened = ["removed", "replaced", "of the new one"]
        assert [entry for entry in account.order if entry in happened] == happened

        # Whoever was away meanwhile is told the same.
        back = watch("life-shop", keeps_rows=True, position=account.rows[0].position)
        assert [entry for entry in back.wait_for_text("of the new one").order if entry in happened] == happened
    finally:
        remove_container(again)


def test_redeployment_by_renaming_is_followed_to_the_new_container(engine, create_puppet, create, watch):
    """As compose does it: the former one gets another name, the new one takes its own, then the former one goes."""
    puppet_of_former = create_puppet
    former = puppet_of_former("life-web")
    former.start()
    viewer = watch("life-web", keeps_rows=True)
    former.rename("life-web-former")
    new = create(images.busybox(engine), ["sh", "-c", "echo hello; sleep 100000"], name="life-web")
    new.start()
    former.remove(force=True)
    account = viewer.wait_for_text("hello")
    assert [each for each in account.order if each != "started"][-2:] == ["replaced", "hello"]


def test_numbers_go_on_through_ten_runs(engine, create, watch):
    """A crash loop: every run's lines, in order, between its own markers."""
    container = create(images.python(engine), writers.numbered(count=300), name="life-loop")
    viewer = watch(container.name, keeps_rows=True)
    for _ in range(10):
        container.start()
        container.wait()
    viewer.wait(lambda account: account.shown == 3_000 and account.order[-1] == "exited")
    assert viewer.account.numbers == {"stdout": [*range(300)] * 10}
    assert viewer.account.skipped == 0


def test_restart_in_the_middle_of_a_burst_puts_the_marker_between_the_runs(engine, create, watch):
    """What the former run wrote may still be unread when the next one starts."""
    container = create(images.python(engine), writers.numbered(count=20_000, stays=True), name="life-burst")
    viewer = watch(container.name, keeps_rows=True)
    container.start()
    viewer.wait(lambda account: account.shown > 100)
    for _ in range(3):
        container.restart()
    viewer.wait(lambda account: account.texts[-1].startswith("19999 ") and account.kinds.count("started") >= 2)
    order = viewer.account.order
    begun = [index for index, text in enumerate(order) if text.startswith("0 ")]
    assert begun
    for index in begun:
        assert "started" in order[max(index - 2, 0) : index], order[index - 3 : index + 1]


def test_viewer_away_is_told_what_happened_to_the_container_once(create_puppet, puppet, watch):
    container = create_puppet("life-away")
    container.start()
    viewer = watch(container.name, keeps_rows=True)
    puppet.say("first run")
    position = viewer.wait_for_text("first run").position
    container.stop()
    container.start()
    puppet.say("second run")
    account = viewer.wait_for_text("second run")
    back = watch(container.name, keeps_rows=True, position=position)
    assert back.wait_for_text("second run").order == account.order[1:]

    started = next(marker["position"] for marker in account.markers if marker["kind"] == "started")
    again = watch(container.name, keeps_rows=True, position=started)
    assert again.wait_for_text("second run").order == ["second run"]


def test_paused_container_is_said_to_be_paused(create_puppet, puppet, watch):
    container = create_puppet("life-paused")
    container.start()
    viewer = watch(container.name, keeps_rows=True)
    puppet.say("before")
    viewer.wait_for_text("before")
    container.pause()
    viewer.wait(lambda account: account.statuses[-1]["message"] == "life-paused is paused")
    container.unpause()
    viewer.wait(lambda account: account.statuses[-1]["message"] == "")
    puppet.say("after")
    assert viewer.wait_for_text("after").order == ["before", "after"]
