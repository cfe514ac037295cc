"""Scripts, styles and pictures: each compressed once and kept in memory.

An address made by ``static_url`` carries a hash of all static files in its path, and what it names may be kept for
ever. In the path and not in a query: a module that imports ``./rows.js``, and a style that names a font, then carry
it too, so a browser asks for none of them twice and never mixes two versions.
"""

import gzip
import hashlib
import mimetypes
import os
from dataclasses import dataclass
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from flask import Flask, Response, request
from werkzeug.security import safe_join

from paas.concurrency import run_blocking
from paas.errors import NotFound

FOR_EVER = "public, max-age=31536000, immutable"

# Fonts and pictures are compressed by themselves.
COMPRESSED = ("text/", "application/javascript", "application/json", "image/svg+xml")


@dataclass(frozen=True)
class StaticFile:
    """A file ready to send. ``bodies`` by content encoding, the smallest first; "identity" is always there."""

    mimetype: str
    etag: str
    bodies: dict[str, bytes]


class StaticFiles:
    """The files under ``folder``, read again when they change."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[Path, tuple[int, StaticFile]] = {}
        self.version = _version(folder)

    def url(self, path: str) -> str:
        """The address of ``path``, for a template."""
        return f"/static/{self.version}/{path}"

    def serve(self, filename: str) -> Response:
        """A view: ``filename`` with the version in front or without, which is asked for anew each time."""
        path = filename.removeprefix(f"{self.version}/")
        file = self._file(path)
        accepted = request.accept_encodings
        encoding = next((name for name in file.bodies if accepted.quality(name) > 0), "identity")
        response = Response(file.bodies[encoding], mimetype=file.mimetype)
        if encoding != "identity":
            response.content_encoding = encoding
        response.vary.add("Accept-Encoding")
        response.set_etag(f"{file.etag}-{encoding}")
        response.headers["Cache-Control"] = "no-cache" if path == filename else FOR_EVER
        response.make_conditional(request)
        return response

    def _file(self, path: str) -> StaticFile:
        joined = safe_join(str(self._folder), path)
        if joined is None or not os.path.isfile(joined):  # not Path's: it raises when a name is too long
            raise NotFound(f"There is no file {path}.")
        changed = Path(joined).stat().st_mtime_ns
        kept = self._kept.get(Path(joined))
        if kept is None or kept[0] != changed:
            kept = self._kept[Path(joined)] = (changed, run_blocking(_read, Path(joined)))
        return kept[1]


def register(app: Flask, folder: Path) -> None:
    """Serve ``folder`` under /static and give templates ``static_url``."""
    files = StaticFiles(folder)
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=files.serve)
    app.jinja_env.globals["static_url"] = files.url


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    mimetype = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    bodies = {"identity": content}
    if mimetype.startswith(COMPRESSED):
        # 9 of brotli's 11: a tenth of the time for three percent more.
        bodies = {"br": brotli.compress(content, quality=9), "gzip": gzip.compress(content, 9, mtime=0)} | bodies
    return StaticFile(mimetype, hashlib.sha256(content).hexdigest()[:16], bodies)


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
