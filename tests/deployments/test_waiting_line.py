"""Requests, who is taken up when, and that nothing stays in the line for ever, on both kinds of database."""

import threading
from collections import Counter
from contextlib import ExitStack

import pytest

from paas import concurrency
from paas.deployments import claims, history, requests, waiting_line
from paas.deployments.news import News
from paas.deployments.stages import Stage, Status
from paas.deployments.waiting_line import WaitingLine
from paas.errors import Conflict, Unavailable
from paas.storage.database import Database
from paas.storage.file_lock import FileLock
from paas.storage.tables import AppRow
from tests.waiting import eventually


def test_what_is_requested_is_run_and_ends(open_line, request_, shop, runs, until):
    runs.is_open.set()
    with open_line() as line:
        deployment = request_(shop)
        line.wake()
        until(deployment.id, Status.SUCCESS)
    assert runs.begun == [deployment.id]


def test_a_request_does_not_replace_what_runs(open_line, request_, shop, runs, records, until):
    with open_line() as line:
        running = request_(shop)
        line.wake()
        eventually(lambda: runs.begun == [running.id])
        first, second = request_(shop), request_(shop)
        line.wake()
        assert records.load(first.id).status is Status.CANCELLED
        assert records.load(running.id).status is Status.PENDING
        runs.let_go(running.id)
        runs.let_go(second.id)
        until(second.id, Status.SUCCESS)
    assert runs.begun == [running.id, second.id]
    assert runs.most_at_once == 1


def test_ten_apps_at_once_go_two_by_two_in_the_order_of_their_requests(open_line, request_, create, runs, until):
    wanted = [request_(create(f"app-{number}")) for number in range(10)]
    with open_line():
        for deployment in wanted:
            eventually(lambda deployment=deployment: deployment.id in runs.begun)
            runs.let_go(deployment.id)
        until(wanted[-1].id, Status.SUCCESS)
    assert runs.begun == [deployment.id for deployment in wanted]
    assert runs.most_at_once == 2


def test_the_place_in_line_is_shown_and_told_as_others_leave(open_line, request_, create, runs, records, news):
    wanted = [request_(create(f"app-{number}")) for number in range(3)]
    assert [records.load(deployment.id).waits_at for deployment in wanted] == [1, 2, 3]
    told = []
    news.listen(told.append)
    with open_line(at_once=1):
        eventually(lambda: runs.begun == [wanted[0].id])
        eventually(lambda: [records.load(each.id).waits_at for each in wanted] == [None, 1, 2])
        told.clear()
        runs.let_go(wanted[0].id)
        eventually(lambda: records.load(wanted[2].id).waits_at == 1)
        eventually(lambda: wanted[2].id in told)


def test_what_waited_goes_on_after_a_restart(open_line, request_, create, runs, until):
    wanted = [request_(create(f"app-{number}")) for number in range(3)]
    runs.is_open.set()
    with open_line():
        for deployment in wanted:
            until(deployment.id, Status.SUCCESS)


def test_what_was_taken_up_and_never_begun_waits_again_after_a_crash(open_line, database, request_, shop, runs, until):
    deployment = request_(shop)
    with database.session() as session:
        assert claims.claim(session, deployment.id, shop.id)
    runs.is_open.set()
    with open_line():
        until(deployment.id, Status.SUCCESS)


def test_what_was_cancelled_as_its_process_died_is_not_begun(open_line, database, ada, request_, shop, runs, until):
    deployment = request_(shop)
    with database.session() as session:
        assert claims.claim(session, deployment.id, shop.id)
        requests.cancel(session, ada, shop, deployment)
    with open_line():
        until(deployment.id, Status.CANCELLED)
    assert runs.begun == []


def test_nothing_starts_before_what_was_left_has_been_dealt_with(open_line, request_, shop, runs, until):
    attempts = []

    def recover():
        attempts.append(list(runs.begun))
        if len(attempts) == 1:
            raise Unavailable("The engine does not answer.")

    deployment = request_(shop)
    runs.is_open.set()
    with open_line(recover=recover):
        until(deployment.id, Status.SUCCESS)
    assert attempts == [[], []]


@pytest.mark.parametrize("error", [RuntimeError("a bug"), Conflict("It cannot be undone.")])
def test_what_cannot_be_dealt_with_is_interrupted_and_blocks_nobody(
    open_line, request_, shop, runs, records, until, error
):
    def recover():
        raise error

    left = request_(shop)
    records.enter(left.id, Stage.BUILDING)
    runs.is_open.set()
    with open_line(recover=recover):
        assert until(left.id, Status.INTERRUPTED).error_message == claims.LEFT
        until(request_(shop).id, Status.SUCCESS)


def test_a_second_process_waits_for_the_first_to_die(open_line, request_, create, runs, tmp_path):
    recovered = []
    first, second = (
        open_line(lock=FileLock(tmp_path / "one"), recover=lambda name=name: recovered.append(name)) for name in "ab"
    )
    with ExitStack() as stack:
        with first:
            eventually(lambda: recovered == ["a"])
            waiting = stack.enter_context(second)
            runs.is_open.set()
            request_(create("shop"))
            waiting.wake()
            eventually(lambda: len(runs.ended) == 1)
            assert recovered == ["a"]
        eventually(lambda: recovered == ["a", "b"])


