"""Addresses of repositories that are more than an address: what they hold is to run a command, or to be an option."""

ADDRESSES = (
    "ext::sh -c touch% {canary}",
    "--upload-pack=touch {canary}",
    "-u touch {canary}",
    "fd::7",
    "http::https://example.org/a.git",
    "https://example.org/a.git\n--upload-pack=touch {canary}",
    "ssh://-oProxyCommand=touch {canary}/a.git",
    "-oProxyCommand=touch {canary}:a.git",
    "git@-oProxyCommand=x:a.git",
    "git@example.org:-a.git",
)
"""``canary`` is a file that must not come to be."""
