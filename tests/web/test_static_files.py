"""Files for everybody, and nothing beside them."""

import pytest


@pytest.mark.parametrize(
    "path",
    [
        "a" * 5000,
        "a/" * 2000,
        "%00",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "..\\app.py",
        "js",
        "",
        "/etc/passwd",
        "%ff",
        "a%0d",
    ],
)
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(f"/static/{path}").status_code == 404


@pytest.mark.parametrize("path", ["//evil.example/", "/containers//web/logs", "/static//js/main.js"])
def test_no_answer_names_the_host_of_the_request(client, path):
    answer = client.get(path, headers={"Host": "evil.example"})
    assert "evil.example" not in answer.headers.get("Location", "")
