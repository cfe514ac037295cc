"""A static site: index.html and what stands beside it, served by busybox. Pure."""

from paas.deployments.plans.languages.recipe import ALL, Files, Recipe

TYPES = {
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".txt": "text/plain;charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
"""Those that busybox does not know by itself."""
CONFIG = "/etc/httpd.conf"
NOT_SERVED = "find . -mindepth 1 -name '.*' ! -name .well-known -prune -exec busybox rm -rf {} +"


def recipe(files: Files) -> Recipe:
    lines = [
        *(f"{end}:{kind}" for end, kind in TYPES.items()),
        *(["E404:/app/404.html"] if "404.html" in files else []),
    ]
    written = " ".join(f"'{line}'" for line in lines)
    return Recipe(
        "static",
        steps=(f"RUN busybox printf '%s\\n' {written} > {CONFIG}", ALL, f"RUN busybox {NOT_SERVED}"),
        command=f'busybox httpd -f -p "${{PORT:-5000}}" -h /app -c {CONFIG}',
    )
