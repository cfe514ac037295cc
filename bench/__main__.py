"""``python -m bench`` runs every measure; ``--list`` names them, ``--only NAME`` runs those whose name begins so."""

import argparse
import math
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import pytest

from bench import measures, table  # noqa: F401 - importing measures enters them in the registry
from bench.registry import Figure, Measure, chosen
from bench.stage import Stage


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # what was started is ended as after a Ctrl-C
    wanted = chosen(options.only)
    if options.list:
        for one in wanted:
            print(f"{one.name:<12} {one.what}")
        return
    figures, machine = run(wanted, is_quick=options.quick)
    print(f"\n{table.plain(figures)}\n")
    if options.markdown:
        print(table.markdown(figures, machine))
    table.write_json(options.out, figures, machine=machine)
    missed = [figure.what for figure in figures if figure.is_met is False]
    print(f"{options.out} is written. {len(missed)} of {len(figures)} figures miss their target.")
    if machine["load_before"] > machine["cores"] / 4:
        print(f"The machine was busy before (load {machine['load_before']}): do not trust these figures.")


def run(wanted, *, is_quick: bool) -> tuple[list[Figure], dict[str, Any]]:
    """Take the measures one after the other. Where there is no engine or no browser it says so and ends."""
    figures: list[Figure] = []
    began = time.monotonic()
    try:
        with Stage(is_quick=is_quick) as stage:
            machine = table.machine(**stage.versions())
            for one in wanted:
                print(f"{time.monotonic() - began:5.0f} s  {one.name}: {one.what}", flush=True)
                taken = attempt(one, stage)
                print(table.plain(taken), flush=True)
                figures += taken
    except pytest.skip.Exception as reason:
        raise SystemExit(f"Nothing can be measured here: {reason}") from reason
    return figures, machine | {"seconds": round(time.monotonic() - began)}


def attempt(one: Measure, stage: Stage) -> list[Figure]:
    """Its figures; a measure that fails is reported as one that misses its target, and the others go on."""
    try:
        return list(one.take(stage))
    except Exception:  # noqa: BLE001 - whatever it was, the other measures still tell something
        traceback.print_exc()
        return [Figure(one.what, "", math.nan, target="= 0", note="failed: its error stands in the output")]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="may be given more than once")
    parser.add_argument("--list", action="store_true", help="name the measures and end")
    parser.add_argument("--quick", action="store_true", help="short rounds: to try the bench itself, not to trust")
    parser.add_argument("--markdown", action="store_true", help="print the table for README too")
    parser.add_argument("--out", type=Path, default=Path("bench-results.json"), metavar="FILE")
    return parser.parse_args()


if __name__ == "__main__":
    main()
