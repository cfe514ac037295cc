"""The pages of apps in a browser: from a repository to an address that answers, without a line of JavaScript."""

import re
from contextlib import contextmanager

import pytest
import requests
from playwright.sync_api import Error

from tests.dashboard import free_port
from tests.end_to_end import samples
from tests.repositories import Repository
from tests.waiting import eventually

OVER = ("success", "failed", "cancelled", "interrupted")
PROCFILE = f"web: {samples.SERVES}\nworker: sleep 100000\nrelease: echo migrated\n"
BROKEN = {"Dockerfile": "FROM scratch\nCOPY nothing-of-that-name /\n"}


CROWDED = """main => {
  const named = (element) => `${element.localName}.${element.className}`
  const isThere = (element) =>
    element.getBoundingClientRect().height > 0 && !element.matches(".notice, .visually-hidden")
  const parts = (element) =>
    [...element.children].flatMap((each) => each.matches(".refreshed, .head") ? parts(each) : [each])
  const distance = (one, other) => {
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]
    const isBeside = a.right <= b.left || b.right <= a.left
    return isBeside ? Infinity : Math.max(b.top - a.bottom, a.top - b.bottom)
  }
  const near = (elements, least) => elements.filter(isThere).flatMap((one, index, all) =>
    all.slice(index + 1).filter((other) => !one.contains(other) && distance(one, other) < least)
      .map((other) => `${named(one)} and ${named(other)}: ${distance(one, other)}`))
  return [...near(parts(main), -0.5), ...near([...main.querySelectorAll(".card")], 8)]
}"""


def files(version):
    return samples.with_procfile(version, PROCFILE, worker=[{"type": "startup", "uptime": 1}])


@contextmanager
def browsing(browser, house, *, width=1280, has_scripts=False):
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=has_scripts)
    page = context.new_page()
    house.dashboard.sign_in(page)
    try:
        yield page
    finally:
        context.close()


def wait_for_the_end(page):
    """By asking for the page again and again, as whoever has no JavaScript would."""

    def status():
        page.reload()
        return page.locator(".deployment").get_attribute("data-status")

    eventually(lambda: status() in OVER, 120)
    return page.locator(".deployment").get_attribute("data-status")


def press(page, words, *, within="main"):
    """A button, and then its answer, which comes when it is done: who loads the page anew before that takes it back."""
    with page.expect_navigation(timeout=60_000):
        page.locator(within).get_by_role("button", name=words, exact=True).click()


def answer(port):
    return requests.get(f"http://127.0.0.1:{port}/", timeout=30).text.strip()


def test_everything_is_done_without_javascript(house, browser):
    repository = Repository(house.repositories / "pages.git", files("one"))
    port = free_port()
    with browsing(browser, house) as page:
        page.goto(f"{house.dashboard.address}/apps/new")
        page.fill("[name=repository]", str(repository.path))
        page.fill("[name=published_port]", str(port))
        press(page, "Look at what would be built")
        assert "sleep 100000" in page.inner_text("#preview")
        assert page.input_value("[name=name]") == "pages"
        press(page, "Create and deploy")
        assert wait_for_the_end(page) == "success"
        assert answer(port) == "one"
        assert page.get_attribute(".deployment-link", "href") == f"http://127.0.0.1:{port}"

        repository.commit(BROKEN)
        press(page, "Deploy", within=".head-actions")
        assert wait_for_the_end(page) == "failed"
        told = page.inner_text(".deployment-failure")
        assert "Failed at build." in told
        assert "nothing-of-that-name" in told
        assert "Deployment 1" in told
        assert answer(port) == "one"

        repository.commit(files("two"))
        press(page, "Try again")
        assert wait_for_the_end(page) == "success"
        assert answer(port) == "two"

        page.goto(f"{house.dashboard.address}/apps/pages/deployments/1")
        press(page, "Roll back to deployment 1")
        assert wait_for_the_end(page) == "success"
        assert answer(port) == "one"

        page.goto(f"{house.dashboard.address}/apps/pages")
        page.fill("[name=scale-worker]", "1")
        press(page, "Change the numbers")
        assert wait_for_the_end(page) == "success"
        assert sorted(each.name for each in running(house, "pages")) == ["pages.web.1", "pages.worker.1"]

        page.goto(f"{house.dashboard.address}/apps/pages")
        page.click(".head-actions > .menu summary")
        press(page, "Stop")
        assert page.get_attribute("#head .state", "data-state") == "stopped"
        assert running(house, "pages") == []
        page.click(".head-actions > .menu summary")
        press(page, "Start")
        assert page.get_attribute("#head .state", "data-state") == "running"

        page.goto(f"{house.dashboard.address}/apps/pages/delete")
        page.fill("[name=name]", "pages")
        press(page, "Delete pages")
        assert page.url == f"{house.dashboard.address}/apps"
        assert "pages was deleted." in page.inner_text("main")
        assert house.containers(app_name="pages") == []


