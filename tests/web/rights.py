"""The table of permissions: what each route and each raw socket needs. A new one must be named here to pass."""

import re

from paas.accounts.permissions import Action

ANYONE = "anyone"
SIGNED_IN = "whoever is signed in"

# The longest beginning of a route's address that is listed decides.
ROUTES = {
    "/": SIGNED_IN,
    "/static/": ANYONE,
    "/login": ANYONE,
    "/logout": ANYONE,
    "/setup": ANYONE,
    "/healthz": ANYONE,
    "/account": Action.MANAGE_ACCOUNT,
    "/containers": Action.SEE_CONTAINERS,
    "/monitoring": Action.SEE_CONTAINERS,
    "/apps": SIGNED_IN,
    "/apps/new": Action.CREATE_APPS,
    "/deployments": SIGNED_IN,
    "/api/v1/login": ANYONE,
    "/api/v1/openapi.json": ANYONE,
    "/api/v1/session": SIGNED_IN,
    "/api/v1/account": Action.MANAGE_ACCOUNT,
    "/reference": SIGNED_IN,
    "/search": SIGNED_IN,
    "/api/v1/search": SIGNED_IN,  # what it finds, tests/web/api/test_search.py asks
    "/audit": Action.SEE_AUDIT,
    "/users": Action.MANAGE_USERS,
    "/join": ANYONE,  # who has the link of an invitation
    "/api/v1/users": Action.MANAGE_USERS,
    "/api/v1/invitations": Action.MANAGE_USERS,
    "/api/v1/audit": Action.SEE_AUDIT,
    "/api/v1/containers": Action.SEE_CONTAINERS,
    "/api/v1/metrics": Action.SEE_CONTAINERS,
    "/metrics": Action.SEE_CONTAINERS,
    "/alerts": SIGNED_IN,
    "/alerts/destinations": Action.MANAGE_DESTINATIONS,
    "/api/v1/alerts": SIGNED_IN,  # what of an app's they show, tests/web/api/test_alerts.py asks
    "/api/v1/alerts/destinations": Action.MANAGE_DESTINATIONS,
    "/api/v1/apps": SIGNED_IN,
    "/api/v1/hooks": ANYONE,  # who knows the secret of the app's webhook
    "/api/v1/deployments": SIGNED_IN,  # what of an app's they show, tests/web/api/test_deployments.py asks
}

# Raw WebSockets: what each asks for before the upgrade, and how it is opened.
SOCKETS = {
    "/ws/container/logs": (Action.SEE_APP, "/ws/container/logs?appId={app}"),
    "/ws/deployment/logs": (Action.SEE_APP, "/ws/deployment/logs?deploymentId={deployment}"),
    "/api/v1/apps/<reference>/logs/stream": (Action.SEE_APP, "/api/v1/apps/{app}/logs/stream"),
    "/ws/metrics": (Action.SEE_CONTAINERS, "/ws/metrics"),
}

# Socket.IO: who comes into each namespace, and what each watch in it asks for. Whatever else is said is about a watch.
NAMESPACES = {
    "/logs": SIGNED_IN,
    "/containers": Action.SEE_CONTAINERS,
    "/apps": SIGNED_IN,
    "/deployments": SIGNED_IN,
    "/metrics": SIGNED_IN,
}
WATCHES = [
    ("/logs", {"app": "{app}"}, Action.SEE_APP),
    ("/logs", {"container": "web"}, Action.SEE_CONTAINERS),
    ("/containers", {}, Action.SEE_CONTAINERS),
    ("/apps", {}, SIGNED_IN),
    ("/deployments", {"app": "{app}"}, Action.SEE_APP),
    ("/deployments", {"deployment": "{deployment}"}, Action.SEE_APP),
    ("/deployments", {"apps": True}, SIGNED_IN),
    ("/metrics", {"host": True}, Action.SEE_CONTAINERS),
    ("/metrics", {"app": "{app}"}, Action.SEE_APP),
    ("/metrics", {"apps": True}, SIGNED_IN),
]
EVENTS = {
    "/logs": {"watch", "unwatch"},
    "/containers": {"watch"},
    "/apps": {"watch"},
    "/deployments": {"watch", "unwatch"},
    "/metrics": {"watch", "unwatch"},
}

