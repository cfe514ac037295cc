"""Moments in the words of the pages. static/js/time-ago.js says the same words as time passes: change both together."""

from datetime import UTC, datetime

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def ago(moment: float, now: float) -> str:
    """``moment`` and ``now`` in seconds since the epoch; "just now" below a minute, so that nothing ticks."""
    passed = now - moment
    for seconds, unit in _UNITS:
        if passed >= seconds:
            return f"{int(passed // seconds)} {unit} ago"
    return "just now"


def iso(moment: float) -> str:
    """RFC 3339 in UTC, whole seconds, as ``<time datetime>`` wants it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp(moment: float) -> str:
    """The same with milliseconds, as what is said over sockets bears it."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
