"""What fails beside others is run by itself; what fails then too has failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.run_tests import MOST_AGAIN

SAMPLE = """
import pathlib, pytest

def test_disturbed():
    tried = pathlib.Path(__file__).with_name("tried")
    was_tried = tried.exists()
    tried.touch()
    assert was_tried

@pytest.mark.parametrize("number", range({bad}))
def test_bad(number):
    assert False

def test_good(): pass
"""


def run(folder, *, bad):
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_sample.py").write_text(SAMPLE.format(bad=bad))
    command = [sys.executable, "-m", "tools.run_tests", "-p", "no:cacheprovider"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_what_passes_by_itself_has_passed_and_is_named(tmp_path):
    ran = run(tmp_path, bad=0)
    assert ran.returncode == 0, ran.stdout
    assert "1 that failed among the others.\n  test_sample.py::test_disturbed" in ran.stdout
    assert "1 failed, 1 passed" in ran.stdout
    assert ran.stdout.splitlines()[-1].strip("= ").startswith("1 passed")


@pytest.mark.parametrize(("bad", "last"), [(1, "1 failed, 1 passed"), (MOST_AGAIN, "11 failed, 1 passed")])
def test_what_fails_by_itself_too_or_fails_in_crowds_has_failed(tmp_path, bad, last):
    ran = run(tmp_path, bad=bad)
    assert ran.returncode == 1, ran.stdout
    assert ran.stdout.splitlines()[-1].strip("= ").startswith(last)
