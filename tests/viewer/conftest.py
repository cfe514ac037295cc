"""A scripted server, and the viewer in a Chromium as a test sees and moves it. No Chromium: these tests are skipped."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.viewer.viewer import Server, Viewer

ROOT = Path(__file__).parents[2]


@pytest.fixture
def server():
    command = [sys.executable, "-m", "tests.viewer.scripted_server"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
        yield Server(process.stdout.readline().strip())
        process.stdin.close()
        process.terminate()


@pytest.fixture
def page(browser):
    """A page with a storage of its own, which fails the test when its scripts fail."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, timezone_id="Asia/Tokyo")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    failures = []
    opened.on("pageerror", lambda error: failures.append(str(error)))
    yield opened
    context.close()
    assert failures == []


@pytest.fixture
def viewer(page, server):
    return Viewer(page, server)
