"""From which address a request comes, where proxies stand before us. A proxy adds the address that it was asked from to
the end of ``X-Forwarded-For``; whatever stands before that, anybody may have written."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from paas.settings import Network

MOST = 20
"""Proxies in a row."""


def register(wsgi_app: WSGIApplication, trusted: Sequence[Network]) -> WSGIApplication:
    """The same application, told where its requests come from. ``trusted`` are the addresses of our own proxies."""

    def app(request: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        forwarded = request.get("HTTP_X_FORWARDED_FOR", "")
        request["REMOTE_ADDR"] = client_address(request.get("REMOTE_ADDR", ""), forwarded, trusted)
        return wsgi_app(request, start_response)

    return app


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """``peer``, or where it is one of our proxies, the last address that it was told of which is none of them."""
    for told in reversed(forwarded.rsplit(",", MOST)[-MOST:]):
        at, before = _address(peer), _address(told.strip())
        if at is None or before is None or not any(at in network for network in trusted):
            break
        peer = str(before)
    return peer


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
