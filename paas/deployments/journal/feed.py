"""Reads one deployment's log as it grows, for all who watch it."""

import logging
import threading
import time

from paas.broadcast import Channel
from paas.deployments.journal.file import JournalFile, Only
from paas.deployments.journal.lines import parse_position

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
"""How soon lines are noticed that another process writes."""

PACE_SECONDS_A_VIEWER = 0.0003
"""As for the logs of containers: handing a batch to one more viewer takes about 0.04 ms."""


class End:
    """As a mark: the log is complete."""


END = End()


class Feed:
    """One reader, and a channel for every filter in use. ``stop`` it when nobody watches."""

    def __init__(self, file: JournalFile, end: int, *, is_over: bool) -> None:
        self.file = file
        self.turn = threading.RLock()
        """Held while the channels are touched. Green threads never find it taken, as nothing yields inside."""
        self.offset = end
        """Up to where the lines have gone to the channels."""
        self.is_ended = is_over
        """Whether the viewers there are have been told that the log is complete."""
        self.watches: set[object] = set()
        self._is_over = is_over
        self._channels: dict[Only, Channel] = {}
        self._is_stopped = False
        self._wake = threading.Event()

    @property
    def viewers(self) -> int:
        return sum(len(channel) for channel in self._channels.values())

    def channel(self, only: Only) -> Channel:
        """The channel of this filter, which begins at ``offset``. Call it with ``turn`` held."""
        return self._channels.setdefault(only, Channel())

    def drop_unused_channels(self) -> None:
        """Forget the filters that nobody uses any more. Call it with ``turn`` held."""
        self._channels = {only: channel for only, channel in self._channels.items() if len(channel)}

    def start(self) -> None:
        if not self.is_ended:
            name = f"journal-{self.file.deployment_id}-feed"
            threading.Thread(target=self._run, name=name, daemon=True).start()

    def stop(self) -> None:
        self._is_stopped = True
        self._wake.set()

    def wake(self) -> None:
        self._wake.set()

    def finish(self) -> None:
        """Nothing more will be written: hand out what there is, and end."""
        self._is_over = True
        self._wake.set()

    def _run(self) -> None:
        while not self._is_stopped:
            self._wake.clear()
            is_last = self._is_over  # asked before reading: what is written later is not waited for
            try:
                self._read_on()
            except Exception:
                log.exception("The log of deployment %s cannot be read", self.file.deployment_id)
            if is_last:
                self._end()
                return
            self._wake.wait(LOOK_SECONDS)

    def _read_on(self) -> None:
        for lines in self.file.lines(self.offset):
            with self.turn:
                self.offset = parse_position(lines[-1].position, self.file.deployment_id)
                for only, channel in self._channels.items():
                    channel.publish(line[:] for line in lines if only(line))
            time.sleep(self.viewers * PACE_SECONDS_A_VIEWER)

    def _end(self) -> None:
        with self.turn:
            self.is_ended = True
            for channel in self._channels.values():
                channel.mark(END)
