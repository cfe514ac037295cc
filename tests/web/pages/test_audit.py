"""The audit page: what it shows, its filter, its files."""

import csv
import io
import json
import re

import pytest


@pytest.fixture
def busy(make, send):
    """ada has signed in, made an app by the page and changed it."""
    send("/apps/new", kind="git", name="shop", repository="https://example.org/shop.git")
    send("/apps/shop/environment", key="A", value="b", kept="plain", phase="run")


def shown(html):
    return re.findall(r'audit-what">([^<]*)', html)


def test_page_shows_the_newest_first(signed_in, busy):
    html = signed_in.get("/audit").text
    assert shown(html) == ["set variable", "create app", "sign in"]
    assert "key A" in html
    assert "127.0.0.1" in html


def test_filter_keeps_what_was_asked_for(signed_in, busy):
    html = signed_in.get("/audit?action=create+app&username=ada").text
    assert shown(html) == ["create app"]
    assert "<option selected>create app</option>" in html
    assert 'value="ada"' in html
    assert "/audit/export/csv?username=ada&amp;action=create+app" in html
    assert "Nothing of the kind was done" in signed_in.get("/audit?subject=nothing").text


@pytest.mark.parametrize("query", ["result=maybe", "since=yesterday", "until=2026-99-99", "since=0001-01-01"])
def test_filter_that_makes_no_sense_is_said(signed_in, query):
    answer = signed_in.get(f"/audit?{query}")
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert 'role="alert"' in answer.text
    assert signed_in.get(f"/audit/export/csv?{query}").status_code == answer.status_code


def test_older_entries_are_a_click_away(signed_in, send, monkeypatch):
    monkeypatch.setattr("paas.web.pages.audit.SHOWN", 2)
    for _ in range(4):
        send("/account/sessions/end-others")
    older = re.search(r'href="(/audit\?before=\d+)"', signed_in.get("/audit").text)[1]
    assert len(shown(signed_in.get(older).text)) == 2


def test_files_hold_what_the_filter_shows(signed_in, busy):
    answer = signed_in.get("/audit/export/csv?action=create+app")
    assert answer.headers["Content-Disposition"] == "attachment; filename=audit.csv"
    assert [row["action"] for row in csv.DictReader(io.StringIO(answer.text))] == ["create app"]
    lines = signed_in.get("/audit/export/jsonl").text.splitlines()
    assert [json.loads(line)["action"] for line in lines] == ["sign in", "create app", "set variable"]
    assert signed_in.get("/audit/export/xml").status_code == 400


def test_rest_gives_the_same_in_pages(signed_in, busy):
    first = signed_in.get("/api/v1/audit?limit=2").json
    assert [each["action"] for each in first["entries"]] == ["set variable", "create app"]
    rest = signed_in.get(f"/api/v1/audit?limit=2&before={first['next']}").json
    assert ([each["action"] for each in rest["entries"]], rest["next"]) == (["sign in"], None)
    assert signed_in.get("/api/v1/audit?format=csv").mimetype == "text/csv"
    assert signed_in.get("/api/v1/audit?limit=501").status_code == 400


def test_member_has_no_audit_log(client, add, sign_in):
    add("bob", "member")
    sign_in("bob")
    assert "/audit" not in client.get("/apps").text
    pages, rest = ("", "/export/csv", "/export/xml"), ("", "?format=csv", "?since=x")
    for path in [f"/audit{each}" for each in pages] + [f"/api/v1/audit{each}" for each in rest]:
        assert client.get(path).status_code == 403
