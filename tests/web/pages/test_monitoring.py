"""The pages of monitoring as the server draws them: they must say all of it without a script."""

import html
import json
import re
from dataclasses import replace
from time import time
from typing import NamedTuple

import pytest

from paas.metrics.history import History
from tests.metrics.samples import AT, container, engine, snapshot, usage

MB = 1024 * 1024


class Taken(NamedTuple):
    """A sample, as history takes it."""

    at: float
    numbers: dict

    def figures(self):
        return self.numbers


@pytest.fixture
def now(monkeypatch):
    """The clock stands where the samples were taken."""
    monkeypatch.setattr("paas.web.pages.monitoring.time", lambda: AT)


def meters(page):
    """Label -> what is read aloud."""
    found = re.findall(r'<div class="(?:gauge|core)[^>]*role="meter"[^>]*>', page)
    return {re.search(r'aria-label="([^"]+)"', each)[1]: each for each in found}


def value(meter, name):
    return html.unescape(re.search(f'{name}="([^"]*)"', meter)[1])


def rows(page):
    table = re.search(r'<table class="table list-table usage-table".*?</table>', page, re.DOTALL)[0]
    return re.findall(r'<tr class="list-row".*?</tr>', table, re.DOTALL)


def test_page_of_an_app_shows_the_last_sample_as_meters(signed_in, services, make, now):
    app = make("shop")
    read = container(
        "shop.web.1", app_id=app.id, usage=usage(cpu_percent=150.0, memory_used=64 * MB, memory_limit=128 * MB)
    )
    services.sampler.last = snapshot(read)
    page = signed_in.get("/apps/shop/monitoring").text
    cpu, memory = meters(page)["CPU"], meters(page)["Memory"]
    assert value(cpu, "aria-valuetext") == "150 % of 200 %, 2 cores, high"
    assert (value(cpu, "aria-valuenow"), value(cpu, "data-level")) == ("75.0", "high")
    assert value(memory, "aria-valuetext") == "64 MiB of 128 MiB, normal"
    offsets = re.findall(r'class="gauge-value"[^>]* stroke-dashoffset="([\d.]+)"', page)
    assert offsets == ["49.48", "98.96"]
    assert "web.1" in rows(page)[0]


def test_script_is_told_where_to_ask_and_where_a_moment_leads(signed_in, services, make):
    app = make("shop")
    page = html.unescape(signed_in.get("/apps/shop/monitoring?range=7d").text)
    assert f'data-api="/api/v1/apps/{app.id}/stats"' in page
    assert f'data-history="/api/v1/apps/{app.id}/metrics/history"' in page
    assert 'data-log="/apps/shop/logs"' in page
    assert 'data-range="7d"' in page
    assert json.loads(re.search(r'data-watch="(\[.*?\])"', page)[1]) == [{"app": app.id}]


def test_before_the_first_sample_the_pages_say_when_it_comes(signed_in, make):
    make("shop")
    for address in ("/apps/shop/monitoring", "/monitoring"):
        page = signed_in.get(address).text
        assert "the first sample comes within 10 s" in page
        assert value(meters(page)["CPU"], "aria-valuetext") == "not known"


def test_stopped_app_uses_nothing_and_that_is_not_stale(signed_in, services, make, now):
    make("shop")
    services.sampler.last = snapshot()
    page = signed_in.get("/apps/shop/monitoring").text
    assert "Nothing of it runs now." in rows(page)[0]
    assert '<p class="notice" data-part="notice" hidden>' in page


def test_stale_figures_say_so_with_their_age(signed_in, services, make, now):
    app = make("shop")
    services.sampler.last = snapshot(container("shop.web.1", app_id=app.id, at=AT - 25, is_stale=True))
    page = signed_in.get("/apps/shop/monitoring").text
    assert '<div class="monitoring is-stale"' in page
    assert "The engine does not answer." in page
    assert "These figures are 25 s old." in page


def test_range_is_kept_in_every_choice_and_a_new_range_ends_a_zoom(signed_in, services, make, now):
    app = make("shop")
    parts = [container(f"shop.{each}", app_id=app.id, process=each) for each in ("web.1", "worker.1")]
    services.sampler.last = snapshot(*parts)
    page = html.unescape(signed_in.get("/apps/shop/monitoring?range=6h&from=100&to=200&process=web.1").text)
    assert '<a href="/apps/shop/monitoring?range=24h&process=web.1" data-range="24h">' in page
    assert 'href="/apps/shop/monitoring?range=6h&process=worker.1&from=100&to=200" data-process="worker.1"' in page
    assert 'data-process="web.1" aria-current="true"' in page
    assert not re.search(r'data-range="\w+" aria-current', page)


@pytest.mark.parametrize("asked", ["range=9y", "from=x&to=y", "from=200&to=100", "from=nan&to=inf", "sort=colour"])
def test_what_an_address_misspells_counts_as_not_said(signed_in, asked):
    page = signed_in.get(f"/monitoring?{asked}")
    assert page.status_code == 200
    assert re.search(r'data-range="1h" aria-current="true"', page.text)


