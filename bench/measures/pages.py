"""What a page holds and how long it is busy at a stretch, at 1,000 lines/s."""

from contextlib import ExitStack

from bench.measures.latency import SIDES, shared_side
from bench.pages import Seen, log_page
from bench.registry import Figure, measure
from bench.stage import Stage

RATE = 1000
WARM_SECONDS = 5
SECONDS = 60


@measure("page", "heap growth, longest task and rows of a page over 60 s at 1,000 lines/s")
def page(stage: Stage) -> list[Figure]:
    """The dashboard's page alone, then the bare ones side by side."""
    grown, seen = _watch(stage, ("quayside",))
    others = _watch(stage, ("seed", "floor"))
    grown, seen = grown | others[0], seen | others[1]
    longest = [seen[name].longestTask for name in SIDES]
    return [
        Figure("page: heap growth over 60 s at 1,000 lines/s", "MB", *(grown[name] for name in SIDES), target="< 5"),
        Figure("page: longest task", "ms", *longest, target="< 100", note="0: none of 50 ms or more"),
        Figure("page: most rows", "rows", *(seen[name].mostRows for name in SIDES), target="<= 1000"),
    ]


def _watch(stage: Stage, names: tuple[str, ...]) -> tuple[dict[str, float], dict[str, Seen]]:
    warm, seconds = stage.seconds(WARM_SECONDS), stage.seconds(SECONDS)
    with ExitStack() as stack:
        writer = stack.enter_context(stage.writer())
        sides = {name: shared_side(stage, name) for name in names}
        pages = {name: stack.enter_context(log_page(stage.browser, side, writer.name)) for name, side in sides.items()}
        stack.enter_context(stage.load("1,000 lines/s in a page for 60 s", sides[names[0]]))
        writer.order(rate=RATE, count=int(RATE * (warm + seconds + 10)))
        first = pages[names[0]]
        first.rest(warm)
        for one in pages.values():
            one.keep_no_latencies()
        before = {name: one.heap_mb() for name, one in pages.items()}
        first.rest(seconds)
        return {name: one.heap_mb() - before[name] for name, one in pages.items()}, {
            name: one.seen() for name, one in pages.items()
        }
