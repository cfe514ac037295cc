"""Every route that may change something, in the words of the audit log."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Audited:
    """``subject`` is built of what the address and the body name; of the body, ``fields`` alone are told."""

    action: str
    subject: str = ""
    fields: tuple[str, ...] = ()
    is_change: bool = True
    """Otherwise only refusals are written down."""


APP, DEPLOYMENT = "app {app}", "app {app}, deployment {number}"

ROUTES = {
    "session.sign_in": Audited("sign in", "{user}"),
    "session.sign_in_with_code": Audited("sign in", "an unknown user"),
    "session.logout": Audited("sign out"),
    "setup.index": Audited("set up", "the account of the owner"),
    "account.change_password": Audited("change password"),
    "account.end_session": Audited("end session", "{session}"),
    "account.end_other_sessions": Audited("end other sessions"),
    "account.sign_out_everywhere": Audited("sign out everywhere"),
    "two_factor.begin": Audited("begin two-factor sign-in"),
    "two_factor.confirm": Audited("turn on two-factor sign-in"),
    "two_factor.renew": Audited("make recovery codes"),
    "two_factor.turn_off": Audited("turn off two-factor sign-in"),
    "tokens.create": Audited("make token", "token {name}", ("scope", "days")),
    "tokens.withdraw": Audited("withdraw token", "token {token}"),
    "invited.index": Audited("join"),
    "users.invite": Audited("invite user", "", ("role", "note")),
    "users.withdraw": Audited("withdraw invitation", "invitation {invitation}"),
    "users.change_role": Audited("change role", "user {username}", ("role",)),
    "users.remove": Audited("remove user", "user {username}"),
    "new_app.create": Audited("create app", "app {name}"),
    "looking.look": Audited("look at repository", APP, is_change=False),
    "overview.scale": Audited("scale app", APP),
    "overview.switch": Audited("switch app", APP, ("to",)),
    "environment.set_one": Audited("set variable", APP, ("key",)),
    "environment.set_all": Audited("replace environment", APP),
    "environment.remove": Audited("remove variable", APP, ("key",)),
    "settings.change": Audited("change app", APP),
    "settings.token": Audited("change Git token", APP),
    "settings.deploy_key": Audited("make deploy key", APP),
    "settings.webhook_secret": Audited("make webhook secret", APP),
    "access.give": Audited("give grant", APP, ("username", "grant")),
    "access.withdraw": Audited("withdraw grant", APP, ("username",)),
    "deployments.deploy": Audited("deploy app", APP),
    "deployments.again": Audited("deploy again", DEPLOYMENT),
    "deployments.roll_back": Audited("roll back", DEPLOYMENT),
    "deployments.cancel": Audited("cancel deployment", DEPLOYMENT),
    "removing.delete": Audited("delete app", APP),
    "adopting.adopt": Audited("adopt container", "container {container}"),
    "api_login.login": Audited("sign in", "{user}"),
    "api_session.token": Audited("make access token", is_change=False),
    "api_account.change_password": Audited("change password"),
    "api_account.end_others": Audited("end other sessions"),
    "api_account.end": Audited("end session", "{session_id}"),
    "api_account.make_token": Audited("make token", "token {name}", ("scope",)),
    "api_account.withdraw_token": Audited("withdraw token", "token {token_id}"),
    "api_users.change": Audited("change role", "user {username}", ("role",)),
    "api_users.remove": Audited("remove user", "user {username}"),
    "api_users.invite": Audited("invite user", "", ("role", "note")),
    "api_users.withdraw": Audited("withdraw invitation", "invitation {invitation_id}"),
    "api_apps.create": Audited("create app", "app {name}"),
    "api_apps.change": Audited("change app", APP),
    "api_apps.delete": Audited("delete app", APP),
    "api_apps.deploy_key": Audited("make deploy key", APP),
    "api_apps.webhook_secret": Audited("make webhook secret", APP),
    "api_environment.replace": Audited("replace environment", APP),
    "api_environment.set_one": Audited("set variable", APP, ("key",)),
    "api_environment.remove": Audited("remove variable", APP, ("key",)),
    "api_grants.give": Audited("give grant", APP, ("username", "grant")),
    "api_grants.withdraw": Audited("withdraw grant", APP, ("username",)),
    "api_deployments.create": Audited("deploy app", APP),
    "api_deployments.cancel": Audited("cancel deployment", DEPLOYMENT),
    "api_deployments.rollback": Audited("roll back", DEPLOYMENT),
    "alert_rules.create": Audited("make alert rule", "rule {name}", ("kind", "about")),
    "alert_rules.change": Audited("change alert rule", "rule {rule_id}"),
    "alert_rules.switch": Audited("change alert rule", "rule {rule_id}", ("to",)),
    "alert_rules.silence": Audited("silence alert rule", "rule {rule_id}"),
    "alert_rules.remove": Audited("remove alert rule", "rule {rule_id}"),
    "alert_destinations.create": Audited("make destination", "destination {name}", ("app",)),
    "alert_destinations.change": Audited("change destination", "destination {destination_id}"),
    "alert_destinations.switch": Audited("change destination", "destination {destination_id}", ("to",)),
    "alert_destinations.test": Audited("test destination", "destination {destination_id}"),
    "alert_destinations.remove": Audited("remove destination", "destination {destination_id}"),
    "alerts_of_app.silence": Audited("silence app", APP),
    "api_alerts.create": Audited("make alert rule", "rule {name}", ("kind", "app")),
    "api_alerts.change": Audited("change alert rule", "rule {rule_id}"),
    "api_alerts.remove": Audited("remove alert rule", "rule {rule_id}"),
    "api_alerts.silence_app": Audited("silence app", APP),
    "api_alerts.silence": Audited("silence alert rule", "rule {rule_id}"),
    "api_destinations.create": Audited("make destination", "destination {name}", ("app",)),
    "api_destinations.change": Audited("change destination", "destination {destination_id}"),
    "api_destinations.remove": Audited("remove destination", "destination {destination_id}"),
    "api_destinations.test": Audited("test destination", "destination {destination_id}"),
    "api_hooks.take": Audited("deploy by webhook", APP, ("forge",)),
}
