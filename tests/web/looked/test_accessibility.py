"""Every page, with something on it, in both themes: axe-core finds nothing serious or critical."""

from pathlib import Path

import pytest

from paas.engine.containers import Container

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[2] / "vendor" / "axe-core" / "axe.min.js").read_text()
LOOK = """async (only) => {
  const found = await axe.run(document, { resultTypes: ["violations"], ...(only && { runOnly: only }) });
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)}`));
}"""
ONLY = {"light": None, "dark": ["color-contrast", "link-in-text-block"]}
"""The themes differ in their colours alone."""

PAGES = (
    "/apps",
    "/apps/new",
    "/apps/shop",
    "/apps/shop/logs",
    "/apps/shop/deployments",
    "/apps/shop/deployments/1",
    "/apps/shop/deployments/2",
    "/apps/shop/deployments/compare?before=1&after=3",
    "/apps/shop/deploy",
    "/apps/shop/environment",
    "/apps/shop/monitoring",
    "/apps/shop/alerts",
    "/apps/shop/settings",
    "/apps/shop/delete",
    "/apps/blog",
    "/containers",
    "/containers/registry/logs",
    "/monitoring",
    "/deployments",
    "/alerts",
    "/alerts/rules",
    "/alerts/rules/new",
    "/alerts/rules/1",
    "/alerts/destinations",
    "/alerts/destinations/new",
    "/users",
    "/users/bob/remove",
    "/audit",
    "/account",
    "/reference",
    "/search?q=s",
    "/no-such-page",
)


@pytest.fixture
def furnished(make, deploy, running, add):
    shop = make("shop", published_port=8100)
    deploy(shop), deploy(shop, ends="failed", error="The build ended with 1."), deploy(shop)
    make("blog")
    add("bob", "member")
    running.containers = [
        Container(id=f"{number:064x}", name=name, image="busybox", state=state, status="", created_at=1.0, since=2.0)
        for number, (name, state) in enumerate((("registry", "running"), ("old", "exited"), ("new", "restarting")))
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_keeps_anybody_out(page, furnished, theme):
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    found = {}
    for address in PAGES:
        page.goto(address)
        page.evaluate(AXE)
        found[address] = page.evaluate(LOOK, ONLY[theme])
    page.keyboard.press("Control+k")
    page.get_by_role("option").first.wait_for()
    found["the palette"] = page.evaluate(LOOK, ONLY[theme])
    assert {address: problems for address, problems in found.items() if problems} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address_of", ["/login"])
def test_no_page_before_signing_in_keeps_anybody_out(browser, address, address_of, theme):
    page = browser.new_page(base_url=address, color_scheme=theme)
    page.goto(address_of)
    page.evaluate(AXE)
    assert page.evaluate(LOOK, ONLY[theme]) == []
    page.close()
