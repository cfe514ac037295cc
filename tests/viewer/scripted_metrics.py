"""The scripted server's measurements: what a test says an app uses, told in the real shapes at every door."""

import math
import time
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request

from paas.metrics.readings import Rates
from paas.web.shapes import charts, gauges, metrics, monitoring, usage
from paas.web.shapes.monitoring import ChartsPage, MonitoringPage
from tests.metrics.samples import container, snapshot
from tests.metrics.samples import usage as used
from tests.viewer.scripted_stage import app, socketio

MB = 1024 * 1024
POINTS = 240
NO_SAMPLE = {"error": {"kind": "unavailable", "message": "There is no sample yet."}}


@dataclass
class Measured:
    """What the app uses now; ``age`` is how old that is, ``silent`` that nobody answers."""

    cpu: float = 20.0
    memory: int = 100 * MB
    age: float = 0.0
    silent: bool = False
    stopped: bool = False
    history_fails: bool = False
    gap: bool = False
    marks: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    queries: list[dict[str, str]] = field(default_factory=list)
    watches: list[dict[str, Any]] = field(default_factory=list)

    def stats(self) -> dict[str, Any]:
        now = time.time()
        its = used(cpu_percent=self.cpu, memory_used=self.memory, memory_limit=512 * MB)
        rates = Rates(self.cpu * 1000, self.cpu * 2000, 0, 4096)
        web = container("shop.web.1", app_id=1, at=now - self.age, usage=its, rates=rates, is_stale=self.age > 0)
        taken = snapshot(*([] if self.stopped else [web]), at=now)
        return metrics.of_app(taken, 1, now)


measured = Measured()


@app.get("/apps/<name>/monitoring")
def monitoring_page(name: str) -> str:
    stats = None if measured.silent else measured.stats()
    page = MonitoringPage(
        attributes={
            "data-api": "/api/v1/apps/1/stats",
            "data-history": "/api/v1/apps/1/metrics/history",
            "data-watch": '[{"app": 1}]',
            "data-log": f"/apps/{name}/logs",
            "data-engine": monitoring.ENGINE_AWAY,
            "data-range": monitoring.view(request.args).range,
            "data-age": str(measured.age),
            "data-login": "/login?next=/elsewhere",
        },
        gauges=gauges.of_app(stats),
        facts=monitoring.facts(monitoring.APP_FACTS, stats),
        rows=usage.of_processes(stats),
        nothing_runs="Nothing of it runs now.",
        charts=ChartsPage(
            range=monitoring.view(request.args).range,
            process="",
            ranges=tuple((each, words, f"?range={each}") for each, (words, _) in charts.RANGES.items()),
            processes=(),
            kinds=tuple((kind, []) for kind in charts.OF_APP),
            marks=(),
            hint="Drag to zoom, click to open the log there.",
        ),
        engine=monitoring.ENGINE_AWAY,
        is_stale=measured.age > 0,
        age_words="",
        log="/apps/shop/logs",
    )
    return render_template("monitoring.html", page=page, theme=request.args.get("theme", "light"))


@app.get("/api/v1/apps/1/stats")
def stats() -> Any:
    measured.asked += 1
    return (NO_SAMPLE, 503) if measured.silent else measured.stats()


@app.get("/api/v1/apps/1/metrics/history")
def history() -> Any:
    """As many points for a short stretch as for a long one; the CPU swings once over the time that is shown."""
    asked = request.args.to_dict()
    measured.queries.append(asked)
    if measured.history_fails:
        return {"error": {"kind": "unavailable", "message": "The database does not answer."}}, 503
    end = float(asked.get("to", time.time()))
    start = float(asked["from"]) if "from" in asked else end - charts.RANGES[asked["range"]][1]
    step = (end - start) / POINTS
    times = [start + step * index for index in range(POINTS)]
    known = [None if measured.gap and 80 <= index < 160 else index for index in range(POINTS)]
    return {
        "subject": "app/1",
        "from": start,
        "to": end,
        "step_seconds": step,
        "times": times,
        "series": {name: _band(name, known) for name in asked["metrics"].split(",")},
        "marks": [mark for mark in measured.marks if start <= mark["at"] <= end],
    }


def _band(name: str, known: list[int | None]) -> dict[str, list[float | None]]:
    scale = {"cpu": 1, "memory": 4 * MB}.get(name, 2000)
    means = [None if index is None else scale * (50 + 30 * math.sin(index / 20)) for index in known]
    return {
        "min": [None if mean is None else mean * 0.8 for mean in means],
        "mean": means,
        "max": [None if mean is None else mean * 1.2 for mean in means],
    }


@socketio.on("connect", namespace="/metrics")
def connect_metrics(_auth: Any = None) -> None:
    pass


@socketio.on("watch", namespace="/metrics")
def watch_metrics(wanted: dict[str, Any]) -> dict[str, bool]:
    measured.watches.append(wanted)
    socketio.emit("app", measured.stats(), namespace="/metrics")
    return {"ok": True}


def measure(**changes: Any) -> None:
    """Change what is measured, and tell those who watch."""
    for name, value in changes.items():
        setattr(measured, name, value)
    socketio.emit("app", measured.stats(), namespace="/metrics")
