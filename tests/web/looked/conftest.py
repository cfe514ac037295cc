"""The application's own pages in a Chromium, over a real database and an engine that is made up."""

import threading
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server

from tests.web.pages.conftest import deploy, make, running  # noqa: F401 - fixtures


@contextmanager
def served(app):
    """Its address, while it is served on a port that was free."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def address(app):
    with served(app) as address:
        yield address


@pytest.fixture
def context(browser, address, signed_in):
    """A browser in which ada, an admin, is signed in."""
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    cookie = signed_in.get_cookie("quayside_session")
    context.add_cookies([{"name": cookie.key, "value": cookie.decoded_value, "url": address}])
    yield context
    context.close()


@pytest.fixture
def page(context):
    return context.new_page()
