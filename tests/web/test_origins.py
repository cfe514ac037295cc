"""Which pages may open a socket with the cookie that the browser sends along."""

import pytest

from paas.web.origins import is_own

PUBLIC = "https://paas.example.org"


@pytest.mark.parametrize(
    ("origin", "host", "public_url"),
    [
        (None, "127.0.0.1:8000", None),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", None),
        ("HTTP://LocalHost:8000", "localhost:8000", None),
        ("https://paas.example.org", "paas.example.org", None),
        (PUBLIC, "paas.example.org", PUBLIC),
        (PUBLIC, "10.0.0.7:8000", PUBLIC),
        (PUBLIC, "10.0.0.7:8000", f"{PUBLIC}:443"),
        (PUBLIC, "10.0.0.7:8000", f"{PUBLIC}/quayside"),
        ("http://10.0.0.7:8000", "10.0.0.7:8000", PUBLIC),
    ],
)
def test_our_own_pages(origin, host, public_url):
    assert is_own(origin, host, public_url)


@pytest.mark.parametrize(
    ("origin", "host", "public_url"),
    [
        ("http://evil.example", "127.0.0.1:8000", None),
        ("null", "127.0.0.1:8000", None),
        ("", "127.0.0.1:8000", None),
        ("http://127.0.0.1:3000", "127.0.0.1:8000", None),
        ("http://127.0.0.1", "127.0.0.1:8000", None),
        ("https://paas.example.org.evil.example", "paas.example.org", PUBLIC),
        ("https://evil.example", "paas.example.org", PUBLIC),
        (f"{PUBLIC}:8443", "paas.example.org", PUBLIC),
        ("null", "paas.example.org", PUBLIC),
    ],
)
def test_pages_of_others(origin, host, public_url):
    assert not is_own(origin, host, public_url)
