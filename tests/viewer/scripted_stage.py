"""What the parts of the scripted server share: its log, its deployment, what the test has said, and the two servers."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flask_socketio
import jinja2
from flask import Flask

from tests.viewer.scripted_deployment import Record
from tests.viewer.scripted_log import Log
from tests.viewer.scripted_merged import MergedLog, MergedWatch

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "tests" / "viewer" / "pages", ROOT / "templates"]


@dataclass
class Script:
    """What the test has said, and what it may ask about afterwards."""

    refuses: bool = False
    session_ended: bool = False
    holds_rest: bool = False
    watch_error: dict[str, str] | None = None
    container_state: str = "running"
    body: str = ""
    pages: int = 0
    cancelled: int = 0
    cancel_refused: str = ""
    tail: int = 100
    watches: list[dict[str, Any]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    connects: list[float] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    skipped: int = 0


@dataclass
class Watch:
    """One viewer's place in the log: `at` lines were sent or passed over, `taken` were drawn."""

    name: str
    sid: str
    namespace: str
    at: int
    taken: int
    keep: Any
    skip: int = 0


log = Log()
merged = MergedLog()
record = Record()
script = Script()
watches: dict[str, Watch] = {}
merged_watches: dict[str, MergedWatch] = {}
app = Flask(__name__, static_folder=str(ROOT / "static"), template_folder=None)
app.jinja_loader = jinja2.FileSystemLoader(PAGES)
app.jinja_env.globals["static_url"] = lambda filename: f"/static/{filename}"
socketio = flask_socketio.SocketIO(app, async_mode="threading", ping_interval=25, cors_allowed_origins=None)
