"""A log open in Chromium, and what the probe in it has seen."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from bench.sides import Side

PROBE = Path(__file__).with_name("probe.js").read_text()
LIVE_MS = 15_000
LOOK_SECONDS = 0.25


@dataclass(frozen=True)
class Seen:
    """Counts since the page was opened; latencies in ms, in the order of the rows."""

    shown: int
    skipped: int
    repeated: int
    last: int
    mostRows: int  # noqa: N815 - as the probe calls it
    longestTask: float  # noqa: N815
    latencies: list[float]


class LogPage:
    """The page of one container's log on one side."""

    def __init__(self, page: Page, cdp: CDPSession) -> None:
        self._page, self._cdp = page, cdp
        cdp.send("Performance.enable")

    def seen(self) -> Seen:
        return Seen(**self._page.evaluate("(({keeps, clockOffset, ...seen}) => seen)(benchProbe)"))

    def last(self) -> int:
        """The highest number shown."""
        return int(self._page.evaluate("benchProbe.last"))

    def rest(self, seconds: float) -> None:
        """Let time pass; the browser's events are taken meanwhile."""
        self._page.wait_for_timeout(seconds * 1000)

    def wait_for(self, number: int, deadline_seconds: float) -> bool:
        """Whether the line of this number was shown in time."""
        deadline = time.monotonic() + deadline_seconds
        while (is_shown := self.last() >= number) is False and time.monotonic() < deadline:
            self.rest(LOOK_SECONDS)
        return is_shown

    def keep_no_latencies(self) -> None:
        """For measures of the page's memory: the probe's own must not grow."""
        self._page.evaluate("Object.assign(benchProbe, {keeps: false, latencies: [], longestTask: 0, mostRows: 0})")

    def heap_mb(self) -> float:
        """What JavaScript holds once what it has let go of is collected."""
        self._cdp.send("HeapProfiler.collectGarbage")
        metrics: list[dict[str, Any]] = self._cdp.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize") / 1e6


@contextmanager
def log_page(browser: Browser, side: Side, container: str) -> Iterator[LogPage]:
    """The log of a container that the side knows, or will know soon."""
    side.wait_for(container)
    with watched_page(browser, side.log_url(container), side.cookies) as page:
        yield page


@contextmanager
def watched_page(browser: Browser, url: str, cookies: list[dict[str, Any]]) -> Iterator[LogPage]:
    """Open it in a profile of its own, hence in a process of its own, and wait until it is live."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        context.add_cookies(cookies)
        context.add_init_script(PROBE)
        page = context.new_page()
        page.goto(url)
        page.locator(".log-view[data-state=live]").wait_for(state="attached", timeout=LIVE_MS)
        yield LogPage(page, context.new_cdp_session(page))
    finally:
        context.close()
