"""Whether the page that opens a socket is ours: a browser sends our cookie along, whoever's page it shows. Pure."""

from urllib.parse import urlsplit

_PORTS = {"http": ":80", "https": ":443"}


def is_own(origin: str | None, host: str, public_url: str | None) -> bool:
    """``host`` as the request names it; ``origin`` is None for a client that is no browser.

    Behind a proxy that speaks https the public address says how people see us. No header that a proxy may add is
    believed: where there is no proxy, anyone may send it.
    """
    if origin is None:
        return True
    ours = [f"http://{host}", f"https://{host}" if public_url is None else _origin(public_url)]
    return origin.lower() in (address.lower() for address in ours)


def _origin(address: str) -> str:
    """As a browser writes it: without the path, and without the port if that is the scheme's own."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.removesuffix(_PORTS[parts.scheme])}"
