"""A small real server that speaks the log contract exactly and does what a test tells it to over /script/.

Run as a program: prints its address and serves until its standard input closes.
"""

import json
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import flask_socketio
from flask import Flask, Response, render_template_string, request
from werkzeug.serving import make_server

from tests.viewer.scripted_log import Log, index_after, keeper, kept, select, stream_json
from tests.viewer.scripted_pages import LOG

ROOT = Path(__file__).parents[2]
BATCH_SECONDS = 0.02
WINDOW_LINES = 4000
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'"
)


@dataclass
class Script:
    """What the test has said, and what it may ask about afterwards."""

    refuses: bool = False
    session_ended: bool = False
    holds_rest: bool = False
    watch_error: dict[str, str] | None = None
    container_state: str = "running"
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
    at: int
    taken: int
    keep: Any
    skip: int = 0


log = Log()
script = Script()
watches: dict[str, Watch] = {}
app = Flask(__name__, static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
app.jinja_env.globals["static_url"] = lambda filename: f"/static/{filename}"
socketio = flask_socketio.SocketIO(app, async_mode="threading", ping_interval=25, cors_allowed_origins=None)


@app.after_request
def strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CSP
    response.headers["Cache-Control"] = "no-store"
    return response


@app.before_request
def refuse() -> Any:
    if script.refuses and request.path.startswith("/api/"):
        return {"error": {"kind": "unavailable", "message": "Down."}}, 503
    return None


@app.get("/<any(containers, apps):subject>/shop/logs")
def page(subject: str) -> str:
    theme, watch = request.args.get("theme", "light"), {subject.removesuffix("s"): "shop"}
    return render_template_string(LOG, path=request.path, watch=watch, tail=script.tail, theme=theme)


@app.get("/login")
def login() -> str:
    return "<title>Sign in</title>"


@app.get("/api/v1/session")
def session() -> Any:
    if script.session_ended:
        return {"error": {"kind": "not_signed_in", "message": "Sign in."}}, 401
    return {"username": "ada"}


@app.get("/api/v1/<any(containers, apps):_subject>/shop/logs")
def read(_subject: str) -> Any:
    wanted = request.args.to_dict()
    script.queries.append(wanted)
    while script.holds_rest:
        time.sleep(0.01)
    try:
        keep = keeper(wanted)
        found, more = select(log, wanted, keep)
    except ValueError as error:
        return {"error": {"kind": "invalid", "message": str(error)}}, 400
    if wanted.get("format") == "text":
        return Response("".join(f"{row[4]}\n" for row in found), mimetype="text/plain")
    names = ("position", "time", "process", "stream", "text")
    return Response(stream_json(found, names, more), mimetype="application/json")


# The socket


@socketio.on("connect", namespace="/logs")
def connect(_auth: Any = None) -> None:
    script.connects.append(time.monotonic())
    if script.session_ended:
        raise flask_socketio.ConnectionRefusedError("Sign in.", {"kind": "not_signed_in"})
    if script.refuses:
        raise flask_socketio.ConnectionRefusedError("Down.", {"kind": "unavailable"})


@socketio.on("watch", namespace="/logs")
def watch(wanted: dict[str, Any]) -> dict[str, Any]:
    script.watches.append(wanted)
    if script.watch_error:
        return {"error": script.watch_error}
    try:
        keep = keeper(wanted)
        start = index_after(wanted["position"]) if "position" in wanted else tail_start(wanted.get("tail", 100), keep)
    except ValueError as error:
        return {"error": {"kind": "invalid", "message": str(error)}}
    name = f"w{len(script.watches)}"
    watches[name] = Watch(name, request.sid, start, start, keep)
    threading.Thread(target=pump, args=[watches[name]], daemon=True).start()
    return {"ok": True, "watch": name, "container": container()}


def tail_start(tail: int, keep: Any) -> int:
    rows = kept(log, range(len(log.lines) - 1, -1, -1), keep, tail)
    return index_after(rows[-1][0]) - 1 if rows else len(log.lines)


def container() -> dict[str, Any]:
    return {"id": "0" * 64, "name": "shop", "state": script.container_state, "status": "Up 2 minutes"}


@socketio.on("taken", namespace="/logs")
def taken(message: dict[str, str]) -> None:
    script.taken.append(message["position"])
    if message["watch"] in watches:
        watches[message["watch"]].taken = index_after(message["position"])


@socketio.on("unwatch", namespace="/logs")
def unwatch(message: dict[str, str]) -> None:
    watches.pop(message["watch"], None)


@socketio.on("disconnect", namespace="/logs")
def disconnect(*_reason: Any) -> None:
    for name in [watch.name for watch in watches.values() if watch.sid == request.sid]:
        watches.pop(name, None)


def pump(watch: Watch) -> None:
    while watch.name in watches:
        with log.changed:
            log.changed.wait_for(lambda: watch.at < len(log.lines) or watch.name not in watches, timeout=0.2)
        if watch.name in watches and (watch.at < len(log.lines) or watch.skip):
            send(watch)
        time.sleep(BATCH_SECONDS)


def send(watch: Watch) -> None:
    """One batch: as much as the viewer has room for; what it has no room for, and what a test asks for, is skipped."""
    end = len(log.lines)
    room = max(0, WINDOW_LINES - (watch.at - watch.taken))
    skip = min(watch.skip, end - watch.at)
    watch.skip = 0
    if not room and end - watch.at - skip < WINDOW_LINES:
        return
    if not room:
        skip = end - watch.at
    first = watch.at + skip
    last = min(end, first + min(room, 1000))
    script.skipped += skip
    rows = [row for row in (log.row(index, "L") for index in range(first, last)) if watch.keep(row)]
    watch.at = last
    if rows or skip:
        position = log.row(last - 1, "L")[0]
        emit(watch, "lines", {"position": position, "skipped": skip, "rows": json.dumps(rows)})


def emit(watch: Watch, event: str, message: dict[str, Any]) -> None:
    socketio.emit(event, {"watch": watch.name, **message}, namespace="/logs", to=watch.sid)


# What a test says


@app.post("/script/<word>")
def obey(word: str) -> dict[str, Any]:
    said = request.get_json(silent=True) or {}
    return globals()[f"script_{word}"](**said) or {}


def script_add(texts: list[Any]) -> None:
    log.add(texts)


def script_number(count: int, text: str = "line %N") -> None:
    log.add([text] * count)


def script_flow(rate: int, seconds: float) -> None:
    """Numbered lines at a rate, in the background."""

    def run() -> None:
        started, written = time.monotonic(), 0
        while (passed := time.monotonic() - started) < seconds:
            due = int(rate * passed) - written
            log.add(["line %N"] * due)
            written += due
            time.sleep(0.01)
        log.add(["line %N"] * (int(rate * seconds) - written))

    threading.Thread(target=run, daemon=True).start()


def script_skip(count: int) -> None:
    """Write lines that no viewer gets, and one that they all get."""
    with log.changed:
        for watch in watches.values():
            watch.skip = count
        log.add(["line %N"] * (count + 1))


def script_tell(event: str, message: dict[str, Any]) -> None:
    for watch in list(watches.values()):
        emit(watch, event, message)


def script_drop() -> None:
    """Cut every connection without a word, as a network does."""
    for socket in list(socketio.server.eio.sockets.values()):
        socket.close(wait=False, abort=True)


def script_end_session() -> None:
    script.session_ended = True
    socketio.emit("problem", {"error": {"kind": "not_signed_in", "message": "Sign in."}}, namespace="/logs")
    for watch in list(watches.values()):
        socketio.server.disconnect(watch.sid, namespace="/logs")


def script_set(**values: Any) -> None:
    for name, value in values.items():
        setattr(script, name, value)


def script_seen() -> dict[str, Any]:
    return {**asdict(script), "lines": len(log.lines), "open": len(watches)}


def main() -> None:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201 - how the test learns the port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
