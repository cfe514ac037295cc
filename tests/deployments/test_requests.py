"""Who may request and cancel what, and what a request stands for."""

from dataclasses import replace

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps.app import Kind
from paas.deployments import requests
from paas.deployments.stages import Stage, Status
from paas.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from paas.storage.tables import DeploymentRow


def test_requests_are_numbered_within_the_app(request_, create):
    shop, blog = create("shop"), create("blog")
    assert [request_(shop).number, request_(blog).number, request_(shop).number] == [1, 1, 2]


def test_a_newer_request_replaces_the_one_that_waits(request_, shop, records):
    old, new = request_(shop), request_(shop)
    replaced = records.load(old.id)
    assert (replaced.status, replaced.replaced_by) == (Status.CANCELLED, new.number)
    assert replaced.error_message == "Deployment 2 was requested and took its place."
    assert records.load(new.id).waits_at == 1


def test_what_waits_is_cancelled_at_once(database, ada, request_, shop, records):
    deployment = request_(shop)
    with database.session() as session:
        requests.cancel(session, ada, shop, deployment)
    cancelled = records.load(deployment.id)
    assert cancelled.status is Status.CANCELLED
    assert cancelled.error_message == "Cancelled by ada before it began."


def test_what_is_over_cannot_be_cancelled(database, ada, request_, shop, records):
    deployment = request_(shop)
    records.end(deployment.id, Status.FAILED, "It failed.")
    with pytest.raises(Conflict, match=r"^Deployment 1 of shop is failed already\.$"), database.session() as session:
        requests.cancel(session, ada, shop, deployment)


@pytest.mark.parametrize("ref", ["main", "abc", "-x", "a" * 39, "A" * 40, "a" * 40 + "\n", "--upload-pack=x"])
def test_a_ref_must_be_a_whole_commit_id(request_, shop, ref):
    with pytest.raises(Invalid, match="whole commit id"):
        request_(shop, ref=ref)


@pytest.mark.parametrize("ref", ["", "a" * 40, "0123456789abcdef" * 4])
def test_a_commit_is_asked_for_by_its_whole_id(request_, shop, ref):
    assert request_(shop, ref=ref).ref == ref


def test_an_image_has_no_commits(request_, create):
    app = create("proxy", kind=Kind.IMAGE, image="nginx:1.27")
    assert request_(app).branch == ""
    with pytest.raises(Invalid, match="deployed from an image"):
        request_(app, ref="a" * 40)


def test_an_adopted_app_cannot_be_deployed(request_, create):
    with pytest.raises(Conflict, match=r"^legacy was adopted: its container is made by somebody else"):
        request_(create("legacy", kind=Kind.ADOPTED, adopted="legacy"))


def test_an_app_is_requested_sixty_times_a_minute_at_most(request_, shop, create, database):
    for _ in range(60):
        request_(shop)
    with pytest.raises(TooMany, match="60 times within a minute") as refused:
        request_(shop)
    assert 1 <= refused.value.retry_after_seconds <= 60
    assert request_(create("other", repository="https://git.example.org/other.git")).number == 1
    with database.session() as session:
        session.query(DeploymentRow).filter_by(app_id=shop.id, number=1).one().requested_at -= 61
    assert request_(shop).number == 61
    with pytest.raises(TooMany):
        request_(shop)


def test_a_request_that_is_sent_again_is_the_deployment_that_there_is(request_, shop, create, database):
    first = request_(shop, key="abc")
    assert request_(shop, key="abc").id == first.id
    assert request_(shop, key="other").number == 2
    assert request_(shop).number == 3
    again = request_(shop, key="abc")
    assert (again.id, again.status) == (first.id, Status.CANCELLED)
    assert request_(create("other", repository="https://git.example.org/o.git"), key="abc").id != first.id
    with pytest.raises(Conflict, match="of another request"):
        request_(shop, key="abc", ref="a" * 40)
    with database.session() as session:
        session.get_one(DeploymentRow, first.id).requested_at -= 86_401
    assert request_(shop, key="abc").number == 4


def test_the_key_of_somebody_else_is_another_one(database, shop, request_, ada):
    first = request_(shop, key="abc")
    with database.session() as session:
        other = requests.request(session, replace(ada, user_id=99), shop, trigger="api", key="abc")
    assert other.id != first.id


@pytest.mark.parametrize("key", ["x" * 201, "größe", "a\nb"])
def test_a_key_must_be_a_short_word(request_, shop, key):
    with pytest.raises(Invalid, match="Idempotency-Key must"):
        request_(shop, key=key)


def test_only_who_may_deploy_may_request_and_cancel(database, shop, request_):
    stranger = Actor(999, "mia", Role.MEMBER)
    deployment = request_(shop)
    with pytest.raises(Forbidden), database.session() as session:
        requests.request(session, stranger, shop, trigger="page")
    with pytest.raises(Forbidden), database.session() as session:
        requests.cancel(session, stranger, shop, deployment)


def test_only_what_succeeded_and_is_kept_can_be_taken_again(request_, shop, records):
    first = request_(shop)
    with pytest.raises(Conflict, match=r"^Deployment 1 of shop is pending\."):
        request_(shop, rollback_of=1)
    records.enter(first.id, Stage.STARTING)
    records.enter(first.id, Stage.COMPLETED)
    with pytest.raises(Conflict, match="no longer kept"):
        request_(shop, rollback_of=1)
    records.note(first.id, sealed_release="sealed")
    assert request_(shop, trigger="rollback", rollback_of=1).rolled_back_from == 1
    assert request_(shop, trigger="scale", reuses=1).reuses == 1
    with pytest.raises(NotFound, match=r"^shop has no deployment 77\.$"):
        request_(shop, rollback_of=77)
