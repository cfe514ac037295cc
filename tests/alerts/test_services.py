"""Which services there are, by the beginning of an address."""

import subprocess
import sys

import pytest

from paas.alerts import services
from paas.errors import Invalid


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("slack://TokenA/TokenB/TokenC/#ops", "Slack"),
        ("discord://id/token", "Discord"),
        ("tgram://123:abc/456", "Telegram"),
        ("ntfys://ntfy.example.org/ops", "ntfy"),
        ("mailtos://ada:pw@example.org?to=ops@example.org", "Mail"),
        ("jsons://example.org/hook?+X-Token=abc", "Webhook (JSON)"),
        ("JSON://example.org", "Webhook (JSON)"),
        ("gotify://example.org/token", "Gotify"),
        ("workflows://host/workflow/signature", "Microsoft Teams"),
    ],
)
def test_service_is_known_by_the_beginning_of_its_address(url, service):
    assert services.service_of(url) == service


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "must look like"),
        ("slack", "must look like"),
        ("json://a b", "must look like"),
        ("json://a\nb", "must look like"),
        ("json://" + "a" * 2_000, "must look like"),
        ("https://example.org/hook", "write jsons://"),
        ("http://example.org/hook", "write json://"),
        ("file:///etc/passwd", "There is no service"),
        ("dbus://", "must look like"),
        ("dbus://x", "nobody looks"),
        ("syslog://localhost", "nobody looks"),
        ("windows://x", "nobody looks"),
        ("macosx://x", "nobody looks"),
        ("gnome://x", "nobody looks"),
        ("mqtt://example.org", "not installed"),
        ("apprise://example.org/token", "unseen"),
        ("tgram://1:a/2?template=/etc/passwd", "template="),
        ("mailto://a:b@example.org?PGPkey=/etc/passwd", "pgpkey="),
        ("json://example.org?attach=/etc/passwd", "attach="),
    ],
)
def test_address_that_can_be_none_is_refused_without_being_quoted(url, words):
    with pytest.raises(Invalid, match=words) as refused:
        services.service_of(url)
    assert refused.value.field == "url"
    assert "/etc/passwd" not in refused.value.message


LIST = """
from apprise import Apprise
for each in Apprise().details(show_disabled=True)["schemas"]:
    print(*(each["protocols"] or ()), *(each["secure_protocols"] or ()))
"""


def test_every_service_of_apprise_is_named_or_refused():
    """A new version may bring new ones: somebody has to look at them first."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", LIST], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == set(services.SERVICES) | set(services.REFUSED)
