"""A test that needs an engine, a browser, PostgreSQL or sshd may be skipped on a laptop, and must not be where CI
promises them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MARKERS = ("engine", "browser", "postgresql", "ssh")
SAMPLE = """
import pytest

@pytest.fixture
def engine():
    pytest.skip("engine: dockerd is not installed")

@pytest.fixture
def cluster():
    pytest.skip("postgresql: initdb is not installed")

@pytest.fixture
def ssh_server():
    pytest.skip("ssh: sshd is not installed")

def test_with_an_engine(engine): pass

def test_with_postgresql(cluster): pass

def test_over_ssh(ssh_server): pass

def test_that_skips_for_another_reason(): pytest.skip("not on this system")

def test_without(): pass
"""


@pytest.mark.parametrize(("ci", "summary"), [("", "1 passed, 4 skipped"), ("true", "1 passed, 1 skipped, 3 errors")])
def test_a_skip_for_want_of_what_ci_has_fails_there(tmp_path, ci, summary):
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
    (tmp_path / "end_to_end").mkdir()
    (tmp_path / "end_to_end" / "test_sample.py").write_text(SAMPLE)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n" + "".join(f"    {name}: x\n" for name in MARKERS))
    command = [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider"]
    said = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "CI": ci}, capture_output=True, text=True, check=False
    ).stdout
    assert summary in said.splitlines()[-1], said
    assert "dockerd is not installed" in said
    assert "initdb is not installed" in said
    assert "sshd is not installed" in said
