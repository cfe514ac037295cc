"""The logs of deployments: one file each, one writer, any number of viewers.

The file is the truth: what viewers get is read from it, whether this process writes it or another one, so what is shown
is what will be there after a crash. Viewers share one reader and one ring of recent lines; the past is read for each by
itself, as a file allows it at any place.
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from paas.broadcast import Batch, Crowd, Item, Mark, Marker, PositionGone, Viewer
from paas.concurrency import run_blocking
from paas.deployments.journal.feed import Feed
from paas.deployments.journal.file import JournalFile, Only, everything
from paas.deployments.journal.lines import JournalLine, parse_position, stamp
from paas.deployments.journal.writer import Writer
from paas.errors import Invalid, Problem

MOST_LINES = 1_000
"""What a viewer is given at once of what it missed, or of the end; the rest is declared and can be loaded."""

ROOM_SECONDS = 5.0
FOLLOW_SECONDS = 0.2


class Outlet(Protocol):
    """One viewer's door. Nothing here may block."""

    def lines(self, batch: Batch, skipped: int) -> None: ...

    def marker(self, marker: Marker, skipped: int) -> None: ...

    def end(self, skipped: int) -> None:
        """The deployment is over, and this was its log."""
        ...

    def problem(self, problem: Problem) -> None: ...

    @property
    def crowd(self) -> Crowd | None:
        """What sends an item to many outlets of this kind at once, if that is cheaper."""
        ...


class Watch:
    """One viewer of one log, from ``begin`` until ``end``."""

    def __init__(
        self, journals: "Journals", feed: Feed, outlet: Outlet, *, only: Only, tail: int | None, position: str
    ) -> None:
        self._journals, self._only, self._tail, self._position = journals, only, tail, position
        self.feed, self.outlet = feed, outlet
        self._viewer: Viewer | None = None
        self._is_over = self._has_log_ended = False
        self._has_room = threading.Event()

    def begin(self) -> None:
        """Send what the viewer is to begin with, then what comes."""
        with self.feed.turn:
            if self._is_over:
                return
            channel = self.feed.channel(self._only)
            self._viewer = channel.view(self._send, crowd=self.outlet.crowd, member=self.outlet)
        if self._position:
            self._resume(self._viewer)
        elif self._tail is not None:
            self._give_newest(self._viewer, 0, self._tail, declare=False)
        else:
            self._give_all(self._viewer)

    def taken(self, position: str) -> None:
        with self.feed.turn:
            if self._viewer is not None:
                self._viewer.taken(position)
        self._has_room.set()

    def end(self) -> None:
        with self.feed.turn:
            self._is_over = True
            if self._viewer is not None:
                self._viewer.leave()
                self.feed.drop_unused_channels()
        self._has_room.set()
        self._journals.leave(self)

    def _resume(self, viewer: Viewer) -> None:
        try:
            start = self.feed.file.offset_of(self._position)
        except PositionGone as problem:
            self.outlet.marker(Marker("gone", problem.message, stamp(time.time_ns()), self._position), 0)
            self._give_newest(viewer, 0, MOST_LINES, declare=True)
        else:
            self._give_newest(viewer, start, MOST_LINES, declare=True)

    def _give_newest(self, viewer: Viewer, start: int, limit: int, *, declare: bool) -> None:
        """The last lines after ``start``, and then what comes; of a few lines that come meanwhile the ring takes care,
        of many it says how many they were."""
        with self.feed.turn:
            until, place = self._here()
        page = self.feed.file.newest(start, until, self._only, limit=limit)
        with self.feed.turn:
            viewer.start_at(place)
            viewer.give((line[:] for line in page.lines), page.skipped if declare else 0)
            self._release(viewer)

    def _give_all(self, viewer: Viewer) -> None:
        """Everything so far, at the pace of the viewer, and then what comes."""
        at = 0
        while not self._is_over:
            with self.feed.turn:
                until, place = self._here()
                if at >= until:
                    viewer.start_at(place)
                    self._release(viewer)
                    return
            for lines in self.feed.file.lines(at, until):
                self._wait_for_room(viewer)
                if self._is_over:
                    return
                with self.feed.turn:
                    viewer.give((line[:] for line in lines if self._only(line)), 0)
            at = until

    def _wait_for_room(self, viewer: Viewer) -> None:
        while not self._is_over:
            self._has_room.clear()
            if viewer.has_room():
                return
            self._has_room.wait(ROOM_SECONDS)

    def _here(self) -> tuple[int, tuple[int, int]]:
        """Up to where the log has gone to the ring, and where the viewer goes on in that. With ``turn`` held."""
        channel = self.feed.channel(self._only)
        self._has_log_ended = self.feed.is_ended  # its mark then lies before this place
        return self.feed.offset, (channel.next_index, channel.next_line)

    def _release(self, viewer: Viewer) -> None:
        viewer.release()
        if self._has_log_ended and not self._is_over:
            self.outlet.end(0)

    def _send(self, item: Item, skipped: int) -> None:
        if isinstance(item, Batch):
            self.outlet.lines(item, skipped)
        elif isinstance(item, Mark):
            self.outlet.end(skipped)


