"""How soon the page of what an app uses is drawn, with 30 days of history behind it, in a browser with nothing kept."""

import time
from contextlib import closing

from playwright.sync_api import Browser

from bench.measures.history import fill
from bench.numbers import median, percentile
from bench.registry import Figure, measure
from bench.sides import Side
from bench.stage import Stage
from paas.storage.database import Database
from tests.web.live.deployed import Deployed

VISITS = 20
RANGES = {"1 h": "1h", "30 d": "30d"}
DRAWN = "() => new Promise((done) => setInterval(() => window.drawnAt && done(window.drawnAt), 10))"
NOTE_DRAWN = """(() => {
  const look = () => requestAnimationFrame(document.querySelector(".monitoring[data-drawn] canvas") ? note : look);
  const note = () => (window.drawnAt = performance.now());
  look();
})()"""
"""In milliseconds since the page was asked for, after the frame in which its charts are."""


@measure("chart-page", "from a click to the charts of 30 days")
def chart_page(stage: Stage) -> list[Figure]:
    visits = VISITS // (5 if stage.is_quick else 1)
    with stage.writer() as writer, stage.side("quayside") as side:
        deployed = Deployed(side.folder / "data")
        with closing(deployed.database):
            app = deployed.adopted(writer.name)
        with closing(Database(f"sqlite:///{side.folder}/data/quayside.db")) as database:
            fill(database, [f"app/{app.id}"], now=time.time())
        side.wait_for(writer.name)
        taken = {name: _visits(stage.browser, side, app.name, asked, visits) for name, asked in RANGES.items()}
    note = f"{visits} visits, each by a browser with nothing kept"
    return [
        figure
        for name, seconds in taken.items()
        for figure in (
            Figure(f"page with charts of {name} drawn, p50", "s", median(seconds), note=note),
            Figure(f"page with charts of {name} drawn, p95", "s", percentile(seconds, 95), target="<= 1"),
        )
    ]


def _visits(browser: Browser, side: Side, app: str, asked: str, count: int) -> list[float]:
    return [_visit(browser, side, f"{side.address}/apps/{app}/monitoring?range={asked}") for _ in range(count)]


def _visit(browser: Browser, side: Side, address: str) -> float:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        context.add_cookies(side.cookies)
        context.add_init_script(NOTE_DRAWN)
        page = context.new_page()
        page.goto(address)
        page.locator(".monitoring[data-drawn] canvas").first.wait_for(state="attached")
        return float(page.evaluate(DRAWN)) / 1000
    finally:
        context.close()
