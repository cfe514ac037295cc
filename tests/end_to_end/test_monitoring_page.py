"""The page of what an app uses, on a real engine: it follows the load, says when it cannot know, leads to the log."""

import re

import pytest
from playwright.sync_api import expect

from tests import images
from tests.dashboard import Dashboard
from tests.waiting import eventually

WORKS_WHEN_TOLD = (
    "while :; do if [ -e /busy ]; then i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; else sleep 0.2; fi; "
    "echo tick; done"
)
ARC = 197.92
IDLE_PERCENT = 10


@pytest.fixture
def shop(own_engine, results, tmp_path):
    """An app that works when it is told to, and the dashboard that watches it."""
    container = own_engine.client.containers.run(
        images.busybox(own_engine),
        ["sh", "-c", WORKS_WHEN_TOLD],
        name="shop",
        detach=True,
        stop_signal="SIGKILL",
        restart_policy={"Name": "always"},
    )
    with Dashboard(tmp_path, docker_host=own_engine.host) as dashboard:
        with dashboard.api() as api:
            assert api.post("/api/v1/apps", json={"container": "shop", "name": "shop"}).status_code == 201
        yield dashboard, container
        (results / "dashboard.log").write_text(dashboard.log[-100_000:])


def used(page):
    """CPU in % of one core, as the page says it, and the share of the ring that is shown."""
    gauge = page.locator("[data-gauge=cpu]")
    words = gauge.locator(".gauge-number").inner_text()
    offset = float(gauge.locator(".gauge-value").get_attribute("stroke-dashoffset"))
    return float(words.removesuffix(" %")) if "%" in words else None, 1 - offset / ARC


def is_busy(page):
    percent, shown = used(page)
    return percent is not None and percent > 2 * IDLE_PERCENT and shown > 0


def is_idle(page):
    percent, _ = used(page)
    return percent is not None and percent < IDLE_PERCENT


def test_page_follows_the_load_outlives_the_engine_and_leads_to_the_log(own_engine, shop, page):
    dashboard, container = shop
    dashboard.sign_in(page)
    page.goto(f"{dashboard.address}/apps/shop/monitoring?range=15m")
    page.check("[data-part=live]")
    eventually(lambda: is_idle(page), what="idle")
    container.exec_run("touch /busy")
    eventually(lambda: is_busy(page), what="busy")
    container.exec_run("rm /busy")
    eventually(lambda: is_idle(page), what="idle again")

    notice = page.locator("[data-part=notice]")
    own_engine.stop()
    expect(page.locator(".monitoring.is-stale")).to_have_count(1)
    expect(notice).to_contain_text(re.compile(r"The engine does not answer.*These figures are \d+ s old", re.DOTALL))
    own_engine.start()
    expect(page.locator(".monitoring.is-stale")).to_have_count(0)
    expect(notice).to_be_hidden()
    eventually(lambda: is_idle(page), what="new figures of the container that is back")

    plot = page.locator("section[aria-labelledby=chart-cpu] .u-over")
    eventually(lambda: plot.count() == 1, what="a chart")
    page.locator("section[aria-labelledby=chart-cpu] [data-part=plot]").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_url("**/apps/shop/logs#at=*")
    eventually(lambda: page.locator(".log-row").count() > 0, what="lines")
