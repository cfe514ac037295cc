"""The sockets of the scripted server: the conversation about a log, in both namespaces alike."""

import json
import threading
import time
from typing import Any

import flask_socketio
from flask import request

from tests.viewer.scripted_log import index_after, keeper, kept
from tests.viewer.scripted_merged import MergedWatch
from tests.viewer.scripted_stage import Watch, log, merged, merged_watches, record, script, socketio, watches

BATCH_SECONDS = 0.02
WINDOW_LINES = 4000
NAMESPACES = ("/logs", "/deployments")


def on_both(event: str) -> Any:
    """Listen in both namespaces, which speak alike."""

    def listen(function: Any) -> Any:
        for namespace in NAMESPACES:
            socketio.on(event, namespace=namespace)(function)
        return function

    return listen


@socketio.on("connect", namespace="/apps")
@on_both("connect")
def connect(_auth: Any = None) -> None:
    script.connects.append(time.monotonic())
    if script.session_ended:
        raise flask_socketio.ConnectionRefusedError("Sign in.", {"kind": "not_signed_in"})
    if script.refuses:
        raise flask_socketio.ConnectionRefusedError("Down.", {"kind": "unavailable"})


@on_both("watch")
def watch(wanted: dict[str, Any]) -> dict[str, Any]:
    script.watches.append(wanted)
    if script.watch_error:
        return {"error": script.watch_error}
    try:
        keep = keeper(wanted)
        is_place = "position" in wanted and wanted.get("app") != "merged"
        start = index_after(wanted["position"]) if is_place else tail_start(wanted.get("tail", 100), keep)
    except ValueError as error:
        return {"error": {"kind": "invalid", "message": str(error)}}
    name = f"w{len(script.watches)}"
    if wanted.get("app") == "merged":
        return watch_merged(name, wanted, request.sid)
    watches[name] = Watch(name, request.sid, request.namespace, start, start, keep)
    threading.Thread(target=pump, args=[watches[name]], daemon=True).start()
    return {"ok": True, "watch": name} | ({} if "deployment" in wanted else {"container": container()})


def watch_merged(name: str, wanted: dict[str, Any], sid: str) -> dict[str, Any]:
    def say(event: str, message: dict[str, Any]) -> None:
        socketio.emit(event, {"watch": name, **message}, namespace="/logs", to=sid)

    merged_watches[name] = MergedWatch(merged, wanted, say)
    threading.Thread(target=merged_watches[name].run, daemon=True).start()
    return {"ok": True, "watch": name}


@socketio.on("watch", namespace="/apps")
def watch_apps(_wanted: Any = None) -> dict[str, bool]:
    return {"ok": True}


def tail_start(tail: int, keep: Any) -> int:
    rows = kept(log, range(len(log.lines) - 1, -1, -1), keep, tail)
    return index_after(rows[-1][0]) - 1 if rows else len(log.lines)


def container() -> dict[str, Any]:
    return {"id": "0" * 64, "name": "shop", "state": script.container_state, "status": "Up 2 minutes"}


@on_both("taken")
def taken(message: dict[str, str]) -> None:
    script.taken.append(message["position"])
    if message["watch"] in watches:
        watches[message["watch"]].taken = index_after(message["position"])


@on_both("unwatch")
def unwatch(message: dict[str, str]) -> None:
    watches.pop(message["watch"], None)
    if ended := merged_watches.pop(message["watch"], None):
        ended.is_open = False


@on_both("disconnect")
def disconnect(*_reason: Any) -> None:
    for name in [watch.name for watch in watches.values() if watch.sid == request.sid]:
        watches.pop(name, None)


def pump(watch: Watch) -> None:
    if watch.namespace == "/deployments":
        emit(watch, "status", record.message())
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
        position = rows[-1][0] if rows else log.row(last - 1, "L")[0]  # as the dashboard: that of the last line sent
        emit(watch, "lines", {"position": position, "skipped": skip, "rows": json.dumps(rows)})


def emit(watch: Watch, event: str, message: dict[str, Any]) -> None:
    socketio.emit(event, {"watch": watch.name, **message}, namespace=watch.namespace, to=watch.sid)
