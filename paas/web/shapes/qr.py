"""A text as a QR code, drawn here: a secret is sent to no other host to be drawn."""

import segno


def svg(text: str) -> str:
    """Black on nothing: the page gives it a light ground. Without a size, so that the page's rules count."""
    return segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2)
