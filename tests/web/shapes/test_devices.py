"""Devices in a few words."""

import pytest

from paas.web.shapes.devices import device

MOZILLA = "Mozilla/5.0"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"{MOZILLA} (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Windows"),
        (f"{MOZILLA} (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605.1", "Safari on macOS"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit CriOS/140 Safari/604", "Chrome on iPhone"),
        (f"{MOZILLA} (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{MOZILLA} Firefox/140.0", "Firefox"),
        ("curl/8.5.0", "curl"),
        ("python-requests/2.34.2", "python-requests"),
        ("Chrome/1", "Chrome"),
        ("", "An unknown device"),
        ("<script>alert(1)</script>", "An unknown device"),
        ("x" * 255, "An unknown device"),
    ],
)
def test_device_is_named_by_what_it_says_of_itself(user_agent, words):
    assert device(user_agent) == words
