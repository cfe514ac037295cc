"""From the pieces that git and the builder print to lines of a log: redrawn ones are shown once. Pure."""

import re

LONGEST_LINE = 1024 * 1024
CUT_MARK = " … [cut at 1 MB]"
PATIENCE_SECONDS = 3.0

STEP = re.compile(r"Step (\d{1,4})/(\d{1,4}) : ", re.ASCII)


class Lines:
    """Pieces of text go in as they come, whole lines come out; colours stay.

    What is redrawn (text, a carriage return, text again) is one line, which is shown as it was drawn last. So that a
    download of minutes is not silent, it is also shown whenever ``PATIENCE_SECONDS`` have passed since it was.
    """

    def __init__(self) -> None:
        self._rest = ""
        """What came since the last newline or carriage return."""
        self._drawn = ""
        """What stood in this line before that."""
        self._shown_at: float | None = None

    def feed(self, piece: str, now: float) -> list[str]:
        """The lines that this piece ends; ``now`` is in seconds, on any clock that does not go back."""
        *ended, rest = piece.split("\n")
        lines = []
        for text in ended:
            self._draw(text)
            lines.append(self._line())
        self._draw(rest)
        return lines + self._patience(now)

    def end(self) -> list[str]:
        """What came without a newline at its end."""
        return [self._line()] if self._rest or self._drawn else []

    def _draw(self, text: str) -> None:
        *drawn, rest = text.split("\r")
        for each in drawn:
            self._keep(each)
            if self._rest.strip():
                self._drawn = self._rest
            self._rest = ""
        self._keep(rest)

    def _keep(self, text: str) -> None:
        if len(self._rest) <= LONGEST_LINE:  # no more than it takes to know that it has to be cut
            self._rest = (self._rest + text)[: LONGEST_LINE + 1]

    def _line(self) -> str:
        line = self._rest if self._rest.strip() else self._drawn
        self._rest, self._drawn, self._shown_at = "", "", None
        return line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + CUT_MARK

    def _patience(self, now: float) -> list[str]:
        if not self._drawn:
            return []
        if self._shown_at is None:
            self._shown_at = now
        if now - self._shown_at < PATIENCE_SECONDS:
            return []
        self._shown_at = now
        return [self._drawn]


def step(line: str) -> tuple[int, int] | None:
    """Which step of how many the builder begins with this line: ``Step 3/8 : COPY ...`` -> (3, 8)."""
    match = STEP.match(line)
    return (int(match[1]), int(match[2])) if match else None