class Journals:
    """Finds, or begins, the log of a deployment by its id. It asks for no permission."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._feeds: dict[int, Feed] = {}
        self._turn = threading.Lock()

    def writer(self, deployment_id: int, mask: Callable[[str], str]) -> Writer:
        """For whoever runs the deployment, and nobody else meanwhile; Unavailable where it cannot be kept."""
        return Writer(self._path(deployment_id), mask, lambda: self._wake(deployment_id))

    def file(self, deployment_id: int) -> JournalFile:
        """What is written so far, to be read at any place."""
        return JournalFile(self._path(deployment_id), deployment_id)

    def watch(
        self,
        deployment_id: int,
        outlet: Outlet,
        *,
        is_over: bool,
        tail: int | None = None,
        position: str = "",
        only: Only = everything,
    ) -> Watch:
        """A watch of this log; nothing is sent before its ``begin``, and it has to be ended. Invalid for bad options.

        ``is_over`` tells whether the deployment was over when its record was last read; when it comes to be so later,
        ``finish`` wants to know. Without ``tail`` and ``position`` it begins with everything so far.
        """
        if tail is not None and not 0 <= tail <= MOST_LINES:
            raise Invalid(f"tail must be a number from 0 to {MOST_LINES}, not {tail}.")
        if position:
            parse_position(position, deployment_id)
        end = self.file(deployment_id).end()
        with self._turn:
            feed = self._feeds.get(deployment_id)
            if feed is None:
                feed = self._feeds[deployment_id] = Feed(self.file(deployment_id), end, is_over=is_over)
                feed.start()
            watch = Watch(self, feed, outlet, only=only, tail=tail, position=position)
            feed.watches.add(watch)
        if is_over:
            feed.finish()
        return watch

    def leave(self, watch: Watch) -> None:
        feed = watch.feed
        with self._turn:
            feed.watches.discard(watch)
            if not feed.watches and self._feeds.get(feed.file.deployment_id) is feed:
                del self._feeds[feed.file.deployment_id]
                feed.stop()

    def finish(self, deployment_id: int) -> None:
        """The deployment is over, and its log complete: viewers get what they lack of it and then its end."""
        feed = self._feeds.get(deployment_id)
        if feed is not None:
            feed.finish()

    def follow(self, deployment_id: int, is_over: Callable[[], bool]) -> Iterator[list[JournalLine]]:
        """All lines, those to come too, until the deployment is over; for a process of its own (the command line)."""
        file, at = self.file(deployment_id), 0
        while True:
            is_last = is_over()
            for lines in file.lines(at):
                at = parse_position(lines[-1].position, deployment_id)
                yield lines
            if is_last:
                return
            time.sleep(FOLLOW_SECONDS)

    def remove(self, deployment_id: int) -> None:
        """Delete the log, if there is one."""
        run_blocking(self._path(deployment_id).unlink, missing_ok=True)

    def _path(self, deployment_id: int) -> Path:
        return self._folder / f"{deployment_id}.log"

    def _wake(self, deployment_id: int) -> None:
        feed = self._feeds.get(deployment_id)
        if feed is not None:
            feed.wake()
