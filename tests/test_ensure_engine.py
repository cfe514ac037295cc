"""``make run`` starts whatever the engine's state, and says in one line what to do about it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    "host", ["unix:///nowhere/docker.sock", "tcp://127.0.0.1:1", "ssh://nowhere", "nonsense", "tcp://[::"]
)
def test_an_engine_named_but_silent_is_named_again_and_nothing_is_installed(host):
    done = subprocess.run(
        [sys.executable, "-m", "tools.ensure_engine"],
        cwd=HERE,
        env={**os.environ, "DOCKER_HOST": host},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"No Docker Engine answers at DOCKER_HOST ({host}). Start it there, or unset DOCKER_HOST.\n"
