"""What a viewer costs that holds its socket open and reads nothing."""

import time
from contextlib import ExitStack

from bench.processes import memory_mb
from bench.registry import Figure, measure
from bench.sides import Side
from bench.stage import Stage
from bench.viewers import DashboardViewer, Viewer

RATE = 1000
WARM_SECONDS = 15
STALLED_SECONDS = 60
SIDES = ("quayside", "seed", "floor")


@measure("stalled", "memory for a viewer that stops reading for 60 s at 1,000 lines/s")
def stalled(stage: Stage) -> list[Figure]:
    warm, seconds = stage.seconds(WARM_SECONDS), stage.seconds(STALLED_SECONDS)
    with ExitStack() as stack:
        writer = stack.enter_context(stage.writer())
        sides = [stack.enter_context(stage.side(name)) for name in SIDES]
        readers = [_viewer(side, writer.name) for side in sides]
        writer.order(rate=RATE, count=int(RATE * (warm + seconds)))
        _read(readers, warm)
        before = [memory_mb(side.pid) for side in sides]
        unread = [_viewer(side, writer.name) for side in sides]
        most = before
        for _ in range(max(int(seconds), 1)):
            _read(readers, 1)
            most = [max(known, memory_mb(side.pid)) for known, side in zip(most, sides, strict=True)]
        for viewer in (*readers, *unread):
            viewer.socket.close()
    grown = [after - first for after, first in zip(most, before, strict=True)]
    note = f"the most within {seconds:.0f} s, another viewer reading"
    return [Figure("memory for a viewer that stops reading", "MB", *grown, target="<= 1", note=note)]


def _viewer(side: Side, container: str) -> Viewer:
    side.wait_for(container)
    if side.cookies:
        return DashboardViewer(side.address, container, side.cookie_header)
    return Viewer(side.address, f"/?container={container}")


def _read(viewers: list[Viewer], seconds: float) -> None:
    """Read for so long: they keep up, as the only difference shall be the one that does not."""
    deadline = time.monotonic() + seconds
    for viewer in viewers:
        viewer.socket.settimeout(0.01)
    while time.monotonic() < deadline:
        for viewer in viewers:
            try:
                viewer.take()
            except TimeoutError:
                continue
