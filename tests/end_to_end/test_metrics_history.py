"""History as an operator finds it: of a real container that crashes, over a restart of the dashboard."""

import time
from functools import partial

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests import images
from tests.waiting import eventually

RUN = "rm -f /stop; while [ ! -e /stop ]; do sleep 0.1; done; exit 3"
APP = "crashy"


def history(api, **query):
    answer = api.get(f"/api/v1/apps/{APP}/metrics/history", params=query)
    assert answer.ok, answer.text
    return answer.json()


def known(document, metric):
    means = zip(document["times"], document["series"][metric]["mean"], strict=True)
    return {at: mean for at, mean in means if mean is not None}


def test_crash_is_marked_and_what_was_measured_outlives_the_dashboard(engine, dashboard, run):
    began = time.time()
    container = run(images.busybox(engine), ["sh", "-c", RUN], name=APP, restart_policy={"Name": "always"})
    with dashboard.api() as api:
        adopt = partial(api.post, "/api/v1/apps", json={"container": APP, "name": APP})
        eventually(lambda: adopt().status_code in (201, 409), 30, what="the container is known and adopted")
        eventually(lambda: known(history(api), "memory"), 60, what="something was measured")
        container.exec_run(["touch", "/stop"])
        marks = eventually(lambda: history(api)["marks"][1:] and history(api)["marks"], 30, what="the crash is marked")
        assert [mark["kind"] for mark in marks[:2]] == ["exit", "restart"]
        assert marks[0]["text"].endswith("exited with code 3")
        assert began < marks[0]["at"] <= marks[1]["at"] < time.time()
        before = known(history(api), "memory")
    dashboard.restart()
    with dashboard.api() as api:
        after = history(api, **{"from": began - 60, "metrics": "memory,cpu"})
        found = known(after, "memory")
        for at in sorted(before)[:-1]:  # into the last interval more may have come before it stopped
            assert found[at] == pytest.approx(before[at], rel=1e-5)
        assert max(before) in found
        assert after["marks"][:2] == marks[:2]
        eventually(lambda: max(known(history(api), "memory")) > max(before), 60, what="measuring goes on")
        families = text_string_to_metric_families(api.get("/metrics").text)
        told = {sample.labels["app"] for each in families for sample in each.samples if "app" in sample.labels}
        assert APP in told
    assert "Traceback" not in dashboard.log
