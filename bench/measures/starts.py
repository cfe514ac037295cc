"""How long the dashboard takes to start and to answer, what a page of it weighs, and what it holds in memory idle."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench.numbers import median, percentile
from bench.processes import memory_mb
from bench.registry import Figure, measure
from bench.sides import Side, status
from bench.stage import Stage
from tests.dashboard import HERE, PASSWORD, USERNAME, Dashboard

ROUNDS = 3
REQUESTS = 100
LOOK_SECONDS = 0.005
SETTLE_SECONDS = 5


@measure("start", "start to first page; memory idle")
def start(stage: Stage) -> list[Figure]:
    rounds = range(1 if stage.is_quick else ROUNDS)
    fresh = [_start(stage, has_user=False)[0] for _ in rounds]
    seconds, idle_mb = zip(*(_start(stage, has_user=True) for _ in rounds), strict=True)
    note = f"python app.py to GET /login, median of {len(rounds)}"
    return [
        Figure("start to first page", "s", median(seconds), target="<= 2.5", note=note),
        Figure("the same on an empty data folder", "s", median(fresh), target="<= 2.5"),
        Figure("dashboard's memory, idle", "MB", median(idle_mb), **_bare(stage), target="<= 110", note="resident"),
    ]


@measure("answer", "page answers and page weight")
def answer(stage: Stage) -> list[Figure]:
    with stage.writer() as writer, ExitStack() as stack:
        sides = {name: stack.enter_context(stage.side(name)) for name in ("quayside", "seed", "floor")}
        for side in sides.values():
            side.wait_for(writer.name)
        logs = {name: _answer_ms(side, side.log_url(writer.name)) for name, side in sides.items()}
        containers = _answer_ms(sides["quayside"], sides["quayside"].address + "/containers")
        weights = {name: page_weight_kb(stage, side, writer.name) for name, side in sides.items()}
        over_http = page_weight_kb(stage, sides["quayside"], writer.name, encoding="gzip")
    note = f"p50 of {REQUESTS}, a new connection each"
    return [
        Figure("page answer, /containers", "ms", containers, target="<= 30", note=note),
        Figure("page answer, the log page", "ms", **_row(logs), target="<= 30", note=note),
        Figure("page weight, first visit to the log", "KB", **_row(weights), target="<= 250", note="brotli"),
        Figure("the same without TLS from afar", "KB", over_http, target="<= 250", note="gzip"),
    ]


def _row(values: dict[str, float]) -> dict[str, float]:
    return {"value": values["quayside"], "seed": values["seed"], "floor": values["floor"]}


def _start(stage: Stage, *, has_user: bool) -> tuple[float, float]:
    """Seconds until the page is there, and MB of memory a little later."""
    dashboard = Dashboard(stage.new_folder(), docker_host=stage.engine.host)
    dashboard.folder.mkdir(parents=True)
    if has_user:
        dashboard.add_user(USERNAME, PASSWORD, role="owner")
    began = time.monotonic()
    with _running(dashboard) as pid:
        while status(dashboard.address + "/login") not in (200, 302):
            time.sleep(LOOK_SECONDS)
        seconds = time.monotonic() - began
        if has_user:
            time.sleep(stage.seconds(SETTLE_SECONDS))
        return seconds, memory_mb(pid)


@contextmanager
def _running(dashboard: Dashboard) -> Iterator[int]:
    """Started by hand: ``Dashboard.start`` looks less often than is measured here."""
    with subprocess.Popen(
        dashboard.command, cwd=HERE, env=dashboard.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process.pid
        finally:
            process.kill()


def _bare(stage: Stage) -> dict[str, float]:
    memory = {}
    for name in ("seed", "floor"):
        with stage.side(name) as side:
            status(side.address)
            memory[name] = memory_mb(side.pid)
    return memory


def _answer_ms(side: Side, url: str) -> float:
    taken = []
    for _ in range(REQUESTS):
        began = time.monotonic()
        answered = status(url, cookie=side.cookie_header)
        taken.append((time.monotonic() - began) * 1000)
        assert answered == 200, f"{url} answers {answered}"
    return percentile(taken, 50)


def page_weight_kb(stage: Stage, side: Side, container: str, *, encoding: str = "") -> float:
    """All that a first visit loads, as it comes over the wire; without the socket."""
    context = stage.browser.new_context()
    try:
        context.add_cookies(side.cookies)
        page = context.new_page()
        cdp, sizes = context.new_cdp_session(page), []
        cdp.send("Network.enable")
        cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
        if encoding:
            cdp.send("Network.setExtraHTTPHeaders", {"headers": {"Accept-Encoding": encoding}})
        cdp.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(side.log_url(container))
        page.locator(".log-view[data-state=live]").wait_for(state="attached")
        page.wait_for_timeout(1000)
        return sum(sizes) / 1000
    finally:
        context.close()
