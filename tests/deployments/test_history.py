"""The records: what is kept of each stage, what is told, and what cannot be."""

import threading

import pytest

from paas.accounts.permissions import Actor, Role
from paas.deployments import history
from paas.deployments.news import News
from paas.deployments.stages import Stage, Status
from paas.errors import Conflict, Forbidden, NotFound
from paas.storage.tables import DeploymentRow

WAY = [Stage.CLONING, Stage.BUILDING, Stage.RELEASING, Stage.STARTING, Stage.CHECKING, Stage.STOPPING, Stage.COMPLETED]


def test_each_stage_keeps_when_it_began_and_ended(request_, shop, records):
    deployment = request_(shop)
    for stage in WAY:
        records.enter(deployment.id, stage, f"In {stage}")
    kept = records.load(deployment.id)
    assert [each.stage for each in kept.stages] == WAY
    assert (kept.status, kept.progress, kept.message) == (Status.SUCCESS, 100, "In completed")
    for before, after in zip(kept.stages, kept.stages[1:], strict=False):
        assert before.started_at <= before.ended_at == after.started_at
    assert kept.started_at == kept.stages[0].started_at
    assert kept.ended_at == kept.stages[-1].ended_at


def test_a_stage_that_is_entered_again_goes_on_with_another_message(request_, shop, records):
    deployment = request_(shop)
    records.enter(deployment.id, Stage.STARTING, "Starting web.1")
    records.enter(deployment.id, Stage.STARTING, "Starting web.2")
    kept = records.load(deployment.id)
    assert (len(kept.stages), kept.message) == (1, "Starting web.2")


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.INTERRUPTED])
def test_an_end_in_the_middle_keeps_what_was_reached_and_closes_its_stage(request_, shop, records, status):
    deployment = request_(shop)
    records.enter(deployment.id, Stage.BUILDING)
    records.build_step(deployment.id, 2, 4)
    records.end(deployment.id, status, "It broke.")
    kept = records.load(deployment.id)
    assert (kept.status, kept.stage, kept.progress, kept.error_message) == (status, "building_image", 41, "It broke.")
    assert kept.stages[-1].ended_at == kept.ended_at


def test_a_build_says_at_which_step_it_is(request_, shop, records):
    deployment = request_(shop)
    records.enter(deployment.id, Stage.BUILDING, "Building the image")
    records.build_step(deployment.id, 5, 8)
    assert records.load(deployment.id).message == "Building the image, step 5 of 8"
    records.enter(deployment.id, Stage.RELEASING, "Running the release command")
    records.build_step(deployment.id, 6, 8)
    assert records.load(deployment.id).message == "Running the release command"


def test_nothing_leaves_a_final_state(request_, shop, records):
    deployment = request_(shop)
    records.end(deployment.id, Status.CANCELLED)
    for change in (
        lambda: records.enter(deployment.id, Stage.CLONING),
        lambda: records.end(deployment.id, Status.FAILED),
    ):
        with pytest.raises(Conflict):
            change()
    records.build_step(deployment.id, 1, 2)
    assert records.load(deployment.id).status is Status.CANCELLED


def test_two_ends_at_once_leave_one(request_, shop, records):
    deployment = request_(shop)
    failures = []

    def end(status):
        try:
            records.end(deployment.id, status, status.value)
        except Conflict:
            failures.append(status)

    threads = [threading.Thread(target=end, args=[status]) for status in (Status.FAILED, Status.CANCELLED)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    kept = records.load(deployment.id)
    assert kept.error_message == kept.status.value
    assert len(failures) == 1


def test_each_change_is_told_once_it_is_committed(request_, shop, records, news):
    deployment = request_(shop)
    seen = []
    news.listen(lambda told: seen.append((told, records.load(told).stage)))
    records.enter(deployment.id, Stage.CLONING)
    records.enter(deployment.id, Stage.BUILDING)
    records.build_step(deployment.id, 3, 3)
    records.build_step(deployment.id, 3, 3)
    records.note(deployment.id, commit_sha="a" * 40)
    stages = [stage for _, stage in seen]
    assert stages == ["cloning_repo", "building_image", "building_image", "building_image"]
    assert records.load(deployment.id).commit == "a" * 40


def test_only_facts_can_be_noted(request_, shop, records):
    deployment = request_(shop)
    with pytest.raises(TypeError, match="not status"):
        records.note(deployment.id, status="success")


def test_a_listener_that_fails_keeps_the_news_from_nobody(caplog):
    news, told = News(), []
    news.listen(lambda _: 1 / 0)
    end = news.listen(told.append)
    news.tell(7)
    end()
    news.tell(8)
    assert told == [7]
    assert len(caplog.messages) == 2


def test_deployments_are_found_by_number_and_id_by_whoever_may_see_the_app(database, ada, request_, shop):
    deployment, stranger = request_(shop), Actor(999, "eve", Role.MEMBER)
    with database.session() as session:
        assert history.find(session, ada, shop, 1).id == deployment.id
        assert history.find_by_id(session, ada, deployment.id) == (shop, deployment)
        with pytest.raises(Forbidden):
            history.find(session, stranger, shop, 1)
        for number in (0, 2, -1, 10**12):
            with pytest.raises(NotFound, match=f"^shop has no deployment {number}"):
                history.find(session, ada, shop, number)
        for actor, wanted in ((stranger, deployment.id), (ada, 0), (ada, 10**12), (ada, 999)):
            with pytest.raises(NotFound, match=f"^There is no deployment with the id {wanted}"):
                history.find_by_id(session, actor, wanted)


def test_the_newest_come_first_and_the_latest_of_each_app_are_known(database, request_, create):
    shop, blog, empty = create("shop"), create("blog"), create("empty")
    numbers = [request_(shop).number for _ in range(5)]
    of_blog = request_(blog)
    with database.session() as session:
        assert [each.number for each in history.of_app(session, shop.id, limit=2)] == [5, 4]
        assert [each.number for each in history.of_app(session, shop.id, before=4)] == [3, 2, 1]
        latest = history.latest(session, [shop.id, blog.id, empty.id])
        assert history.latest(session, []) == {}
    assert (latest[shop.id].number, latest[blog.id].id) == (numbers[-1], of_blog.id)
    assert empty.id not in latest


@pytest.mark.parametrize(
    ("between", "found"), [((0, 99), []), ((0, 100), [1]), ((150, 160), [1]), ((200, 250), [1]), ((201, 400), [2])]
)
def test_deployments_are_found_by_when_they_were_under_way(request_, shop, records, database, between, found):
    first = request_(shop)
    records.end(first.id, Status.CANCELLED)
    second = request_(shop)
    with database.session() as session:
        session.get(DeploymentRow, first.id).requested_at, session.get(DeploymentRow, first.id).ended_at = 100, 200
        session.get(DeploymentRow, second.id).requested_at = 300
    with database.session() as session:
        assert [each.number for each in history.of_apps(session, [shop.id], between=between)] == found


def test_deployments_are_counted_by_how_they_stand(request_, shop, records, database):
    records.end(request_(shop).id, Status.CANCELLED)
    request_(shop)
    with database.session() as session:
        assert history.counts(session) == {(shop.id, "cancelled"): 1, (shop.id, "pending"): 1}
