"""Opens the logs of containers, with what must not be shown blanked out: the one way to a reader for live and for
stored lines."""

from paas.apps.masking import Masks
from paas.engine.containers import Containers, Details
from paas.logs.reading.reader import LogReader


class LogOpener:
    """``open_log(details)`` is a reader of that container's log."""

    def __init__(self, containers: Containers, masks: Masks | None = None) -> None:
        self._containers, self._masks = containers, masks

    def __call__(self, details: Details, *, process: str = "", app_id: int | None = None) -> LogReader:
        """``app_id`` is for a container that says itself of no app: one that was adopted."""
        mask = None
        if self._masks is not None and details.labels:
            mask = self._masks.of_labels(details.labels)
        elif self._masks is not None and app_id is not None:
            mask = self._masks.of_app(app_id)
        return LogReader(self._containers, details, process=process, mask=mask)
