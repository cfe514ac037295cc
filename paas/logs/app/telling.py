"""What somebody was told of an app's happenings, as a place remembers it: the newest one, and which containers' ends.

Times alone do not say it: a start is noticed when others have written for a moment, an end when the engine was asked.
"""

from collections.abc import Iterable

from paas.logs.app.place import Place, just_after
from paas.logs.marks import Happening


def tell(place: Place, happening: Happening) -> None:
    """From this place on it has been told. What has no time of its own is never told anew."""
    if happening.kind == "exited":
        place.end(happening.container)
    elif happening.kind == "started" and _is_untold(happening, place):  # else its end may have been told before it
        place.begin(happening.container)
    if happening.time > place.told:
        place.told = happening.time
    elif happening.time:
        place.told = just_after(place.told)  # or this place would be that of who was not told


def untold(happenings: Iterable[Happening], place: Place) -> list[Happening]:
    """Those that somebody at this place was not told. Where it does not remember, as that of a single line, lines stand
    in: what is no older than the newest of them."""
    if not place.told:
        since = max(map(place.time, place.containers), default="")
        return [each for each in happenings if each.time >= since]
    return [each for each in happenings if _is_untold(each, place)]


def told(happenings: Iterable[Happening], place: Place) -> list[Happening]:
    """Those that somebody at this place was told for sure."""
    return [each for each in happenings if place.told and not _is_untold(each, place)]


def _is_untold(happening: Happening, place: Place) -> bool:
    """The newer ones are, and older ones that came late."""
    if happening.time > place.told:
        return True
    if happening.kind == "exited":
        return not place.part(happening.container).has_ended
    return happening.kind == "started" and happening.container not in place
