"""Deployments as people see them: the lists, the page of each, and its buttons."""

import re

import pytest

from paas.deployments import history
from paas.deployments.stages import Status


@pytest.fixture
def shop(make):
    return make("shop")


@pytest.fixture
def read(database):
    """``read(app, 2)`` -> the app's deployment of that number."""

    def read(app, number):
        with database.session() as session:
            return next(each for each in history.of_app(session, app.id) if each.number == number)

    return read


def test_app_without_deployments_says_what_would_be_here(signed_in, shop):
    assert "No deployments yet" in signed_in.get("/apps/shop/deployments").text


def test_deployments_are_listed_newest_first(signed_in, shop, deploy):
    deploy(shop), deploy(shop, ends="failed", error="The build failed.")
    html = signed_in.get("/apps/shop/deployments").text
    assert html.index("/apps/shop/deployments/2") < html.index("/apps/shop/deployments/1")
    assert html.count(">serves<") == 1
    assert "Add cart totals" in html


def test_older_deployments_are_a_page_further(signed_in, shop, deploy):
    for _ in range(52):
        deploy(shop, ends="pending")  # each takes the place of the one before
    html = signed_in.get("/apps/shop/deployments").text
    assert 'href="/apps/shop/deployments?before=3"' in html
    older = signed_in.get("/apps/shop/deployments?before=3").text
    assert re.findall(r'href="/apps/shop/deployments/(\d+)"', older).count("2") == 1
    assert "Older deployments" not in older


@pytest.mark.parametrize(("stage", "status"), [("building_image", "building"), ("checking", "deploying")])
def test_page_shows_where_a_deployment_stands(signed_in, shop, deploy, stage, status):
    deploy(shop, ends=stage)
    html = signed_in.get("/apps/shop/deployments/1").text
    assert f'data-status="{status}" data-stage="{stage}"' in html
    assert re.search(r'role="progressbar"[^>]*aria-valuenow="(30|84)"', html)
    assert 'action="/apps/shop/deployments/1/cancel"' in html


def test_deploy_button_requests_a_deployment_and_goes_to_its_page(send, shop, services, read):
    answer = send("/apps/shop/deploy")
    assert answer.headers["Location"] == "/apps/shop/deployments/1"
    assert services.line.woken == 1
    assert (read(shop, 1).requested_by, read(shop, 1).trigger) == ("ada", "page")


def test_deployment_that_waits_is_cancelled(send, shop, deploy, read):
    deploy(shop, ends="pending")
    assert send("/apps/shop/deployments/1/cancel").status_code == 303
    assert read(shop, 1).status is Status.CANCELLED


def test_what_failed_is_tried_again_as_it_was_asked_for(send, shop, deploy, read):
    deploy(shop)
    deploy(shop, ends="failed", trigger="rollback", rollback_of=1)
    assert send("/apps/shop/deployments/2/again").headers["Location"] == "/apps/shop/deployments/3"
    assert (read(shop, 3).rolled_back_from, read(shop, 3).trigger) == (1, "rollback")


def test_rollback_names_what_it_goes_back_to(send, shop, deploy, read):
    deploy(shop), deploy(shop)
    send("/apps/shop/deployments/1/rollback")
    assert read(shop, 3).rolled_back_from == 1


def test_deployment_that_is_not_there_is_not_found(signed_in, shop):
    for number in ("1", "99999999999999999999"):
        assert signed_in.get(f"/apps/shop/deployments/{number}").status_code == 404
