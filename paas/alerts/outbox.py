"""Whoever sends notices, as those who watch need to know them."""

from typing import Protocol

from sqlalchemy.orm import Session

from paas.alerts.change import Change


class Outbox(Protocol):
    """Takes what is to be told and sends it in threads of its own."""

    def notify(self, session: Session, change: Change) -> None:
        """Queue it in this session, in which the change itself is stored: both are kept or neither, so that a crash
        neither loses a notice nor sends it twice. It must not wait."""
        ...

    def wake(self) -> None:
        """The session was committed: there may be something to send. It must not block."""
        ...


class Nobody:
    """Sends nothing."""

    def notify(self, _session: Session, _change: Change) -> None: ...

    def wake(self) -> None: ...
