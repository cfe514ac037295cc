"""Runs the tests, side by side, and once more by itself, undisturbed, what failed among the others.

A test with real engines and browsers may fail because of what runs beside it. Which ones did so is said, as they want
to be mended; whatever fails by itself too has failed.
"""

import subprocess
import sys

import pytest

MOST_AGAIN = 10
"""Where more have failed, it is not for what ran beside them."""


class Failures:
    """Notes which tests failed, in their order."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.nodeid not in self.names:
            self.names.append(report.nodeid)


def main(arguments: list[str]) -> int:
    """0 when all passed, at once or by themselves."""
    failures = Failures()
    ended = int(pytest.main(arguments, plugins=[failures]))
    names = failures.names
    if ended != pytest.ExitCode.TESTS_FAILED or not 0 < len(names) <= MOST_AGAIN:
        return ended
    print(f"\nBy themselves, once more: {len(names)} that failed among the others.", *names, sep="\n  ", flush=True)
    return subprocess.run([sys.executable, "-m", "pytest", "-n", "0", *names], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
