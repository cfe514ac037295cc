"""Whether every line that was written was shown, once, or declared as skipped."""

from bench.measures.latency import SECONDS, SIDES, at_rate
from bench.pages import Seen
from bench.registry import Figure, measure
from bench.stage import Stage

RATES = (100, 1_000, 2_000, 5_000, 20_000)
FASTEST_WITHOUT_GAP = 2_000


@measure("exact", "shown + declared skipped = written, at 100 to 20,000 lines/s")
def exact(stage: Stage) -> list[Figure]:
    figures = []
    for rate in RATES:
        seen = {name: at_rate(stage, name, rate) for name in SIDES}
        written = int(rate * stage.seconds(SECONDS))
        ours = seen["quayside"]
        wrong = [_wrong(seen[name], written) for name in SIDES]
        note = f"shown {ours.shown:,}, declared skipped {ours.skipped:,}, written {written:,}"
        figures.append(Figure(f"lines lost or twice at {rate:,}/s", "lines", *wrong, target="= 0", note=note))
        target = "= 0" if rate <= FASTEST_WITHOUT_GAP else ""
        figures.append(Figure(f"lines declared skipped at {rate:,}/s", "lines", ours.skipped, target=target))
    return figures


def _wrong(seen: Seen, written: int) -> int:
    """Lines that came again or in the wrong order, and lines of which the page knows nothing."""
    return seen.repeated + abs(seen.shown - seen.repeated + seen.skipped - written)
