"""Which lines somebody wants to see. Pure.

Patterns are RE2's: they run in time linear to the line, where Python's own could hold up the whole loop for one bad
pattern. https://github.com/google/re2/wiki/Syntax"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import re2

from paas.errors import Invalid
from paas.logs.reading.lines import LogLine

LONGEST_PATTERN = 1_000

_ESCAPES = re.compile(r"\x1b\[[0-9;:?]*[A-Za-z]")
"""Colours are no part of what people search for."""


@dataclass(frozen=True)
class LineFilter:
    """``contains`` is looked for in any case of letters, ``regex`` as it stands; all that are given must match.

    ``process`` is one of an app, ``web.1``, or all of a type, ``web``.
    """

    contains: str = ""
    regex: str = ""
    stream: str = ""
    process: str = ""

    def __post_init__(self) -> None:
        if self.stream not in ("", "stdout", "stderr"):
            raise Invalid(f"stream must be stdout or stderr, not {self.stream!r}.")
        if max(len(self.contains), len(self.regex), len(self.process)) > LONGEST_PATTERN:
            raise Invalid(f"The pattern is longer than {LONGEST_PATTERN} characters.")
        _ = self._patterns

    @property
    def passes_all(self) -> bool:
        return not (self.contains or self.regex or self.stream or self.process)

    def wants(self, process: str) -> bool:
        """Whether lines of this process can match."""
        return not self.process or self.process in (process, process.rpartition(".")[0])

    def matches(self, line: LogLine) -> bool:
        if (self.stream and line.stream != self.stream) or not self.wants(line.process):
            return False
        text = _ESCAPES.sub("", line.text) if "\x1b" in line.text else line.text
        return all(pattern.search(text) for pattern in self._patterns)

    def choose(self, lines: list[LogLine]) -> list[LogLine]:
        return lines if self.passes_all else [line for line in lines if self.matches(line)]

    @cached_property
    def _patterns(self) -> list[Any]:
        options = re2.Options()
        options.log_errors = False
        try:
            wanted = [f"(?i){re2.escape(self.contains)}"] if self.contains else []
            wanted += [self.regex] if self.regex else []
            return [re2.compile(pattern, options) for pattern in wanted]
        except re2.error as error:
            reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
            raise Invalid(f"This pattern cannot be used: {reason}. It must be RE2's syntax.") from error
        except UnicodeEncodeError as error:  # JSON may hold half of a surrogate pair
            raise Invalid("This pattern cannot be used: it holds half a character.") from error