# Routes about one app: what they need of it, and what must be sent so that nothing but the right is in the way.
OF_AN_APP = {
    ("GET", "/api/v1/apps/<reference>"): (Action.SEE_APP, None),
    ("PATCH", "/api/v1/apps/<reference>"): (Action.MANAGE_APP, {"branch": "next"}),
    ("DELETE", "/api/v1/apps/<reference>"): (Action.MANAGE_APP, {"name": "shop"}),
    ("POST", "/api/v1/apps/<reference>/deploy-key"): (Action.MANAGE_APP, None),
    ("POST", "/api/v1/apps/<reference>/webhook-secret"): (Action.MANAGE_APP, None),
    ("GET", "/api/v1/apps/<reference>/environment"): (Action.MANAGE_APP, None),
    ("PUT", "/api/v1/apps/<reference>/environment"): (Action.MANAGE_APP, {"variables": []}),
    ("PUT", "/api/v1/apps/<reference>/environment/<key>"): (Action.MANAGE_APP, {"value": "b"}),
    ("DELETE", "/api/v1/apps/<reference>/environment/<key>"): (Action.MANAGE_APP, None),
    ("GET", "/api/v1/apps/<reference>/grants"): (Action.GIVE_GRANTS, None),
    ("PUT", "/api/v1/apps/<reference>/grants/<username>"): (Action.GIVE_GRANTS, {"grant": "view"}),
    ("DELETE", "/api/v1/apps/<reference>/grants/<username>"): (Action.GIVE_GRANTS, None),
    ("GET", "/api/v1/apps/<reference>/deployments"): (Action.SEE_APP, None),
    ("GET", "/api/v1/apps/<reference>/logs"): (Action.SEE_APP, None),
    ("GET", "/api/v1/apps/<reference>/stats"): (Action.SEE_APP, None),
    ("GET", "/api/v1/apps/<reference>/metrics/history"): (Action.SEE_APP, None),
    ("GET", "/api/v1/apps/<reference>/alerts/silence"): (Action.SEE_APP, None),
    ("PUT", "/api/v1/apps/<reference>/alerts/silence"): (Action.MANAGE_APP, {"hours": 8}),
    ("POST", "/api/v1/apps/<reference>/deployments"): (Action.DEPLOY_APP, None),
    ("GET", "/api/v1/apps/<reference>/deployments/<int:number>"): (Action.SEE_APP, None),
    ("GET", "/apps/<name>"): (Action.SEE_APP, None),
    ("GET", "/apps/<name>/logs"): (Action.SEE_APP, None),
    ("GET", "/apps/<name>/alerts"): (Action.SEE_APP, None),
    ("POST", "/apps/<name>/alerts/silence"): (Action.MANAGE_APP, None),
    ("GET", "/apps/<name>/monitoring"): (Action.SEE_APP, None),
    ("GET", "/apps/<name>/delete"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/delete"): (Action.MANAGE_APP, None),
    ("GET", "/apps/<name>/deployments/compare"): (Action.SEE_APP, None),
    ("POST", "/apps/<name>/look"): (Action.DEPLOY_APP, None),
    ("POST", "/apps/<name>/scale"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/switch"): (Action.DEPLOY_APP, None),
    ("GET", "/apps/<name>/environment"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/environment"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/environment/file"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/environment/remove"): (Action.MANAGE_APP, None),
    ("GET", "/apps/<name>/settings"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/settings"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/settings/access"): (Action.GIVE_GRANTS, None),
    ("POST", "/apps/<name>/settings/access/withdraw"): (Action.GIVE_GRANTS, None),
    ("POST", "/apps/<name>/settings/token"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/settings/deploy-key"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/settings/webhook-secret"): (Action.MANAGE_APP, None),
    ("GET", "/apps/<name>/deployments"): (Action.SEE_APP, None),
    ("GET", "/apps/<name>/deployments/<int:number>"): (Action.SEE_APP, None),
    ("GET", "/apps/<name>/deploy"): (Action.DEPLOY_APP, None),
    ("POST", "/apps/<name>/deploy"): (Action.DEPLOY_APP, None),
    ("POST", "/apps/<name>/deployments/<int:number>/again"): (Action.DEPLOY_APP, None),
    ("POST", "/apps/<name>/deployments/<int:number>/rollback"): (Action.DEPLOY_APP, None),
    ("POST", "/apps/<name>/deployments/<int:number>/cancel"): (Action.DEPLOY_APP, None),
}


def needed(address):
    beginnings = [beginning for beginning in ROUTES if beginning != "/" and address.startswith(beginning)]
    return ROUTES[max(beginnings, key=len)] if beginnings else ROUTES.get(address)


def routes(app):
    for rule in app.url_map.iter_rules():
        if rule.websocket:
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield method, rule.rule


def concrete(rule):
    rule = re.sub("<int:[^<>]*>", "1", rule)
    return rule.replace("<path:filename>", "css/quayside.css").replace("<name>", "shop").replace("<id>", "shop")


def was_let_in(answer):
    return answer.status_code not in (401, 403) and not (answer.location or "").startswith("/login")


def is_of_an_app(rule):
    return re.match(r"(/api/v1)?/apps/<", rule) is not None
