"""Where a request comes from, where proxies stand before us and where somebody only says so."""

from ipaddress import ip_network

import pytest
from flask import request

from paas.settings import LOOPBACK, Settings
from paas.web.factory import create_app
from paas.web.proxies import client_address

PROXIES = (*LOOPBACK, ip_network("10.0.0.0/8"))


@pytest.mark.parametrize(("peer", "forwarded", "found"), [
    ("127.0.0.1", "", "127.0.0.1"),
    ("127.0.0.1", "192.0.2.1", "192.0.2.1"),
    ("::ffff:127.0.0.1", "192.0.2.1", "192.0.2.1"),
    ("127.0.0.1", "198.51.100.7, 192.0.2.1", "192.0.2.1"),
    ("127.0.0.1", "198.51.100.7,192.0.2.1,10.0.0.7", "192.0.2.1"),
    ("127.0.0.1", "10.0.0.7", "10.0.0.7"),
    ("127.0.0.1", "::ffff:192.0.2.1", "192.0.2.1"),
    ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
    ("192.0.2.9", "198.51.100.7", "192.0.2.9"),
    ("192.0.2.9", "198.51.100.7, 127.0.0.1", "192.0.2.9"),
    ("127.0.0.1", "192.0.2.1, unknown", "127.0.0.1"),
    ("127.0.0.1", "192.0.2.1:443", "127.0.0.1"),
    ("127.0.0.1", "192.0.2.1,", "127.0.0.1"),
    ("", "192.0.2.1", ""),
    ("127.0.0.1", ",".join(["192.0.2.1"] + ["10.0.0.7"] * 100_000), "10.0.0.7"),
])  # fmt: skip
def test_only_our_own_proxies_are_believed_and_only_what_they_added(peer, forwarded, found):
    assert client_address(peer, forwarded, PROXIES) == found


@pytest.mark.parametrize(("chosen", "peer", "found"), [
    ({}, "127.0.0.1", "127.0.0.1"),
    ({"public_url": "https://paas.example.org"}, "127.0.0.1", "192.0.2.1"),
    ({"public_url": "https://paas.example.org"}, "10.0.0.7", "10.0.0.7"),
    ({"trusted_proxies": (ip_network("10.0.0.7"),)}, "10.0.0.7", "192.0.2.1"),
    ({"trusted_proxies": (ip_network("10.0.0.7"),), "public_url": "https://a.example"}, "127.0.0.1", "127.0.0.1"),
])  # fmt: skip
def test_address_of_a_request_is_what_the_settings_let_be_believed(services, chosen, peer, found):
    services.settings = Settings(**chosen)
    app = create_app(services)
    seen = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "192.0.2.1"}, environ_base={"REMOTE_ADDR": peer})
    assert seen == [found]
