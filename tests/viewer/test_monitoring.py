"""The page of what an app uses: gauges that move, charts that zoom, and words where a picture would be all."""

import re
import time

import pytest

from tests.waiting import eventually

ARC = 197.92
MB = 1024 * 1024


class Monitoring:
    """The page as a test sees and moves it."""

    def __init__(self, page, server):
        self.page, self.server = page, server

    def open(self, query=""):
        self.page.goto(f"{self.server.address}/apps/shop/monitoring{query}")
        self.wait_for_charts()
        return self

    def wait_for_charts(self):
        eventually(lambda: self.page.locator(".monitoring[data-drawn]").count() == 1, what="drawn")

    def wait_for_drawing(self, seconds):
        """Until that length of time is drawn."""
        drawn = "() => document.querySelector('.monitoring').dataset.seconds"
        eventually(lambda: float(self.page.evaluate(drawn)) == pytest.approx(seconds, abs=2), what="drawn")

    def go_live(self):
        self.page.check("[data-part=live]")
        eventually(lambda: self.page.inner_text("#live-word") == "Every second")

    def gauge(self, name):
        """The part of its ring that is shown, and what is read aloud."""
        meter = self.page.locator(f"[data-gauge={name}]")
        offset = float(meter.locator(".gauge-value").get_attribute("stroke-dashoffset"))
        return round(1 - offset / ARC, 3), meter.get_attribute("aria-valuetext")

    def plot(self, name):
        return self.page.locator(f"[aria-labelledby=chart-{name}] .u-over")

    def reading(self, name):
        return self.page.inner_text(f"section[aria-labelledby=chart-{name}] [data-part=reading]")

    def point(self, name, share):
        box = self.plot(name).bounding_box()
        self.page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)

    def drag(self, name, first, last):
        self.plot(name).scroll_into_view_if_needed()
        self.point(name, first)
        self.page.mouse.down()
        self.point(name, (first + last) / 2)
        self.point(name, last)
        self.page.mouse.up()

    @property
    def queries(self):
        return self.server.measured()["queries"]


@pytest.fixture
def monitoring(page, server):
    return Monitoring(page, server)


def test_gauges_follow_the_load_while_live_is_on(monitoring, server):
    monitoring.open()
    assert monitoring.gauge("cpu") == (0.1, "20 % of 200 %, 2 cores, normal")
    monitoring.go_live()
    server.measure(cpu=190.0, memory=384 * MB)
    eventually(lambda: monitoring.gauge("cpu") == (0.95, "190 % of 200 %, 2 cores, very high"))
    assert monitoring.gauge("memory") == (0.75, "384 MiB of 512 MiB, high")
    assert monitoring.page.inner_text("[data-process-row='web.1'] [data-cell=cpu_percent]") == "190 %"
    assert monitoring.page.inner_text("[data-fact='rates.network_received']") == "186 KiB/s"
    level = monitoring.page.evaluate("getComputedStyle(document.querySelector('[data-gauge=cpu] .gauge-value'))")
    assert "stroke-dashoffset" in level["transitionProperty"]
    monitoring.open()
    eventually(lambda: len(server.measured()["watches"]) == 2, what="live again after a reload")
    monitoring.page.uncheck("[data-part=live]")
    assert monitoring.page.inner_text("#live-word") == "Every 15 s"


def test_stale_figures_are_grey_with_their_age_until_there_are_new_ones(monitoring, server):
    monitoring.open().go_live()
    server.measure(age=25.0)
    eventually(lambda: monitoring.page.locator(".monitoring.is-stale").count() == 1)
    notice = monitoring.page.locator("[data-part=notice]")
    assert "The engine does not answer." in notice.inner_text()
    assert re.search(r"These figures are \d\d s old", notice.inner_text())
    server.measure(age=0.0, cpu=60.0)
    eventually(lambda: monitoring.gauge("cpu")[0] == 0.3)
    assert monitoring.page.locator(".monitoring.is-stale").count() == 0
    assert not notice.is_visible()


def test_without_live_the_figures_are_asked_for_every_15_seconds(monitoring, server):
    monitoring.page.clock.install()
    monitoring.open()
    before = server.measured()["asked"]
    server.measure(cpu=100.0)
    monitoring.page.clock.run_for(15_000)
    eventually(lambda: monitoring.gauge("cpu")[0] == 0.5)
    assert server.measured()["asked"] == before + 1
    assert server.measured()["watches"] == []


def test_range_is_changed_without_a_new_page_and_a_drag_asks_for_that_time(monitoring):
    monitoring.open()
    monitoring.page.evaluate("window.wasHere = true")
    monitoring.page.click("[data-range='24h']")
    eventually(lambda: monitoring.queries[-1].get("range") == "24h")
    assert monitoring.page.get_attribute("[data-range='24h']", "aria-current") == "true"
    assert monitoring.page.evaluate("window.wasHere") is True
    monitoring.wait_for_drawing(24 * 3600)
    monitoring.drag("memory", 0.25, 0.5)
    eventually(lambda: "from" in monitoring.queries[-1])
    asked = {name: float(monitoring.queries[-1][name]) for name in ("from", "to")}
    assert asked["to"] - asked["from"] == pytest.approx(6 * 3600, rel=0.05)
    assert asked["to"] == pytest.approx(time.time() - 12 * 3600, abs=1800)
    eventually(lambda: f"from={asked['from']:.0f}" in monitoring.page.evaluate("location.search"))
    monitoring.page.reload()
    monitoring.wait_for_charts()
    assert float(monitoring.queries[-1]["from"]) == asked["from"]
    monitoring.page.click("text=Zoom out")
    eventually(lambda: monitoring.queries[-1].get("range") == "24h")
    monitoring.page.go_back()
    eventually(lambda: monitoring.queries[-1].get("from") is not None)
    assert monitoring.page.locator("text=Zoom out").is_visible()


