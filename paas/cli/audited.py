"""Which commands change something, in the words of the audit log. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from paas.accounts.audit import Event, Result

# The words of a command -> action, which of its arguments says on what, and which are told beside it.
COMMANDS = {
    "users add": ("add user", "user {name}", ("role",)),
    "users password": ("reset password", "user {name}", ()),
    "users role": ("change role", "user {name}", ("role",)),
    "users remove": ("remove user", "user {name}", ()),
    "users two-factor-off": ("turn off two-factor sign-in", "user {name}", ()),
    "users grant": ("give grant", "app {reference}", ("name", "level")),
    "users withdraw": ("withdraw grant", "app {reference}", ("name",)),
    "tokens create": ("create token", "user {name}", ("title", "scope")),
    "tokens withdraw": ("withdraw token", "user {name}", ("token_id",)),
    "apps create": ("create app", "app {name}", ()),
    "apps change": ("change app", "app {reference}", ()),
    "apps environment": ("replace environment", "app {reference}", ()),
    "apps delete": ("delete app", "app {reference}", ()),
    "alerts silence": ("silence alert rule", "rule {rule_id}", ("hours",)),
    "alerts add": ("make destination", "destination {name}", ("reference",)),
    "alerts test": ("test destination", "destination {destination_id}", ()),
    "alerts remove": ("remove destination", "destination {destination_id}", ()),
    "keys rotate": ("rotate keys", "secret key", ()),
    "deploy": ("deploy app", "app {reference}", ("ref",)),
}

READ = (
    "users list",
    "users grants",
    "tokens list",
    "apps list",
    "apps show",
    "backup",
    "restore",  # it brings the audit log itself back
    "doctor",
    "logs",
    "stats",
    "alerts list",
    "alerts rules",
    "alerts destinations",
)


def event(words: Sequence[str], given: Mapping[str, Any], who: str, result: Result, detail: str) -> Event | None:
    """What is to be written down of this command; None when it only reads. ``who`` is the system's user."""
    name = " ".join(words)
    if name not in COMMANDS or (name == "apps environment" and not given.get("replace")):
        return None
    action, subject, told = COMMANDS[name]
    parts = [f"{each} {given[each]}" for each in told if given.get(each)] + ([detail] if detail else [])
    return Event(
        username=f"{who} (command line)",
        action=action,
        subject=subject.format_map(given),
        door="cli",
        address="",
        result=result,
        detail=", ".join(parts),
    )
