"""Serve the dashboard: patch first, then read the settings, build everything once, and listen."""

from paas import concurrency

concurrency.patch()

import sys  # noqa: E402
from os import environ  # noqa: E402

from paas.concurrency import server  # noqa: E402
from paas.errors import Problem  # noqa: E402
from paas.settings import Settings  # noqa: E402
from paas.web.factory import create_app  # noqa: E402
from paas.web.presence import say_goodbye  # noqa: E402
from paas.wiring import announce, build  # noqa: E402

if __name__ == "__main__":
    try:
        services = build(Settings.from_environment(environ))
        listener = server.listen(services.settings.host, services.settings.port)
        app = create_app(services)
        announce(services, listener.getsockname()[1])
        server.serve(app, listener, stopping=lambda: say_goodbye(app), stopped=services.stop)
    except Problem as problem:
        sys.exit(f"quayside: {problem.message}")
