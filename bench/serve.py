"""The dashboard with a watch on its loop: ``app.py`` itself, and a green thread that sleeps and looks how late it woke.

``BENCH_LATENESS`` names the file that gets a line ``<unix time> <ms late>`` for every 10 ms of sleep.
"""

import os
import runpy
import threading
import time

from paas import concurrency

SLEEP_SECONDS = 0.01
LINES_AT_ONCE = 100

_patch = concurrency.patch


def patch_and_watch() -> None:
    """What app.py calls first; only after it is a thread a green one."""
    _patch()
    threading.Thread(target=record, args=[os.environ["BENCH_LATENESS"]], name="lateness", daemon=True).start()


def record(path: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        while True:
            lines = [_one() for _ in range(LINES_AT_ONCE)]
            file.write("".join(lines))
            file.flush()


def _one() -> str:
    began = time.monotonic()
    time.sleep(SLEEP_SECONDS)
    late_seconds = time.monotonic() - began - SLEEP_SECONDS
    return f"{time.time():.3f} {late_seconds * 1000:.3f}\n"


if __name__ == "__main__":
    concurrency.patch = patch_and_watch
    runpy.run_path("app.py", run_name="__main__")
