"""``python -m soak --minutes 20 [--seed N]`` lives through a day and prints a table; it fails if anything is wrong."""

import argparse
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from soak import questions
from soak.run import Day, Soak


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # what was started is ended as after a Ctrl-C
    day = Day(
        seed=options.seed,
        minutes=options.minutes,
        results=options.out / str(options.seed),
        containers=options.containers,
        apps=options.apps,
        viewers=options.viewers,
        only=tuple(options.only),
    )
    print(f"Seed {day.seed}: {day.minutes:g} minutes, {day.containers} containers, {day.viewers} viewers", flush=True)
    began = time.monotonic()
    try:
        with Soak(day) as soak:
            answers = soak.live()
    except pytest.skip.Exception as reason:
        raise SystemExit(f"There can be no soak here: {reason}") from reason
    table = questions.table(answers)
    (day.results / "table.txt").write_text(f"{table}\n")
    print(f"\n{table}\n\nSeed {day.seed}, {time.monotonic() - began:.0f} s. All that was seen lies in {day.results}/:")
    print("chronicle.txt (what went wrong when), dashboard.log, dockerd.log, memory.csv, viewers.txt, table.txt.")
    sys.exit(any(not each.is_right for each in answers))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="what happens and when; random")
    parser.add_argument("--containers", type=int, default=20, help="apps among them")
    parser.add_argument("--apps", type=int, default=4)
    parser.add_argument("--viewers", type=int, default=100)
    parser.add_argument("--only", action="append", default=[], metavar="FAULT", help="may be given more than once")
    parser.add_argument("--out", type=Path, default=Path("soak-results"), metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    main()
