"""What people write for a point in time -> what the engine takes. Pure."""

import re
from datetime import UTC, datetime

from paas.errors import Invalid

_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
_SECONDS = re.compile(r"\d{1,11}(?:\.\d{1,9})?", re.ASCII)
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)


def moment(text: str, *, now: float) -> str:
    """Seconds since 1970 with nine decimals, of a time (RFC 3339, UTC unless it says else), such seconds, or an age.

    An age is ``90s``, ``10m``, ``2h30m`` or ``1d`` before ``now``. Invalid for anything else.
    """
    if _SECONDS.fullmatch(text):
        whole, _, fraction = text.partition(".")
        return f"{whole}.{fraction:0<9}"
    if (match := _RFC3339.fullmatch(text)) is not None:
        return _of_time(text, match)
    if text and (match := _DURATION.fullmatch(text)) is not None:
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        age = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        return f"{max(now - age, 0):.9f}"
    raise Invalid(f"{text!r} is no time. Write one like 2026-11-20T10:21:07Z, seconds since 1970, or an age like 10m.")


def _of_time(text: str, match: re.Match[str]) -> str:
    date, time, fraction, zone = match.groups()
    try:
        at = datetime.fromisoformat(f"{date}T{time}{'+00:00' if zone in (None, 'Z', 'z') else zone}").astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the latter at the ends of time
        raise Invalid(f"{text!r} is no time: {error}.") from error
    return f"{max(int(at.timestamp()), 0)}.{fraction or '':0<9}"