def running(house, name):
    return [each for each in house.containers(app_name=name) if each.status == "running"]


def test_secret_is_in_the_app_and_in_no_page(house, browser):
    checks = [{"type": "startup", "uptime": 1}]
    procfile = "web: sh -c 'echo \"token is $API_TOKEN\"; exec sleep 100000'\n"
    app = house.app({**samples.web("one", checks=checks), "Procfile": procfile})
    with browsing(browser, house) as page:
        page.goto(f"{house.dashboard.address}/apps/{app.name}/environment")
        page.fill("[name=key]", "API_TOKEN")
        page.fill("[name=value]", "s3cret-words")
        press(page, "Keep")
        assert "API_TOKEN" in page.inner_text("table")
        assert "s3cret-words" not in page.content()
        press(page, "Deploy", within=".head-actions")
        assert wait_for_the_end(page) == "success"
    written = app.container().logs().decode()
    assert "token is s3cret-words" in written
    shown = eventually(lambda: house.ask("GET", f"/apps/{app.id}/logs?format=text").text)
    assert "token is [secret]" in shown
    assert "s3cret-words" not in shown


@pytest.mark.parametrize("has_scripts", [False, True], ids=["without scripts", "with scripts"])
def test_no_page_is_wider_than_a_phone(house, browser, has_scripts):
    long = "a-very-long-name-of-an-app-that-somebody-chose-in-a-bad-mood"
    app = house.app(files("one"), name=long if has_scripts else f"{long}-2"[-63:])
    app.deploy()
    app.deploy(BROKEN, status="failed")
    house.say("PUT", f"/apps/{app.id}/environment/GREETING", {"value": "x" * 500, "secret": False})
    empty = house.app(files("one"))
    paths = ["/apps", "/apps/new", "/deployments", "/containers", "/account", "/no-such-page"]
    paths += [f"/apps/{empty.name}{rest}" for rest in ("", "/logs", "/deployments", "/environment")]
    paths += [f"/apps/{app.name}{rest}" for rest in ("", "/logs", "/deployments", "/deployments/1", "/deployments/2")]
    paths += [f"/apps/{app.name}{rest}" for rest in ("/deployments/compare", "/environment", "/settings", "/delete")]
    with browsing(browser, house, width=360, has_scripts=has_scripts) as page:
        for path in paths:
            visit(page, house.dashboard.address + path)
            box = page.locator("main").bounding_box()
            assert box["width"] <= 360, path
            assert widest(page) <= 360, path
            assert crowded(page) == [], path
            for log in page.locator(".deployment-log .log-frame").all():
                assert log.bounding_box()["height"] >= 400
            page.locator("main details").evaluate_all("all => all.forEach(each => { each.open = true })")
            assert widest(page) <= 360, f"{path} with all of it open"


def visit(page, address):
    """The page before, whose parts were dropped when the machine's network changed, may load itself anew meanwhile."""
    try:
        page.goto(address)
    except Error as error:
        if "ERR_ABORTED" not in str(error):
            raise
        page.goto(address)


def widest(page):
    """The width that the page would scroll over; scripts of the page's own are not needed to measure it."""
    return page.locator("html").evaluate("html => html.scrollWidth")


def crowded(page):
    """The parts of the page that lie over each other, and the cards that touch."""
    return page.locator("main").evaluate(CROWDED)


def test_error_is_read_out_with_its_field_and_has_the_focus(house, browser):
    with browsing(browser, house) as page:
        page.goto(f"{house.dashboard.address}/apps/new")
        page.fill("[name=repository]", "https://example.org/shop.git")
        page.fill("[name=name]", "Not A Name")
        press(page, "Create only")
        focused = page.locator("[name=name]")
        assert focused.get_attribute("aria-invalid") == "true"
        described = focused.get_attribute("aria-describedby").split()
        assert any(re.search("lower case", page.inner_text(f"#{each}")) for each in described)
        assert page.input_value("[name=repository]") == "https://example.org/shop.git"
