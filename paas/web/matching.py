"""The filter of a deployment's log, in the words that containers' logs are filtered by."""

from dataclasses import dataclass

from paas.deployments.journal.file import Only, everything
from paas.deployments.journal.lines import JournalLine
from paas.logs.filters import LineFilter
from paas.logs.reading.lines import LogLine


@dataclass(frozen=True)
class Matching:
    """Equal for equal filters, so that viewers who look for the same share what is found."""

    filter: LineFilter

    def __call__(self, line: JournalLine) -> bool:
        return self.filter.matches(LogLine(*line))


def only(*, contains: str, regex: str, stream: str) -> Only:
    """Which lines are wanted; Invalid for a pattern that cannot be used."""
    wanted = LineFilter(contains=contains, regex=regex, stream=stream)
    return everything if wanted.passes_all else Matching(wanted)
