"""The command palette as a person with a keyboard, with a mouse and with a screen reader uses it."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SHIFTS = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((each) => (window.shifted += each.value)))
    .observe({ type: "layout-shift", buffered: false });
}"""


@pytest.fixture
def palette(page, make, deploy, running):
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    deploy(make("shop")), make("blog")
    page.goto("/account")
    page.wait_for_load_state("networkidle")
    page.evaluate(SHIFTS)
    yield page.locator("#palette")
    assert failures == []


def test_keyboard_mouse_and_screen_reader(page, palette, running):
    field, options = palette.get_by_role("combobox"), palette.get_by_role("option")

    def chosen():
        return page.locator(f"#{field.get_attribute('aria-activedescendant')}")

    page.get_by_role("button", name="Sign out", exact=True).focus()
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    expect(palette.get_by_role("option", name="Audit")).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")

    page.keyboard.type("shop")
    expect(options).to_have_count(2)
    expect(chosen()).to_have_attribute("href", "/apps/shop")
    expect(palette.get_by_role("status")).to_have_text("2 results")
    page.keyboard.press("ArrowDown")
    expect(chosen()).to_have_attribute("href", "/apps/shop/deployments/1")
    expect(chosen()).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(chosen()).to_have_attribute("href", "/apps/shop")
    page.keyboard.press("ArrowUp")
    expect(chosen()).to_have_attribute("href", "/apps/shop/deployments/1")

    page.keyboard.type("zzz")
    expect(options).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(palette.get_by_role("status")).to_contain_text("Nothing that you may see")
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_focused()
    assert page.evaluate("window.shifted") == 0

    page.locator(".side-search").click()
    expect(field).to_have_value("")
    page.keyboard.type("blog")
    page.keyboard.press("Enter")  # before the answer is there
    page.wait_for_url("**/apps/blog")

    page.keyboard.press("Meta+k")
    page.keyboard.type("shop dep")
    palette.get_by_role("option", name="shop deployment 1").click()
    page.wait_for_url("**/apps/shop/deployments/1")


def test_without_a_dashboard_it_says_so(page, palette):
    page.route("**/api/v1/search?*", lambda route: route.abort())
    page.keyboard.press("Control+k")
    expect(palette.get_by_role("status")).to_contain_text("does not answer")


def test_without_scripts_the_entry_is_a_link(browser, context, address, palette):
    plain = browser.new_context(base_url=address, java_script_enabled=False, storage_state=context.storage_state())
    page = plain.new_page()
    page.goto("/account")
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("sho")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="shop deployment 1")).to_be_visible()
    plain.close()