def test_processes_that_share_no_lock_do_not_start_one_deployment_twice(
    migrated_url, request_, create, runs, records, tmp_path
):
    runs.is_open.set()
    databases = [Database(migrated_url) for _ in range(4)]
    lines = [
        WaitingLine(each, News(), runs, lock=FileLock(tmp_path / f"{number}")) for number, each in enumerate(databases)
    ]
    for line in lines:
        line.start()
    eventually(lambda: all(line._is_recovered for line in lines))
    wanted = [request_(create(f"app-{number}")) for number in range(12)]
    for line in lines:
        line.wake()
    eventually(lambda: all(records.load(each.id).status is Status.SUCCESS for each in wanted), 20)
    for line in lines:
        line.stop()
    for each in databases:
        each.close()
    assert Counter(runs.begun) == Counter(each.id for each in wanted)


def test_two_claims_of_one_app_give_it_to_one(database, request_, shop):
    deployment = request_(shop)
    with database.session() as session:
        assert claims.claim(session, deployment.id, shop.id)
    with database.session() as session:
        assert not claims.claim(session, deployment.id, shop.id)
    newer = request_(shop)
    with database.session() as session:
        assert not claims.claim(session, newer.id, shop.id), "the first one runs"


@pytest.mark.parametrize("error", [RuntimeError("a bug"), KeyboardInterrupt(), Unavailable("The engine is away.")])
def test_nothing_is_stuck_when_a_run_raises(open_line, request_, shop, runs, until, caplog, error):
    runs.fails_with = error
    runs.is_open.set()
    with open_line() as line:
        failed = until(request_(shop).id, Status.FAILED)
        assert failed.error_message == waiting_line.BROKEN
        runs.fails_with = None
        next_one = request_(shop)
        line.wake()
        until(next_one.id, Status.SUCCESS)
    assert ("Traceback" in caplog.text) is (type(error) is RuntimeError), "what is known is said in a line"


def test_a_run_that_ends_while_the_database_is_away_is_settled_later(
    open_line, database, request_, shop, runs, until, monkeypatch
):
    with open_line() as line:
        deployment = request_(shop)
        line.wake()
        eventually(lambda: runs.begun == [deployment.id])
        is_away = threading.Event()
        real = database.session
        failures = []

        def session():
            if is_away.is_set():
                failures.append(1)
                raise Unavailable("The database does not answer.")
            return real()

        monkeypatch.setattr(database, "session", session)
        is_away.set()
        runs.let_go(deployment.id)
        eventually(lambda: len(failures) > 2)
        is_away.clear()
        until(deployment.id, Status.FAILED)


@pytest.mark.parametrize("is_woken", [True, False])
def test_what_runs_is_interrupted_within_two_seconds(database, ada, open_line, request_, shop, runs, until, is_woken):
    with open_line() as line:
        deployment = request_(shop)
        eventually(lambda: runs.begun == [deployment.id])
        with database.session() as session:
            requests.cancel(session, ada, shop, deployment)
        if is_woken:
            line.wake()
        until(deployment.id, Status.CANCELLED, 2)


def test_a_run_that_was_interrupted_before_its_first_line_is_settled(open_line, database, ada, request_, shop, until):
    deployment = request_(shop)
    with open_line(at_once=0) as line:
        eventually(lambda: line._is_recovered)
        with database.session() as session:
            assert claims.claim(session, deployment.id, shop.id)
            requests.cancel(session, ada, shop, deployment)
        task = concurrency.start(lambda: None)
        assert task.join(5)
        line._tasks[deployment.id] = task
        line.wake()
        until(deployment.id, Status.CANCELLED)


def test_a_deployment_whose_app_is_deleted_leaves_the_line_in_peace(open_line, database, request_, create, runs, until):
    shop, blog = create("shop"), create("blog")
    with open_line(at_once=1) as line:
        deployment = request_(shop)
        eventually(lambda: runs.begun == [deployment.id])
        with database.session() as session:
            session.delete(session.get(AppRow, shop.id))
        runs.let_go(deployment.id)
        runs.is_open.set()
        other = request_(blog)
        line.wake()
        until(other.id, Status.SUCCESS)


def test_a_change_by_another_process_is_told(open_line, database, request_, shop, runs, news):
    told = []
    with open_line():
        deployment = request_(shop)
        eventually(lambda: runs.begun == [deployment.id])
        news.listen(told.append)
        eventually(lambda: told == [] or told.clear())
        with database.session() as session:  # as another process would: nobody tells
            history.enter(session, deployment.id, Stage.CLONING, "Fetching")
        eventually(lambda: deployment.id in told)


def test_whoever_waits_for_the_end_is_told_of_it(database, news, request_, shop, records):
    deployment = request_(shop)
    found = []
    waiter = threading.Thread(
        target=lambda: found.append(claims.wait_for_end(database, news, deployment.id, look_every_seconds=30))
    )
    waiter.start()
    eventually(lambda: news._listeners)
    records.enter(deployment.id, Stage.STARTING)
    records.enter(deployment.id, Stage.COMPLETED)
    waiter.join(10)
    assert found[0].status is Status.SUCCESS
