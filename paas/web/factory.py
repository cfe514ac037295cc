"""The web application: everything that answers a request is registered here, in one list."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from paas.accounts.sessions import LIFETIME_SECONDS
from paas.web import (
    attempts,
    audited,
    checking,
    compression,
    context,
    converters,
    etags,
    forgery,
    frame,
    headers,
    identity,
    modules,
    problems,
    proxies,
    static_files,
    waits,
)
from paas.web.api import account as api_account
from paas.web.api import alerts as api_alerts
from paas.web.api import app_logs, deployment_logs, health, hooks, logs
from paas.web.api import apps as api_apps
from paas.web.api import audit as api_audit
from paas.web.api import deployments as api_deployments
from paas.web.api import destinations as api_destinations
from paas.web.api import environment as api_environment
from paas.web.api import grants as api_grants
from paas.web.api import login as api_login
from paas.web.api import metrics as api_metrics
from paas.web.api import metrics_history as api_metrics_history
from paas.web.api import openapi as api_openapi
from paas.web.api import prometheus as api_prometheus
from paas.web.api import search as api_search
from paas.web.api import session as api_session
from paas.web.api import users as api_users
from paas.web.live import attach
from paas.web.pages import (
    access,
    account,
    adopting,
    alert_destinations,
    alert_rules,
    alerts,
    alerts_of_app,
    apps,
    audit,
    compare,
    containers,
    deployments,
    environment,
    invited,
    looking,
    monitoring,
    new_app,
    overview,
    reference,
    removing,
    search,
    session,
    settings,
    setup,
    start,
    tokens,
    two_factor,
    users,
)
from paas.web.sockets import app_stream, container_logs
from paas.web.sockets import deployment_logs as deployment_logs_socket
from paas.web.sockets import metrics as metrics_socket

if TYPE_CHECKING:
    from paas.wiring import Services

ROOT = Path(__file__).resolve().parents[2]
MAX_BODY_BYTES = 1024 * 1024

BLUEPRINTS = (
    start.blueprint,
    session.blueprint,
    setup.blueprint,
    account.blueprint,
    tokens.blueprint,
    two_factor.blueprint,
    audit.blueprint,
    alerts.blueprint,
    alert_rules.blueprint,
    alert_destinations.blueprint,
    alerts_of_app.blueprint,
    users.blueprint,
    invited.blueprint,
    containers.blueprint,
    apps.blueprint,
    new_app.blueprint,
    looking.blueprint,
    overview.blueprint,
    monitoring.blueprint,
    reference.blueprint,
    search.blueprint,
    environment.blueprint,
    settings.blueprint,
    access.blueprint,
    deployments.blueprint,
    compare.blueprint,
    removing.blueprint,
    adopting.blueprint,
    api_login.blueprint,
    api_openapi.blueprint,
    api_session.blueprint,
    api_account.blueprint,
    api_audit.blueprint,
    api_alerts.blueprint,
    api_destinations.blueprint,
    api_users.blueprint,
    api_apps.blueprint,
    api_environment.blueprint,
    api_grants.blueprint,
    api_deployments.blueprint,
    deployment_logs.blueprint,
    hooks.blueprint,
    health.blueprint,
    logs.blueprint,
    app_logs.blueprint,
    api_metrics.blueprint,
    api_metrics_history.blueprint,
    api_prometheus.blueprint,
    api_search.blueprint,
    container_logs.blueprint,
    deployment_logs_socket.blueprint,
    app_stream.blueprint,
    metrics_socket.blueprint,
)


def create_app(services: "Services") -> Flask:
    """The application over these services. It starts nothing."""
    app = Flask("paas", template_folder=str(ROOT / "templates"), static_folder=None)
    # Its redirect names the host as the request does, and http even behind a proxy that speaks https.
    app.url_map.merge_slashes = False
    converters.register(app)
    _configure(app, services)
    context.register(app, services)
    problems.register(app)
    identity.register(app)
    audited.register(app)  # before what may refuse a request
    forgery.register(app)
    attempts.register(app)
    checking.register(app)
    waits.register(app)
    headers.register(app, services.settings)
    etags.register(app)
    compression.register(app)
    static_files.register(app, ROOT / "static")
    modules.register(app, ROOT / "static")
    frame.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    attach(app)
    return app


def _configure(app: Flask, services: "Services") -> None:
    app.config.update(
        SECRET_KEY=services.secret_key,
        SECRET_KEY_FALLBACKS=list(services.older_keys),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        SESSION_COOKIE_NAME="quayside_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=services.settings.is_https,
        SESSION_REFRESH_EACH_REQUEST=False,  # how long a session lives is decided on the server
        PERMANENT_SESSION_LIFETIME=LIFETIME_SECONDS,
    )
    app.wsgi_app = proxies.register(app.wsgi_app, services.settings.proxies)  # type: ignore[method-assign,assignment]
