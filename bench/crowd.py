"""Many viewers in one process of their own, light enough not to be what is measured.

``python -m bench.crowd ADDRESS COUNT CONTAINER...`` opens them and prints ``ready``; each line on its standard input is
answered with the counts so far; its end is the end. A viewer of a log confirms what it was sent when the page would.
With ``--cookie`` it speaks the dashboard's Socket.IO, with ``--app`` its raw WebSockets, else it takes a message for a
line, as the baselines send them. With ``--metrics`` it looks at metrics instead: each CONTAINER is then the JSON list
of what one viewer watches.
"""

import argparse
import json
import selectors
import subprocess
import sys
from typing import Any

from bench.numbers import percentile
from bench.sides import Side
from bench.viewers import TAKEN_SECONDS, DashboardViewer, MetricsViewer, RawViewer, Viewer
from tests.dashboard import HERE

TIMED = 20
"""One viewer in so many looks how late each line is: to look costs the crowd as much as to count."""


class Crowd:
    """``with Crowd(side, viewers=200, containers=[name]) as crowd`` has them all watching; ``counts()`` at any time."""

    def __init__(
        self, side: Side, *, viewers: int, containers: list[str], of_metrics: bool = False, app: str = ""
    ) -> None:
        for container in () if of_metrics else containers:
            side.wait_for(container)
        options = ["--cookie", side.cookie_header] if side.cookies else []
        options += ["--metrics"] if of_metrics else []
        options += ["--app", app] if app else []
        command = [sys.executable, "-m", "bench.crowd", *options, side.address, str(viewers), *containers]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=HERE
        )

    def __enter__(self) -> "Crowd":
        if self._answer() != "ready":
            self.__exit__()
            raise RuntimeError("the crowd could not be gathered; its error stands above")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def counts(self) -> dict[str, Any]:
        """``lines``, ``messages`` and ``gone`` (viewers cut off), of all of them. How late lines were since the last
        time is ``p50_ms`` and ``p95_ms``; of Socket.IO that is not known."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        return json.loads(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def main() -> None:
    options = _options()
    viewers = _viewers(options)
    selector = selectors.DefaultSelector()
    for viewer in viewers:
        selector.register(viewer.socket, selectors.EVENT_READ, viewer)
    selector.register(sys.stdin, selectors.EVENT_READ)
    print("ready", flush=True)
    gone = 0
    while True:
        for viewer in viewers:
            viewer.pass_time()
        for key, _ in selector.select(TAKEN_SECONDS / 5):
            if key.data is None:
                if not sys.stdin.readline():
                    return
                _report(viewers, gone)
                continue
            try:
                key.data.take()
            except OSError:
                selector.unregister(key.fileobj)
                gone += 1


def _viewers(options: argparse.Namespace) -> list[Viewer]:
    viewers = [_viewer(options, options.containers[n % len(options.containers)]) for n in range(options.count)]
    for viewer in viewers[::TIMED]:
        viewer.is_timed = True
    return viewers


def _viewer(options: argparse.Namespace, container: str) -> Viewer:
    if options.metrics:
        return MetricsViewer(options.address, container, options.cookie)
    if options.app:
        return RawViewer(options.address, options.app, options.cookie)
    if options.cookie:
        return DashboardViewer(options.address, container, options.cookie)
    return Viewer(options.address, f"/?container={container}")


def _report(viewers: list[Viewer], gone: int) -> None:
    counts = {"lines": sum(one.lines for one in viewers), "messages": sum(one.messages for one in viewers)}
    late = [each for one in viewers for each in one.late_ms]
    for viewer in viewers:
        viewer.late_ms.clear()
    times = {"p50_ms": percentile(late, 50), "p95_ms": percentile(late, 95)}
    print(json.dumps(counts | times | {"gone": gone}), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cookie", default="")
    parser.add_argument("--metrics", action="store_true")
    parser.add_argument("--app", default="")
    parser.add_argument("address")
    parser.add_argument("count", type=int)
    parser.add_argument("containers", nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    main()
