"""A deployment's page while it goes on: status, stages, progress, times, cancelling, losing the connection."""

import re

import pytest

from tests.waiting import eventually

PAGE = "/apps/shop/deployments/16"


class Deployment:
    """The page beside its log, as a test sees it."""

    def __init__(self, viewer, server):
        self.viewer, self.server, self.page = viewer, server, viewer.page

    def open(self):
        self.page.goto(f"{self.server.address}{PAGE}")
        eventually(lambda: self.viewer.state in ("live", "ended"), what="live or ended")
        return self

    def do(self, what, **said):
        self.server.record(do=what, **said)

    @property
    def root(self):
        return self.page.locator("[data-deployment]")

    @property
    def status(self):
        return self.root.get_attribute("data-status"), self.page.inner_text(".deployment-state")

    def told(self, name):
        return self.page.inner_text(f"[data-live={name}]")

    @property
    def elapsed(self):
        """In seconds."""
        minutes, seconds = map(int, self.told("elapsed").split(":")) if self.told("elapsed") else (0, 0)
        return 60 * minutes + seconds

    @property
    def steps(self):
        script = "(steps) => Object.fromEntries(steps.map((step) => [step.dataset.stage, step.dataset.state]))"
        return self.page.locator(".step").evaluate_all(script)

    def time_of(self, stage):
        return self.page.inner_text(f".step[data-stage={stage}] .step-time")

    @property
    def drawn(self):
        """All that is on the page beside its log, as somebody sees it who comes now."""
        return self.root.evaluate(
            "(root) => [root.dataset.status, root.dataset.stage, root.innerText, ...[...root.querySelectorAll('*')]"
            ".map((each) => [each.hidden, each.dataset.state, each.getAttribute('href'), each.ariaValueNow].join())]"
            ".join('\\n').replace(/\\d\\d:\\d\\d|\\d+ s/g, '')"
        )


@pytest.fixture
def deployment(viewer, server):
    return Deployment(viewer, server)


def test_deployment_is_followed_from_the_waiting_line_to_its_end(deployment, server):
    deployment.open()
    assert deployment.status == ("pending", "pending")
    assert set(deployment.steps.values()) == {"todo"}
    for stage, status in (("cloning_repo", "building"), ("building_image", "building"), ("releasing", "deploying")):
        deployment.do("enter", stage=stage)
        eventually(
            lambda stage=stage, status=status: (deployment.status, deployment.steps[stage]) == ((status, status), "now")
        )
        assert deployment.root.get_attribute("data-stage") == stage
    for stage in ("starting_new", "checking", "stopping_old", "completed"):
        deployment.do("enter", stage=stage)
    eventually(lambda: deployment.status == ("success", "success"))
    assert set(deployment.steps.values()) == {"done"}
    assert deployment.page.locator("[role=progressbar]").get_attribute("aria-valuenow") == "100"
    assert deployment.page.get_by_role("link", name="Open").get_attribute("href") == "http://apps.example.org:8080"
    assert deployment.page.title().startswith("success · ")


def test_progress_is_told_and_drawn(deployment):
    deployment.open()
    deployment.do("enter", stage="cloning_repo")
    bar = deployment.page.get_by_role("progressbar")
    eventually(lambda: bar.get_attribute("aria-valuenow") == "25")
    deployment.do("change", progress=56)
    eventually(lambda: deployment.told("progress-words") == "56 %")
    width = bar.bounding_box()["width"]
    eventually(
        lambda: (
            deployment.page.locator(".progress-line rect").bounding_box()["width"] == pytest.approx(0.56 * width, 0.01)
        )
    )


def test_times_run_on_by_themselves_and_stand_still_at_the_end(deployment):
    deployment.open()
    deployment.do("enter", stage="cloning_repo", seconds_ago=61)
    eventually(lambda: deployment.elapsed >= 62)
    shown = deployment.elapsed
    eventually(lambda: deployment.elapsed > shown)
    assert int(deployment.time_of("cloning_repo").removesuffix(" s")) > shown
    deployment.do("end", status="failed", message="The branch is not there.")
    eventually(lambda: deployment.steps["cloning_repo"] == "failed")
    shown = deployment.told("elapsed"), deployment.time_of("cloning_repo")
    deployment.viewer.frames(90)
    assert (deployment.told("elapsed"), deployment.time_of("cloning_repo")) == shown


