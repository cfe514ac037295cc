"""Where a browser may be sent: after signing in, only to a path of our own; to an app, where its port is. Pure."""

from urllib.parse import urlsplit

START = "/"
LOCAL = "127.0.0.1"
MAX_LENGTH = 2000


def local(address: str | None) -> str:
    """``address`` when it is a path on this host, else the start page.

    Browsers read ``//host`` and ``/\\host`` as another host, and drop tabs and line ends before they look.
    """
    if not address or len(address) > MAX_LENGTH:
        return START
    if not address.startswith("/") or address.startswith("//") or "\\" in address:
        return START
    if any(character <= " " or character == "\x7f" for character in address):
        return START
    parts = urlsplit(address)
    return START if parts.scheme or parts.netloc else address


def whole(path: str, *, public_url: str | None, host_url: str) -> str:
    """The path of ours as somebody elsewhere opens it; ``host_url`` is how the dashboard was asked just now."""
    return (public_url or host_url).rstrip("/") + path


def app_host(chosen: str, asked: str) -> str:
    """Where the published ports of apps are reached: ``chosen`` by the operator or, unless they did, this machine, by
    the name under which the dashboard was ``asked``. Whoever sits elsewhere would be sent to their own by 127.0.0.1."""
    if chosen != LOCAL:
        return chosen
    host = urlsplit(f"//{asked}").hostname or chosen
    return f"[{host}]" if ":" in host else host
