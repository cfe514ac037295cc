"""Deployments as people see them: the lists, the page of each, and its buttons."""

import re

import pytest

from paas.apps.app import Kind
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


def test_failure_is_told_with_its_reason_and_what_serves(signed_in, shop, deploy, services):
    deploy(shop)
    failed = deploy(shop, ends="failed", error="The build failed.")
    with services.journals.writer(failed.id, lambda text: text) as journal:
        journal.say("Step 3/5 : RUN make")
        journal.say("make: *** No rule <to make>")
        journal.warn("The build failed.")
    html = signed_in.get("/apps/shop/deployments/2").text
    for text in (
        "Failed at stop old.",
        "make: *** No rule &lt;to make&gt;",
        "Deployment 1, commit 0000000, still serves.",
    ):
        assert text in html
    assert 'action="/apps/shop/deployments/2/again"' in html
    assert 'action="/apps/shop/deployments/1/rollback"' in html


def test_older_success_can_be_gone_back_to_from_its_page(signed_in, shop, deploy):
    deploy(shop), deploy(shop)
    assert "Roll back to deployment 1" in signed_in.get("/apps/shop/deployments/1").text
    assert "Roll back" not in signed_in.get("/apps/shop/deployments/2").text


def test_deployment_is_compared_with_what_serves_or_the_one_before(signed_in, shop, deploy):
    deploy(shop), deploy(shop), deploy(shop, ends="failed")
    assert "from=2&amp;to=3" in signed_in.get("/apps/shop/deployments/3").text
    assert "from=1&amp;to=2" in signed_in.get("/apps/shop/deployments/2").text


def test_every_deployment_that_one_may_see_is_in_one_list(client, make, deploy, add, sign_in, ada):
    bob = add("bob", "member")
    deploy(make("shop")), deploy(make("blog", by=bob))
    sign_in("bob")
    html = client.get("/deployments").text
    assert "/apps/blog/deployments/1" in html
    assert "/apps/shop/" not in html
    assert "No deployments yet" not in html


def test_list_of_all_deployments_begins_empty_and_pages(signed_in, make, deploy):
    html = signed_in.get("/deployments").text
    assert "No deployments yet" in html
    assert 'href="/apps/new"' in html
    shop = make("shop")
    for _ in range(51):
        deploy(shop, ends="pending")
    assert 'href="/deployments?before=2"' in signed_in.get("/deployments").text
    assert "/apps/shop/deployments/1" in signed_in.get("/deployments?before=2").text


def test_commit_of_ones_choice_is_deployed(send, signed_in, shop, read):
    assert 'name="ref"' in signed_in.get("/apps/shop").text
    assert 'name="ref"' in signed_in.get("/apps/shop/deploy").text
    assert send("/apps/shop/deploy", ref=f" {0xABC:040X} ").headers["Location"] == "/apps/shop/deployments/1"
    assert read(shop, 1).ref == f"{0xABC:040x}"


def test_commit_that_is_no_commit_comes_back_with_what_is_wrong(send, shop, services):
    answer = send("/apps/shop/deploy", ref="<main>")
    assert answer.status_code == 400
    field = re.search(r'<input[^>]*id="chosen-ref"[^>]*>', answer.text)[0]
    assert 'value="&lt;main&gt;"' in field
    assert 'aria-invalid="true"' in field
    assert re.search(r'id="chosen-ref-error">This is no whole commit id', answer.text)
    assert services.line.woken == 0


def test_app_of_an_image_has_no_commit_to_choose(send, signed_in, make):
    make("proxy", kind=Kind.IMAGE, repository="", image="nginx:1.27")
    assert 'name="ref"' not in signed_in.get("/apps/proxy").text
    assert signed_in.get("/apps/proxy/deploy").status_code == 409
    assert send("/apps/proxy/deploy", ref="main").status_code == 400


def test_changes_are_deployed_as_such(send, shop, deploy, read):
    deploy(shop)
    send("/apps/shop/deploy", ref=f"{1:040x}", **{"for": "changes"})
    assert (read(shop, 2).trigger, read(shop, 2).ref) == ("environment", f"{1:040x}")


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/deployments", ["Apps"]),
        ("/deployments/1", ["Apps", "shop", "Deployments"]),
        ("/deployments/compare", ["Apps", "shop", "Deployments"]),
        ("/delete", ["Apps", "shop", "Settings"]),
    ],
)
def test_page_says_by_which_way_it_is_reached(signed_in, shop, deploy, path, way):
    deploy(shop)
    crumbs = re.search(r'<ol class="crumbs">(.*?)</ol>', signed_in.get(f"/apps/shop{path}").text, re.DOTALL)[1]
    assert re.findall(r"<li><a [^>]*>(.*?)</a></li>", crumbs) == way
