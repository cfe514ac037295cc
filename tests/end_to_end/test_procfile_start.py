"""The Procfile starts the dashboard under any process manager; SIGTERM ends it within five seconds, viewers told."""

import contextlib
import os
import sys
import time

import psutil
import pytest

from tests import images, writers
from tests.dashboard import Dashboard


@pytest.fixture
def started(engine, results, tmp_path):
    # honcho's shell finds `python` on PATH: it must be the one that the packages are installed for.
    path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    with Dashboard(tmp_path, docker_host=engine.host, PATH=path) as dashboard:
        dashboard.kill()
        dashboard.command = [sys.executable, "-m", "honcho", "start", "--port", str(dashboard.port)]
        del dashboard.environment["PORT"]
        dashboard.start()
        yield dashboard
        (results / "dashboard.log").write_text(dashboard.log)


def test_sigterm_ends_it_within_five_seconds_and_viewers_are_told(engine, run, started):
    run(images.python(engine), writers.numbered(count=1_000_000, rate=50), name="busy")
    with contextlib.ExitStack() as stack:
        session = stack.enter_context(started.http())
        listeners = [stack.enter_context(started.socket(session=session)) for _ in range(3)]
        for listener in listeners:
            assert listener.ask("watch", {"container": "busy"})["ok"] is True
            listener.wait_for("lines")
        family = psutil.Process(started.pid).children(recursive=True)
        assert family

        deadline = time.monotonic() + 5
        started.stop(deadline_seconds=5)
        _, left = psutil.wait_procs(family, timeout=max(0, deadline - time.monotonic()))

        assert left == []
        for listener in listeners:
            listener.wait_for("disconnect")
            assert listener.wait_for("problem")["error"]["kind"] == "unavailable"
            events = [event for event, _ in listener.heard]
            assert events.index("problem") < events.index("disconnect")
