"""A whole story in a browser, seen live: an app is made, deployed, opened, broken and rolled back."""

import re

import pytest
from playwright.sync_api import expect

from tests.dashboard import free_port
from tests.end_to_end import samples
from tests.repositories import Repository

PATIENCE_MS = 120_000

REMEMBER = """() => {
    const bar = document.querySelector("[role=progressbar]")
    window.progress = [Number(bar.getAttribute("aria-valuenow"))]
    new MutationObserver(() => window.progress.push(Number(bar.getAttribute("aria-valuenow"))))
        .observe(bar, {attributes: true, attributeFilter: ["aria-valuenow"]})
}"""
PROCFILE = f"web: {samples.SERVES}\nrelease: echo migrating; sleep 1\n"


class Story:
    """The page of the dashboard, and beside it a page of the app as its visitors see it."""

    def __init__(self, page, visitor, port):
        self.page, self.visitor, self.port = page, visitor, port
        self.deployment = page.locator(".deployment")

    def expect_deployment(self, number):
        expect(self.page).to_have_url(re.compile(rf"/apps/story/deployments/{number}$"))
        self.page.evaluate(REMEMBER)

    def expect_end(self, status):
        """Without the page being loaded anew, and without the bar ever going back."""
        expect(self.deployment).to_have_attribute("data-status", status, timeout=PATIENCE_MS)
        expect(self.page.locator(".log-view")).to_have_attribute("data-state", "ended")
        progress = self.page.evaluate("window.progress")
        assert progress == sorted(progress)
        if status == "success":
            expect(self.page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100")

    def expect_visitor_sees(self, text):
        self.visitor.goto(f"http://127.0.0.1:{self.port}/")
        self.visitor.reload()  # a browser may take the page of a moment ago for a new one
        expect(self.visitor.locator("body")).to_have_text(text)


@pytest.fixture
def story(house, page):
    house.dashboard.sign_in(page)
    return Story(page, page.context.new_page(), free_port())


def test_app_is_made_deployed_opened_broken_and_rolled_back(house, story):
    page = story.page
    repository = Repository(house.repositories / "story.git", samples.with_procfile("version 1", PROCFILE))
    page.goto(f"{house.dashboard.address}/apps/new")
    page.get_by_role("textbox", name="Repository").fill(str(repository.path))
    page.get_by_role("textbox", name="Name", exact=True).fill("story")
    page.locator("[name=published_port]").fill(str(story.port))
    page.get_by_role("button", name="Create and deploy").click()

    story.expect_deployment(1)
    expect(page.locator(".log-text").filter(has_text="migrating").last).to_be_visible(timeout=PATIENCE_MS)
    story.expect_end("success")
    with page.context.expect_page() as opened:
        page.locator(".deployment-link").click()
    expect(opened.value.locator("body")).to_have_text("version 1")
    opened.value.close()

    repository.commit(samples.web("version 2", dockerfile=samples.dockerfile("RUN echo this breaks; exit 9")))
    page.get_by_role("button", name="Deploy", exact=True).click()
    story.expect_deployment(2)
    story.expect_end("failed")
    expect(page.locator(".log-text").filter(has_text=re.compile("^this breaks$"))).to_be_visible()
    expect(page.locator(".deployment-failure")).to_contain_text("non-zero code: 9")
    expect(page.locator(".deployment-failure")).to_contain_text("Deployment 1")
    story.expect_visitor_sees("version 1")

    repository.commit(samples.web("version 3"))
    page.get_by_role("button", name="Try again").click()
    story.expect_deployment(3)
    story.expect_end("success")
    story.expect_visitor_sees("version 3")

    page.get_by_role("link", name="Deployments", exact=True).last.click()
    page.locator("[data-deployment]").last.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/deployments/1$"))
    page.get_by_role("button", name="Roll back to deployment 1").click()
    story.expect_deployment(4)
    story.expect_end("success")
    story.expect_visitor_sees("version 1")
    expect(page.locator(".deployment")).to_contain_text("Back to deployment 1")
