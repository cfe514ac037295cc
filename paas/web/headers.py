"""What every answer says about how a browser may treat it."""

from flask import Flask, Response

from paas.settings import Settings

# Nothing inline and nothing from another host: a log line that slips through as HTML still runs nothing.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "object-src 'none'",
    )
)

ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ONE_YEAR_SECONDS = 365 * 24 * 3600


def register(app: Flask, settings: Settings) -> None:
    """Add them to every answer. What does not say otherwise (static files do) is kept nowhere."""
    headers = dict(ALWAYS)
    if settings.is_https:
        headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR_SECONDS}"

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(headers)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
