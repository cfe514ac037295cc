"""Logs to test with: entries as the engine stores them, and what a reader must make of them, told independently."""

from hypothesis import strategies as st

from paas.logs.reading.frames import Entry
from tests.stored import EPOCH, SECOND, STDERR, STDOUT, stamp

ID = "0123456789ab" * 5 + "cdef"

streams = st.sampled_from([STDOUT, STDERR])


def entry(text: str | bytes = "hello", *, stream: int = STDOUT, at: int = 0, ends: bool = True) -> Entry:
    """``at`` counts microseconds since the tests' epoch."""
    data = text.encode() if isinstance(text, str) else text
    return Entry(stream, stamp(EPOCH + at * 1_000), data, ends)


def lines_of(entries: list[Entry]) -> list[tuple[int, bytes]]:
    """(stream, text) of every line, in the order in which they ended. Parts of one line share their stamp."""
    open_parts: dict[int, tuple[bytes, bytes]] = {}
    lines = []
    for stream, when, text, ends in entries:
        began, before = open_parts.pop(stream, (when, b""))
        if began != when:
            lines.append((stream, before))
            before = b""
        if ends:
            lines.append((stream, before + text))
        else:
            open_parts[stream] = (when, before + text)
    return lines + [(stream, text) for stream, (_, text) in open_parts.items()]


@st.composite
def logs(draw, *, part_bytes: int = 4, most: int = 40, clock_steps: bool = True, entangled: bool = True):
    """Entries of lines in parts, of both streams, late on one of them, under a clock that may step. Where they are
    ``entangled``, a line of one may be stored between the parts of one of the other."""
    now, entries, used = EPOCH, [], set()
    halves: dict[int, tuple[bytes, int]] = {}
    for number in range(draw(st.integers(1, most))):
        stream = draw(streams) if entangled or not halves else next(iter(halves))
        step = draw(st.integers(-2 * SECOND, SECOND)) if clock_steps and draw(st.integers(0, 9)) == 0 else 1
        now += step
        if stream in halves:
            when, left = halves.pop(stream)
        else:
            when = now + 10_000 * number - (15_000_000 if stream == STDERR else 0)
            while when in used:
                when += 1
            used.add(when)
            left = draw(st.sampled_from([0, 0, 0, 1, 2, 5]))
        if left:
            halves[stream] = (when, left - 1)
        text = b"p" * part_bytes if left else f"{number}"[-part_bytes:].encode()[: part_bytes - 1]
        entries.append(Entry(stream, stamp(when), text, not left))
    return entries
