"""Small apps as their repositories hold them. Each web server answers with one line that says its version."""

import json
from typing import Any

from tests import images
from tests.repositories import Content

DOCKERFILE = f"""\
FROM {images.BUSYBOX}
COPY www /www
CMD ["httpd", "-f", "-p", "5000", "-h", "/www"]
"""
SERVES = "httpd -f -p $PORT -h /www"
UP = {"type": "startup", "name": "answers", "path": "/", "attempts": 30, "wait": 1, "timeout": 5}

DEAF = """\
#!/bin/sh
trap '' TERM
httpd -f -p 5000 -h /www &
while :; do sleep 100000 & wait $!; done
"""
"""Serves, and does not hear that it should stop."""


def web(version: str, *, dockerfile: str = DOCKERFILE, checks: Any = (UP,), **more: Content) -> dict[str, Content]:
    """A Dockerfile's app, up as soon as it answers."""
    return {
        "Dockerfile": dockerfile,
        "www/index.html": f"{version}\n",
        "app.json": app_json(web=checks),
        **{name.replace("_", "."): content for name, content in more.items()},
    }


def with_procfile(version: str, procfile: str, *, checks: Any = (UP,), **healthchecks: Any) -> dict[str, Content]:
    """The same image, run as its Procfile says."""
    files = web(version)
    return {**files, "Procfile": procfile, "app.json": app_json(web=checks, **healthchecks)}


PYTHON_APP = """\
import http.server, os
from greeting import greet

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{greet(os.environ['SHOP'])}\\n".encode())

http.server.HTTPServer(("", int(os.environ["PORT"])), Page).serve_forever()
"""


def python_app(*, checks: Any = (UP,)) -> dict[str, Content]:
    """Without a Dockerfile: a Procfile, and a package of others that it needs (``images.python_with_pip``)."""
    procfile = "web: python3 app.py\nrelease: python3 -c 'import greeting; print(greeting.greet(\"release\"))'\n"
    return {
        "Procfile": procfile,
        "requirements.txt": "greeting==1.0\n",
        "app.py": PYTHON_APP,
        "app.json": app_json(web=checks),
    }


def app_json(**healthchecks: Any) -> str:
    """By process, a list of checks."""
    return json.dumps({"healthchecks": {process: list(checks) for process, checks in healthchecks.items()}})


def dockerfile(*steps: str, command: str = '["httpd", "-f", "-p", "5000", "-h", "/www"]', copies: str = "www") -> str:
    """With more steps before the last one."""
    copy = [f"COPY {copies} /www"] if copies else []
    return "\n".join([f"FROM {images.BUSYBOX}", *copy, *steps, f"CMD {command}", ""])
