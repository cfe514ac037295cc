"""The measures, in the order in which they run: those that need a quiet engine before those that load it."""

from bench.measures import starts, quiet, polls, crowds, raw_viewers, memory, latency  # noqa: F401, I001
from bench.measures import exactness, pages, deployments, history, charts, monitor, accounts, lateness  # noqa: F401
