"""Forged requests: another site must not act in the name of whoever is signed in here (CSRF).

Every unsafe request brings the token of its session, in the form field ``csrf_token`` or in ``X-CSRFToken``. One with
``Authorization: Bearer`` needs none: no browser adds that header by itself.
"""

from flask import Flask
from flask_wtf import CSRFProtect

from paas.web import identity

protect = CSRFProtect()


def register(app: Flask) -> None:
    """Check every unsafe request before its view."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # our own check below calls it
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a log stays open for days, then asks for a token
        WTF_CSRF_SSL_STRICT=False,  # compares with Host, which a proxy may rewrite; SameSite=Lax and the token suffice
    )
    protect.init_app(app)
    app.before_request(_check)


def _check() -> None:
    if identity.bearer_token() is None:
        protect.protect(apply_exemptions=True)
