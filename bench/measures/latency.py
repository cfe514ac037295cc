"""From a line written in a container to its row in the page."""

from contextlib import ExitStack

from bench.numbers import percentile
from bench.pages import Seen, log_page
from bench.registry import Figure, measure
from bench.sides import Side
from bench.stage import Stage

SIDES = ("quayside", "seed", "floor")
SILENCE_SECONDS = 30
SLOW_LINES = 25
SECONDS = 7
CATCH_UP_SECONDS = 12
AFTERWARDS_SECONDS = 2.5
"""What comes twice comes now: the seed polls once more."""


@measure("latency", "line written to line in the page, at 1, 100 and 1,000 lines/s")
def latency(stage: Stage) -> list[Figure]:
    figures = []
    for rate in (1, 100, 1000):
        seen = after_silence(stage) if rate == 1 else {name: at_rate(stage, name, rate) for name in SIDES}
        label = "1 line/s after 30 s of silence" if rate == 1 else f"{rate:,} lines/s"
        for percent, target in ((50, "<= 25"), (95, "<= 60")):
            values = [percentile(seen[name].latencies, percent) for name in SIDES]
            note = f"n = {len(seen['quayside'].latencies)}, worst {max(seen['quayside'].latencies, default=0):.1f}"
            figures.append(Figure(f"line to page, {label}, p{percent}", "ms", *values, target=target, note=note))
    return figures


def shared_side(stage: Stage, name: str) -> Side:
    """One server of each for all runs in the browser; the dashboard's loop is watched."""
    return stage.once(("side", name), lambda: stage.keep(stage.side(name, watches_loop=True)))


def at_rate(stage: Stage, name: str, rate: int) -> Seen:
    """What a page saw of some seconds at this rate, and a little longer for those who are late."""
    return stage.once(("at rate", name, rate), lambda: _at_rate(stage, name, rate))


def _at_rate(stage: Stage, name: str, rate: int) -> Seen:
    side = shared_side(stage, name)
    with stage.writer() as writer, log_page(stage.browser, side, writer.name) as page:
        with stage.load(f"{rate:,} lines/s in a page", side):
            writer.order(rate=rate, count=int(rate * stage.seconds(SECONDS)))
            page.rest(stage.seconds(SECONDS))
            page.wait_for(writer.ordered - 1, CATCH_UP_SECONDS)
        page.rest(AFTERWARDS_SECONDS)
        return page.seen()


def after_silence(stage: Stage) -> dict[str, Seen]:
    """All three at once: a line a second disturbs nobody, and the silence has to be waited for only once."""
    with ExitStack() as stack:
        writer = stack.enter_context(stage.writer())
        pages = {
            name: stack.enter_context(log_page(stage.browser, shared_side(stage, name), writer.name)) for name in SIDES
        }
        pages["quayside"].rest(stage.seconds(SILENCE_SECONDS))
        writer.order(rate=1, count=max(int(stage.seconds(SLOW_LINES)), 3))
        for page in pages.values():
            page.wait_for(writer.ordered - 1, SLOW_LINES + CATCH_UP_SECONDS)
        return {name: page.seen() for name, page in pages.items()}