def test_cursor_stands_at_the_same_moment_in_all_charts(monitoring, server):
    now = time.time()
    server.measure(gap=True, marks=[{"at": now - 1800, "kind": "restart", "text": "web.1 restarted", "href": ""}])
    monitoring.open()
    monitoring.point("cpu", 0.9)
    eventually(lambda: "to" in monitoring.reading("cpu"))
    told = {name: monitoring.reading(name) for name in ("cpu", "memory", "network", "block")}
    assert len({words.partition(" · ")[0] for words in told.values()}) == 1
    assert re.search(r"% \([\d.]+ % to [\d.]+ %\)", told["cpu"])
    assert "received" in told["network"]
    assert "MiB" in told["memory"]
    monitoring.point("cpu", 0.5)
    eventually(lambda: "no figures · web.1 restarted" in monitoring.reading("memory"))
    plot = monitoring.page.locator("section[aria-labelledby=chart-cpu] [data-part=plot]")
    plot.focus()
    plot.press("End")
    last = monitoring.reading("cpu")
    assert "%" in last
    plot.press("ArrowLeft")
    assert monitoring.reading("cpu") not in ("", last)
    assert monitoring.reading("memory") != ""
    plot.press("Enter")
    monitoring.page.wait_for_url("**/apps/shop/logs#at=*")


def test_click_on_a_moment_opens_the_log_there(monitoring):
    monitoring.open("?range=24h")
    monitoring.plot("cpu").scroll_into_view_if_needed()
    monitoring.point("cpu", 0.5)
    monitoring.page.mouse.down()
    monitoring.page.mouse.up()
    monitoring.page.wait_for_url("**/apps/shop/logs#at=*")
    at = float(monitoring.page.url.partition("#at=")[2])
    assert at == pytest.approx(time.time() - 12 * 3600, abs=1800)


def test_what_is_drawn_stands_in_words_too(monitoring, server):
    now, script = time.time(), "<img src=x onerror=alert(1)>"
    marks = [
        {"at": now - 900, "kind": "deployment", "text": "Deployment 16", "href": "/apps/shop/deployments/16"},
        {"at": now - 300, "kind": "alert", "text": script, "href": "javascript:alert(1)"},
    ]
    server.measure(gap=True, marks=marks)
    monitoring.open()
    monitoring.page.click("text=Table of Network")
    rows = monitoring.page.locator("section[aria-labelledby=chart-network] tbody tr")
    eventually(lambda: rows.count() == 160)
    assert re.search(r"\d\d:\d\d:\d\d\s+[\d.]+ KiB/s\s+[\d.]+ KiB/s", rows.first.inner_text())
    happened = monitoring.page.locator(".happened li")
    assert happened.count() == 2
    assert script in happened.nth(0).inner_text()
    assert happened.nth(0).locator("a").count() == 0
    assert happened.nth(1).locator("a").get_attribute("href") == "/apps/shop/deployments/16"


def test_readings_go_on_at_the_right_edge_while_live_is_on(monitoring, server):
    monitoring.open("?range=15m").go_live()
    monitoring.page.click("text=Table of CPU")
    first = monitoring.page.locator("section[aria-labelledby=chart-cpu] tbody tr th").first.inner_text()
    monitoring.page.click("text=Table of CPU")
    server.measure(cpu=123.0)

    def newest():
        server.measure(cpu=123.0)
        monitoring.page.locator("section[aria-labelledby=chart-cpu] [data-part=plot]").focus()
        monitoring.page.keyboard.press("End")
        return "123 %" in monitoring.reading("cpu") and first not in monitoring.reading("cpu")

    eventually(newest, what="a new point with what is measured now")


def test_page_fits_a_narrow_window_and_its_colours_follow_the_theme(monitoring):
    monitoring.page.set_viewport_size({"width": 360, "height": 800})
    monitoring.open()
    assert monitoring.page.evaluate("document.documentElement.scrollWidth") == 360
    ink = """() => {
      const canvas = document.querySelector('.chart canvas');
      const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let sum = 0;
      for (let at = 0; at < data.length; at += 4) sum += data[at] * data[at + 3] / 255;
      return sum;
    }"""
    light = monitoring.page.evaluate(ink)
    monitoring.page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    eventually(lambda: monitoring.page.evaluate(ink) > light * 1.2, what="brighter lines on the dark ground")


def test_history_that_cannot_be_read_is_said_and_the_gauges_stay(monitoring, server):
    server.measure(history_fails=True)
    monitoring.page.goto(f"{server.address}/apps/shop/monitoring")
    notice = monitoring.page.locator("[data-part=notice]")
    eventually(notice.is_visible)
    assert "The charts could not be brought up to date: The database does not answer." in notice.inner_text()
    assert monitoring.page.locator(".monitoring.is-stale").count() == 0


def test_stopped_app_leaves_a_gap_and_no_zero(monitoring, server):
    monitoring.open("?range=15m").go_live()
    server.measure(stopped=True)
    eventually(lambda: monitoring.gauge("cpu") == (0, "not running"))
    assert "Nothing of it runs now" in monitoring.page.inner_text("#usage")
    monitoring.page.locator("section[aria-labelledby=chart-cpu] [data-part=plot]").focus()
    monitoring.page.keyboard.press("End")
    assert not re.search(r"(?<!\d)0\.0 %", monitoring.reading("cpu")), monitoring.reading("cpu")
