"""The live pages of apps and deployments in a browser, beside a real engine and a dashboard that may die."""

import pytest

from tests.end_to_end import samples
from tests.end_to_end.deploying import OVER
from tests.waiting import eventually

STEPS = [f'RUN for n in 1 2 3; do echo "step {step} line $n"; sleep 0.2; done' for step in range(1, 5)]
STAGES = ["", "cloning_repo", "building_image", "releasing", "starting_new", "checking", "stopping_old", "completed"]


def slow(version):
    procfile = f"web: {samples.SERVES}\nrelease: echo migrating {version}; sleep 1\n"
    return {**samples.with_procfile(version, procfile), "Dockerfile": samples.dockerfile(*STEPS)}


class DeploymentPage:
    def __init__(self, page, deployment):
        self.page = page
        self.address = (
            f"{deployment.app.house.dashboard.address}/apps/{deployment.app.name}/deployments/{deployment.number}"
        )

    def open(self):
        self.page.goto(self.address)
        return self

    def told(self, name):
        return self.page.locator(".deployment").get_attribute(f"data-{name}")

    @property
    def log(self):
        return self.page.locator(".log-text").all_inner_texts()

    def wait(self, status):
        eventually(lambda: self.told("status") in OVER, 120)
        assert self.told("status") == status
        eventually(lambda: self.page.locator(".log-view").get_attribute("data-state") == "ended")

    def expect_whole_log(self, deployment):
        """Its last lines are drawn a frame after its end was heard."""
        eventually(lambda: self.log == deployment.log().splitlines(), what="the page shows the whole log")


@pytest.fixture
def signed_in(house, page):
    house.dashboard.sign_in(page)
    return page


def test_page_that_is_loaded_again_and_again_shows_each_stage_and_the_whole_log(house, signed_in):
    deployment = house.app(slow("one")).request()
    page = DeploymentPage(signed_in, deployment)
    seen = [""]

    def is_over():
        page.open()
        seen.append(page.told("stage"))
        return page.told("status") in OVER

    eventually(is_over, 120)
    assert [STAGES.index(stage) for stage in seen] == sorted(STAGES.index(stage) for stage in seen)
    assert {"building_image", "completed"} <= set(seen)
    page.wait("success")
    page.expect_whole_log(deployment)
    assert page.page.locator("[role=progressbar]").get_attribute("aria-valuenow") == "100"


def test_two_pages_follow_one_deployment_and_either_can_cancel_it(house, signed_in, browser):
    deployment = house.app({**slow("one"), "Dockerfile": samples.dockerfile("RUN sleep 100000")}).request()
    other = browser.new_page(storage_state=signed_in.context.storage_state())
    pages = [DeploymentPage(each, deployment).open() for each in (signed_in, other)]
    for page in pages:
        eventually(lambda page=page: page.told("stage") == "building_image", 30)
        eventually(lambda page=page: any("sleep 100000" in line for line in page.log), 30)
    other.get_by_role("button", name="Cancel").click()
    for page in pages:
        eventually(lambda page=page: page.told("status") == "cancelled", 30)
        assert "Nothing serves yet" in page.page.inner_text(".deployment-failure")
    other.close()


def test_page_stays_true_when_the_dashboard_dies_and_comes_back(own_house, page):
    house = own_house
    house.dashboard.sign_in(page)
    deployment = house.app({**slow("one"), "Dockerfile": samples.dockerfile("RUN echo begun; sleep 100000")}).request()
    shown = DeploymentPage(page, deployment).open()
    eventually(lambda: "begun" in shown.log, 30)
    house.dashboard.crash()
    eventually(lambda: page.locator(".log-view").get_attribute("data-state") == "lost")
    eventually(lambda: "is-stale" in page.locator(".deployment").get_attribute("class"))
    house.dashboard.start()
    shown.wait("interrupted")
    shown.expect_whole_log(deployment)
    assert page.get_by_role("button", name="Try again").is_visible()


def test_states_of_an_app_follow_its_containers_on_every_page(house, signed_in):
    app = house.app(samples.web("one"))
    app.deploy()
    page = signed_in

    def states():
        return {
            each.get_attribute("data-state") for each in page.locator(f"[data-app='{app.id}'] .state[data-state]").all()
        }

    for address in ("/apps", f"/apps/{app.name}", f"/apps/{app.name}/logs"):
        page.goto(house.dashboard.address + address)
        eventually(lambda: states() == {"running"})
        app.container().stop(timeout=1)
        eventually(lambda: states() and "running" not in states())
        app.container().start()
        eventually(lambda: states() == {"running"})


def test_list_of_deployments_grows_and_follows(house, signed_in):
    app = house.app(samples.web("one"))
    page = signed_in
    page.goto(f"{house.dashboard.address}/apps/{app.name}/deployments")
    assert "No deployments yet" in page.inner_text("main")
    first = app.request()
    row = page.locator(f"[data-deployment='{first.id}']")
    eventually(lambda: row.count() == 1)
    eventually(lambda: row.locator(".deployment-state").inner_text() == "success", 120)
    eventually(lambda: "serves" in row.inner_text())
