"""How a deployment ends is told by what ended it, and only what nobody can explain leaves a traceback."""

import errno
from types import SimpleNamespace

import pytest

from paas.deployments.pipeline import pipeline
from paas.deployments.stages import Status
from paas.deployments.waiting_line import BROKEN, Cancelled
from paas.errors import Unavailable

RUN = SimpleNamespace(deployment=SimpleNamespace(id=3), app=SimpleNamespace(name="shop"))


@pytest.mark.parametrize(
    ("error", "status", "message", "is_traced"),
    [
        (Cancelled("cancelled"), Status.CANCELLED, pipeline.CANCELLED, False),
        (Unavailable("The engine is away."), Status.FAILED, "The engine is away.", False),
        (OSError(errno.ENOSPC, "No space left on device"), Status.FAILED, pipeline.DISK_FULL, False),
        (OSError(errno.EIO, "Input/output error"), Status.FAILED, BROKEN, True),
        (ValueError("a bug"), Status.FAILED, BROKEN, True),
    ],
)
def test_verdict(caplog, error, status, message, is_traced):
    assert pipeline._verdict(RUN, error) == (status, message)
    assert ("Deployment 3 of shop failed" in caplog.text) is is_traced