def test_machine_page_shows_its_four_meters_its_cores_and_its_engine(signed_in, services, now):
    services.sampler.last = snapshot()
    page = signed_in.get("/monitoring").text
    told = {label: value(meter, "aria-valuetext") for label, meter in meters(page).items() if "gauge" in meter}
    assert told == {
        "CPU": "30 % of 2 cores, normal",
        "Memory": "3.0 GiB of 8.0 GiB, normal",
        "Disk": "40 GiB of 100 GiB, normal",
        "Swap": "0 B of 1.0 GiB, normal",
    }
    assert [value(meters(page)[f"Core {number}"], "aria-valuenow") for number in (1, 2)] == ["20.0", "40.0"]
    assert "2 cores, 8.0 GiB of memory, up for 24 h" in page


def test_apps_and_other_containers_stand_in_the_order_that_is_asked_for(signed_in, services, make, now):
    shop, blog = make("shop"), make("blog")
    services.sampler.last = snapshot(
        container("s", app_id=shop.id, usage=usage(cpu_percent=10.0, memory_used=90 * MB)),
        container("b", app_id=blog.id, usage=usage(cpu_percent=70.0, memory_used=10 * MB)),
        container("postgres", usage=usage(cpu_percent=30.0, memory_used=50 * MB)),
    )
    orders = {
        by: re.findall(
            r'<a href="[^"]*">(shop|blog|postgres)</a>', " ".join(rows(signed_in.get(f"/monitoring?sort={by}").text))
        )
        for by in ("cpu", "memory", "name")
    }
    assert orders == {
        "cpu": ["blog", "postgres", "shop"],
        "memory": ["shop", "postgres", "blog"],
        "name": ["blog", "postgres", "shop"],
    }
    page = signed_in.get("/monitoring").text
    assert 'href="/apps/shop/monitoring"' in page
    assert 'href="/containers/postgres/logs"' in page


def test_machine_page_says_when_only_the_engine_is_away(signed_in, services, now):
    services.sampler.last = replace(snapshot(), engine=engine(is_stale=True, at=AT - 240))
    page = signed_in.get("/monitoring").text
    assert "what stands here of containers is the last that it said" in page
    assert "These figures are 4 min old." in page


def test_member_has_no_way_to_the_machine(client, add, sign_in):
    add("mia", role="member")
    sign_in("mia")
    assert client.get("/monitoring").status_code == 403
    assert 'href="/monitoring"' not in client.get("/apps").text


def test_list_of_apps_draws_the_last_hour_of_those_that_were_measured(signed_in, services, database, make):
    shop, _ = make("shop"), make("blog")
    history = History(database)
    for minutes in (30, 20, 10):
        history.take(Taken(time() - 60 * minutes, {f"app/{shop.id}": {"cpu": 10.0 * minutes}}))
    history.flush()
    page = signed_in.get("/apps").text
    told = "CPU over the last hour: 200 % of one core on average, 300 % at most"
    assert re.findall(r'<svg class="sparkline"[^>]*aria-label="([^"]+)"', page) == [told]
    assert re.search(r'<a href="/apps/shop/monitoring"[^>]*>\s*<svg class="sparkline"', page)


def test_first_page_of_an_app_has_small_gauges(signed_in, services, make):
    app = make("shop")
    services.sampler.last = snapshot(container("shop.web.1", app_id=app.id, usage=usage(cpu_percent=100.0)))
    found = meters(signed_in.get("/apps/shop").text)
    assert value(found["CPU"], "aria-valuetext") == "100 % of 200 %, 2 cores, normal"
    assert "gauge-small" in found["Memory"]


def test_tables_say_what_the_charts_draw_without_a_script(signed_in, services, make, deploy):
    app = make("shop")
    deploy(app)
    for seconds, cpu in ((120, 10.0), (20, 42.0)):
        services.history.take(
            Taken(time() - seconds, {f"app/{app.id}": {"cpu": cpu}, f"app/{app.id}/web.1": {"cpu": 7.0}})
        )
    page = signed_in.get("/apps/shop/monitoring?range=15m").text
    table = re.search(r'aria-labelledby="chart-cpu".*?</section>', page, re.DOTALL)[0]
    assert re.findall(r'<td class="cell-number">([^<]+)</td>', table) == ["42 %", "10 %"]
    assert re.search(r'<th scope="row">\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC</th>', table)
    memory = re.search(r'aria-labelledby="chart-memory".*?</section>', page, re.DOTALL)[0]
    assert '<p class="chart-empty" data-part="empty">No figures yet' in memory
    assert "7.0 %" in signed_in.get("/apps/shop/monitoring?range=15m&process=web.1").text
    assert "Deployment 1" in re.search(r'<ol data-part="marks".*?</ol>', page, re.DOTALL)[0]
    assert "shop: Deployment 1" in signed_in.get("/monitoring").text
