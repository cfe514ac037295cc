"""Which apps were opened last in this browser, for the side of every page.

A cookie of its own and not the session: that one is written whole, so a page that answers late could bring back what
has just been signed out of. It holds numbers alone; whether they may be seen is asked anew each time.
"""

from flask import Response, after_this_request, g, request

from paas.web.context import services

COOKIE = "quayside_opened"
MOST = 5
KEPT_SECONDS = 365 * 86_400


def ids() -> tuple[int, ...]:
    """The ids of the apps, newest first, as the browser tells them; the one that this request opens among them."""
    if "opened_apps" in g:
        return tuple(g.opened_apps)
    words = request.cookies.get(COOKIE, "")[:200].split(".")
    return tuple(int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 10)[:MOST]


def note(app_id: int) -> None:
    """This request opens the app; the cookie is written only where that changes something."""
    before = ids()
    after = (app_id, *(each for each in before if each != app_id))[:MOST]
    g.opened_apps = after
    if after != before:
        after_this_request(lambda response: _write(response, after))


def _write(response: Response, opened: tuple[int, ...]) -> Response:
    response.set_cookie(
        COOKIE,
        ".".join(map(str, opened)),
        max_age=KEPT_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=services().settings.is_https,
    )
    return response
