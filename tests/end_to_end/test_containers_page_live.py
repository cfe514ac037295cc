"""The containers page shows what happens on the engine as it happens; nobody loads it anew."""

import re

import pytest
from playwright.sync_api import expect

from tests import images
from tests.dashboard import Dashboard
from tests.end_to_end.writing import create_container

RETRIED_MS = 90_000
"""A dashboard that takes long to come back is tried again after half a minute at the latest."""


def row_of(page, name):
    return page.locator(".container-row", has=page.get_by_role("link", name=name, exact=True))


@pytest.fixture
def containers_page(shared_dashboard, page):
    shared_dashboard.sign_in(page)
    page.goto(f"{shared_dashboard.address}/containers")
    page.evaluate("window.notLoadedAnew = true")
    yield page
    assert page.evaluate("window.notLoadedAnew") is True


def test_life_of_a_container_is_seen_without_loading_anew(engine, create, containers_page):
    row = row_of(containers_page, "page-web")
    expect(row).to_have_count(0)
    container = create(images.busybox(engine), ["sleep", "100000"], name="page-web")
    state = row.locator("[data-field=status]")
    expect(state).to_contain_text("never started")
    container.start()
    expect(state).to_contain_text("running")
    container.pause()
    expect(state).to_have_attribute("title", re.compile(r"\(Paused\)"))
    container.unpause()
    expect(state).not_to_have_attribute("title", re.compile(r"\(Paused\)"))
    container.kill()
    expect(state).to_contain_text("stopped")
    expect(state).to_have_attribute("title", re.compile(r"Exited \(137\)"))
    container.rename("page-shop")
    expect(row_of(containers_page, "page-shop")).to_have_count(1)
    expect(row).to_have_count(0)
    container.remove()
    expect(row_of(containers_page, "page-shop")).to_have_count(0)


def test_rows_that_stay_are_kept_as_they_are(engine, run, create, containers_page):
    """A row that is made anew under the reader's eye loses the focus and the selection."""
    run(images.busybox(engine), ["sleep", "100000"], name="page-kept")
    row = row_of(containers_page, "page-kept")
    expect(row).to_have_count(1)
    row.get_by_role("link").focus()
    row.evaluate("row => { window.kept = row }")
    create(images.busybox(engine), ["sleep", "100000"], name="page-another")
    expect(row_of(containers_page, "page-another")).to_have_count(1)
    assert row.evaluate("row => row === window.kept && row.contains(document.activeElement)")


def test_dashboard_that_goes_and_comes_back_is_told(own_engine, tmp_path, page):
    create_container(own_engine, images.busybox(own_engine), ["sleep", "100000"], name="page-kept")
    with Dashboard(tmp_path, docker_host=own_engine.host) as dashboard:
        dashboard.sign_in(page)
        with page.expect_websocket(lambda opened: "/socket.io/" in opened.url):  # all scripts are there by then
            page.goto(f"{dashboard.address}/containers?q=page")
        notice = page.locator(".containers [data-field=notice]")
        expect(row_of(page, "page-kept")).to_have_count(1)
        dashboard.kill()
        expect(notice).to_contain_text("The dashboard does not answer.")
        expect(notice).to_contain_text(re.compile(r"Trying again in \d+ s"))
        dashboard.start()
        create_container(own_engine, images.busybox(own_engine), ["sleep", "100000"], name="page-new")
        expect(row_of(page, "page-new")).to_have_count(1, timeout=RETRIED_MS)
        expect(notice).to_be_hidden()
        with dashboard.http() as session:
            assert session.get("/containers").ok
        dashboard.kill()
        page.context.clear_cookies()  # sooner, the page might go to sign in just as nobody answers
        dashboard.start()
        page.wait_for_url(re.compile(r"/login\?next=%2Fcontainers%3Fq%3Dpage$"), timeout=RETRIED_MS)


def test_engine_that_goes_and_comes_back_is_told(own_engine, results, tmp_path, page):
    container = create_container(own_engine, images.busybox(own_engine), ["sleep", "100000"], name="page-engine")
    with Dashboard(tmp_path, docker_host=own_engine.host) as dashboard:
        dashboard.sign_in(page)
        page.goto(f"{dashboard.address}/containers")
        listing, row = page.locator(".containers"), row_of(page, "page-engine")
        notice = listing.locator("[data-field=notice]")
        expect(row).to_have_count(1)
        expect(notice).to_be_hidden()

        own_engine.stop()
        expect(notice).to_be_visible()
        expect(notice).to_contain_text("The engine does not answer")
        expect(row).to_have_count(1)

        own_engine.start()
        expect(notice).to_be_hidden()
        container.start()
        expect(row.locator("[data-field=status]")).to_contain_text("running")

        own_engine.freeze()
        expect(notice).to_be_visible()
        own_engine.thaw()
        expect(notice).to_be_hidden()
        (results / "dashboard.log").write_text(dashboard.log)
