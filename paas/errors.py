"""What can go wrong, in the words of the trade. The doors turn a kind into a status, a page, an event or a close
code."""

from typing import ClassVar


class Problem(Exception):
    """A failure that a person can act on.

    ``message`` is one or two sentences for people: what failed, on what, what to do. ``kind`` is for programs; it never
    changes once published. ``field`` is the one field of what was given that it is about, so that a form can say it
    there; empty where it is about none, or several.
    """

    kind: ClassVar[str] = "problem"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotSignedIn(Problem):
    kind = "not_signed_in"


class Forbidden(Problem):
    kind = "forbidden"


class NotFound(Problem):
    kind = "not_found"


class Invalid(Problem):
    """What was asked cannot be understood or is out of bounds; asking again in the same way will fail again."""

    kind = "invalid"


class Conflict(Problem):
    """What was asked does not fit the present state; it may once that changes."""

    kind = "conflict"


class Outdated(Problem):
    """What was to be changed is no longer what whoever changes it has read."""

    kind = "outdated"


class TooMany(Problem):
    """Asked too often; ``retry_after_seconds`` says when to ask again."""

    kind = "too_many"

    def __init__(self, message: str, *, retry_after_seconds: int = 60) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Problem):
    """Something that the answer needs does not answer: the engine, the database."""

    kind = "unavailable"
