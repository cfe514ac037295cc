"""What those who watch tell those who send notices: an alert that began or was over. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Turn(StrEnum):
    """What has become of an alert."""

    FIRING = "firing"
    RECOVERED = "recovered"


@dataclass(frozen=True)
class Change:
    """``subject`` as metrics name it: ``host``, ``app/3``, ``app/3/web.1``, ``container/name``. ``at`` is when it
    turned, in seconds since 1970, ``since`` when what fires began. ``text`` is a sentence for people, ``value`` a
    figure with its unit, empty where there is none."""

    incident_id: int
    rule_id: int
    rule_name: str
    subject: str
    app_id: int | None
    state: Turn
    at: float
    text: str
    value: str = ""
    since: float | None = None
