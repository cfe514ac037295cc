"""Whether the dashboard can do its work, for whoever watches over it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.web.context import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Open to all, and quick even while the engine hangs: its state is the last one known. Only just after a start is
    the first one waited for, as whoever asks then would be told that all is not well when all is."""
    engine, database = services().engine.inventory.first_health().ok, services().database.healthy()
    well = engine and database
    return {"status": "ok" if well else "degraded", "engine": engine, "database": database}, 200 if well else 503