def test_time_of_a_stage_that_is_over_stands_still_while_the_next_one_runs(deployment):
    deployment.open()
    deployment.do("enter", stage="cloning_repo", seconds_ago=50)
    deployment.do("enter", stage="building_image", seconds_ago=30)
    eventually(lambda: int(deployment.time_of("building_image").removesuffix(" s") or 0) > 31)
    assert deployment.time_of("cloning_repo") == "20 s"


@pytest.mark.parametrize("ahead", [-7200, 86_400])
def test_times_are_right_in_a_browser_whose_clock_is_not(deployment, server, ahead):
    server.ahead(seconds=ahead)
    deployment.open()
    deployment.do("enter", stage="cloning_repo", seconds_ago=5)
    eventually(lambda: re.fullmatch(r"00:(0[5-9]|[1-5]\d)", deployment.told("elapsed")))


@pytest.mark.parametrize(("status", "state"), [("failed", "failed"), ("cancelled", "ended"), ("interrupted", "ended")])
def test_end_that_is_none_shows_where_and_why(deployment, server, status, state):
    deployment.open()
    deployment.do("enter", stage="cloning_repo")
    deployment.do("enter", stage="building_image")
    deployment.do("end", status=status, message="Step 5/8 failed: <b>no space left</b>.")
    eventually(lambda: deployment.status == (status, status))
    assert deployment.steps["cloning_repo"] == "done"
    assert deployment.steps["building_image"] == state
    assert deployment.page.inner_text(".failure") == "Step 5/8 failed: <b>no space left</b>."
    assert not deployment.page.get_by_role("button", name="Cancel").is_visible()
    assert deployment.page.get_by_role("progressbar").get_attribute("aria-valuenow") == "30"


@pytest.mark.parametrize("moment", ["waiting", "cloning", "checking", "failed", "success"])
def test_page_that_is_loaded_at_any_moment_shows_what_the_live_one_shows(deployment, browser, moment):
    moments = {
        "waiting": [],
        "cloning": ["cloning_repo"],
        "checking": ["cloning_repo", "building_image", "starting_new", "checking"],
    }
    moments |= {"failed": moments["checking"], "success": [*moments["checking"], "stopping_old", "completed"]}
    deployment.open()
    for stage in moments[moment]:
        deployment.do("enter", stage=stage, seconds_ago=0.3)
    if moment == "failed":
        deployment.do("end", status="failed", message="It did not answer.")
    eventually(lambda: deployment.page.title().startswith(deployment.server.seen()["status"]))
    live = deployment.drawn
    context = browser.new_context(java_script_enabled=False)
    still = context.new_page()
    still.goto(f"{deployment.server.address}{PAGE}")
    with_scripts = deployment.page
    deployment.page = still
    assert deployment.drawn == live
    deployment.page = with_scripts
    deployment.page.reload()
    eventually(lambda: deployment.page.title().startswith(deployment.server.seen()["status"]))
    assert deployment.drawn == live
    context.close()


def test_second_viewer_sees_the_same(deployment, browser, server):
    deployment.open()
    deployment.do("enter", stage="cloning_repo")
    other = browser.new_page()
    other.goto(f"{server.address}{PAGE}")
    deployment.do("enter", stage="building_image")
    server.number(count=3)
    for page in (deployment.page, other):
        eventually(
            lambda page=page: page.locator(".step[data-stage=building_image]").get_attribute("data-state") == "now"
        )
        eventually(lambda page=page: page.locator(".log-text").all_inner_texts() == ["line 1", "line 2", "line 3"])
    other.close()


def test_without_a_connection_nothing_is_claimed_and_then_all_is_made_up(deployment, server):
    deployment.open()
    deployment.do("enter", stage="cloning_repo")
    eventually(lambda: deployment.steps["cloning_repo"] == "now")
    server.set(refuses=True)
    server.drop()
    eventually(lambda: "is-stale" in deployment.root.get_attribute("class"))
    elapsed = deployment.told("elapsed")
    deployment.viewer.frames(70)
    assert deployment.told("elapsed") == elapsed
    deployment.do("enter", stage="building_image")
    server.number(count=2)
    server.set(refuses=False)
    eventually(lambda: deployment.steps["building_image"] == "now")
    assert "is-stale" not in deployment.root.get_attribute("class")
    eventually(lambda: deployment.viewer.numbers == [1, 2])


