"""A small real server that speaks the contract of live pages exactly and does what a test tells it to over /script/.

Run as a program: prints its address and serves until its standard input closes.
"""

import sys
import threading
import time
from dataclasses import asdict
from typing import Any

from flask import Response, redirect, render_template, request
from werkzeug.serving import make_server

from tests.viewer.scripted_log import keeper, select, stream_json
from tests.viewer.scripted_metrics import measure, measured
from tests.viewer.scripted_socket import emit
from tests.viewer.scripted_stage import app, log, merged, record, script, socketio, watches

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'"
)


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


@app.get("/<any(containers, apps):subject>/<name>/logs")
def page(subject: str, name: str) -> str:
    theme, watch = request.args.get("theme", "light"), {subject.removesuffix("s"): name}
    return render_template("log.html", path=request.path, watch=watch, tail=script.tail, theme=theme)


@app.get("/apps/shop/deployments/16")
def deployment_page() -> str:
    theme, path = request.args.get("theme", "light"), f"/deployments/{record.deployment.id}/logs"
    watch = {"deployment": record.deployment.id}
    return render_template(
        "deployment.html",
        path=path,
        watch=watch,
        tail=script.tail,
        theme=theme,
        page=record.page(),
        link=record.message()["link"],
    )


@app.post("/apps/shop/deployments/16/cancel")
def cancel() -> Any:
    script.cancelled += 1
    if script.cancel_refused:
        return script.cancel_refused, 409
    record.change(cancel_requested=True)
    tell_record()
    return redirect("/apps/shop/deployments/16", 303)


@app.get("/apps")
@app.get("/apps/<int:number>")
def apps(number: int = 0) -> Any:
    script.pages += 1
    if script.session_ended:
        return redirect("/login")
    return render_template("apps.html", theme="light", body=script.body, number=number or "")


@app.get("/login")
def login() -> str:
    return "<title>Sign in</title>"


@app.get("/api/v1/session")
def session() -> Any:
    if script.session_ended:
        return {"error": {"kind": "not_signed_in", "message": "Sign in."}}, 401
    return {"username": "ada"}


@app.get("/api/v1/apps/merged/logs")
def read_merged() -> Any:
    return merged.page(request.args.to_dict())


@app.get("/api/v1/<any(containers, apps, deployments):_subject>/<_name>/logs")
def read(_subject: str, _name: str) -> Any:
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


# What a test says


@app.post("/script/<word>")
def obey(word: str) -> dict[str, Any]:
    said = request.get_json(silent=True) or {}
    return globals()[f"script_{word}"](**said) or {}


def script_add(texts: list[Any]) -> None:
    log.add(texts)


def script_number(count: int, text: str = "line %N") -> None:
    log.add([text] * count)


def script_merge(count: int) -> None:
    merged.add(count)


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


def script_record(do: str, **said: Any) -> None:
    """Change the deployment's record, and tell everybody who watches it; ``do`` is a method of Record."""
    getattr(record, do)(**said)
    tell_record()


def script_ahead(seconds: float) -> None:
    record.ahead = seconds


def tell_record() -> None:
    script_tell("status", record.message())


def script_drop() -> None:
    """Cut every connection without a word, as a network does."""
    for socket in list(socketio.server.eio.sockets.values()):
        socket.close(wait=False, abort=True)


def script_changed(apps: list[int]) -> None:
    socketio.emit("changed", {"apps": apps}, namespace="/apps")


def script_end_session() -> None:
    script.session_ended = True
    socketio.emit("problem", {"error": {"kind": "not_signed_in", "message": "Sign in."}}, namespace="/logs")
    for watch in list(watches.values()):
        socketio.server.disconnect(watch.sid, namespace=watch.namespace)


def script_set(**values: Any) -> None:
    for name, value in values.items():
        setattr(script, name, value)


def script_measure(**changes: Any) -> None:
    measure(**changes)


def script_measured() -> dict[str, Any]:
    return asdict(measured)


def script_seen() -> dict[str, Any]:
    return {
        **asdict(script),
        "lines": len(log.lines),
        "open": len(watches),
        "status": record.deployment.status,
        "positions_asked": merged.positions_asked,
    }


def main() -> None:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201 - how the test learns the port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
