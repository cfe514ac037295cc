"""Compression of pages, JSON and downloads. Static files come compressed already, from ``web/static_files.py``."""

from flask import Flask
from flask_compress import Compress


def register(app: Flask) -> None:
    """A streamed answer is compressed piece by piece and never held whole; brotli would hold megabytes of it."""
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["zstd", "gzip"],
    )
    Compress().init_app(app)