def test_end_of_the_log_says_so_and_the_log_can_still_be_searched(deployment, server):
    server.write(*[f"Step {number}/9" for number in range(1, 10)])
    deployment.open()
    deployment.do("enter", stage="cloning_repo")
    deployment.do("end", status="cancelled", message="")
    server.tell(event="end", message={"message": "Log stream ended"})
    eventually(lambda: deployment.viewer.state == "ended")
    assert "is all of its log" in deployment.page.inner_text(".log-state")
    deployment.page.click("[data-command=filter]")
    deployment.page.fill(".log-search-text", "Step 7")
    eventually(lambda: deployment.viewer.texts == ["Step 7/9"])
    assert deployment.viewer.state == "ended"


@pytest.mark.parametrize("order", ["log first", "record first"])
def test_record_and_log_may_end_in_either_order(deployment, server, order):
    deployment.open()
    deployment.do("enter", stage="cloning_repo")
    if order == "log first":
        server.tell(event="end", message={"message": "Log stream ended"})
    deployment.do("end", status="failed", message="It broke.")
    if order == "record first":
        server.tell(event="end", message={"message": "Log stream ended"})
    eventually(lambda: (deployment.viewer.state, deployment.status[0]) == ("ended", "failed"))


def test_cancelling_leaves_the_page_where_it_is(deployment, server):
    server.number(count=900)
    deployment.open().do("enter", stage="cloning_repo")
    deployment.viewer.until_last(900)
    deployment.viewer.scroll_to(700)
    place = deployment.viewer.first_visible()
    deployment.page.get_by_role("button", name="Cancel").click()
    eventually(lambda: not deployment.page.get_by_role("button", name="Cancel").is_visible())
    assert server.seen()["cancelled"] == 1
    assert deployment.viewer.first_visible() == place


def test_refused_cancel_is_explained_by_the_server(deployment, server):
    deployment.open().do("enter", stage="cloning_repo")
    server.set(cancel_refused="This deployment is over.")
    deployment.page.get_by_role("button", name="Cancel").click()
    eventually(lambda: "This deployment is over." in deployment.page.inner_text("body"))


def test_changes_of_stage_are_announced_and_progress_is_not(deployment):
    deployment.open()
    deployment.do("enter", stage="cloning_repo")
    deployment.do("enter", stage="building_image")
    eventually(lambda: deployment.told("announced") == "Deployment building: build")
    deployment.page.evaluate(
        "() => { window.said = []; new MutationObserver(() => window.said.push("
        "document.querySelector('[data-live=announced]').textContent)).observe("
        "document.querySelector('[data-live=announced]'), {childList: true}); }"
    )
    for progress in (40, 50, 60):
        deployment.do("change", progress=progress)
    deployment.do("end", status="failed", message="It broke.")
    eventually(lambda: deployment.page.evaluate("window.said") == ["Deployment failed: It broke."])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_narrow_screen_shows_all_steps_without_a_sideways_scroll(deployment, theme):
    deployment.page.set_viewport_size({"width": 360, "height": 640})
    deployment.do("enter", stage="cloning_repo", seconds_ago=4000)
    deployment.open()
    assert deployment.page.evaluate("document.documentElement.scrollWidth") <= 360
    for box in [step.bounding_box() for step in deployment.page.locator(".step").all()]:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert deployment.page.locator(".log-scroll").bounding_box()["height"] > 150


def test_nothing_moves_when_a_stage_follows_another(deployment):
    deployment.open()
    places = [step.bounding_box() for step in deployment.page.locator(".step").all()]
    deployment.do("enter", stage="cloning_repo", seconds_ago=89)
    eventually(lambda: deployment.steps["cloning_repo"] == "now")
    deployment.do("enter", stage="building_image")
    eventually(lambda: deployment.steps["building_image"] == "now")
    assert [step.bounding_box() for step in deployment.page.locator(".step").all()] == places
