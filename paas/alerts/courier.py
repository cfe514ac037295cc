"""Sends one message by Apprise, in a process of its own (``python -m paas.alerts.courier``): the order comes as JSON on
standard input, what became of it goes as JSON to standard output. Nothing of it is in the arguments, which anybody on
the machine may read.

In a process of its own, because Apprise weighs 30 MB and the better part of a second to import, which the dashboard's
loop would stand still for; because a service that drips its answer for ever, or sends one of a gigabyte, ends with it;
and because what guards it (guard.py) can then be strict, and holds for whatever Apprise and its plugins do.
"""

import json
import logging
import os
import re
import resource
import socket
import sys
from typing import Any
from urllib.parse import unquote

from paas.alerts import guard, reach
from paas.alerts.outcome import Outcome, in_words

MOST_MEMORY_BYTES = 1024 * 1024 * 1024
MOST_CPU_SECONDS = 30
SHORTEST_SECRET = 3
LONGEST_REASON = 300
SOCKET = "Socket Exception: "
INCOMPLETE = "The address is not complete. docs/alerts.md has an example for each common service."
SAYS_NOTHING = re.compile(r"Could not load|Unparseable|Unsupported|.* is disabled on this system")
SERVER_SAID = re.compile(r"\((\d+), b?['\"](.*)['\"]\)")


def main() -> None:
    """Do what standard input asks for."""
    order = json.load(sys.stdin)
    _limit()
    outcome = _try(order)
    sys.stdout.write(json.dumps(outcome._asdict()))
    sys.stdout.flush()
    os._exit(0)  # Apprise may have left threads that wait


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _try(order: dict[str, Any]) -> Outcome:
    heard = Heard(order["url"])
    try:
        return _send(order, heard)
    except MemoryError:
        return Outcome(is_sent=False, reason="The service answered with more than this machine takes.")
    except Exception as error:  # noqa: BLE001 - a plugin of Apprise failed in its own way; the order must be answered
        return Outcome(is_sent=False, reason=heard.reason or f"Apprise failed ({type(error).__name__}).")


def _send(order: dict[str, Any], heard: "Heard") -> Outcome:
    from apprise import Apprise, AppriseAsset, NotifyFormat  # noqa: PLC0415 - what it takes counts against the limits

    heard.listen()
    guard.arm(may_be_private=order["may_be_private"], tell=heard.refused)
    asset = AppriseAsset(app_id="Quayside", app_desc="Quayside", app_url="", async_mode=False, storage_mode="memory")
    plugin = Apprise.instantiate(order["url"], asset=asset)
    if plugin is None:
        return Outcome(is_sent=False, is_wrong=True, reason=heard.reason or INCOMPLETE)
    if order["is_check"]:
        return _checked(plugin, may_be_private=order["may_be_private"])
    plugin.retry = 0  # how often and when is decided by who sent us
    sender = Apprise(asset=asset)
    sender.add(plugin)
    done = sender.notify(
        title=order["title"], body=order["body"], notify_type=order["kind"], body_format=NotifyFormat.TEXT
    )
    if done:
        return Outcome(is_sent=True)
    return Outcome(is_sent=False, reason=heard.reason or "The service did not take it and gave no reason.")


def _checked(plugin: Any, *, may_be_private: bool) -> Outcome:  # noqa: ANN401 - one of two hundred plugins
    """Whether the host that the address names, where it names one, may be reached. What counts is asked again whenever
    something is sent; a name that does not resolve now may do so later."""
    host = getattr(plugin, "smtp_host", None) or (plugin.host if "host" in plugin.template_tokens else None)
    try:
        found = {each[4][0] for each in socket.getaddrinfo(host, None)} if host else set()
    except (OSError, UnicodeError):
        return Outcome(is_sent=True)
    for address in sorted(map(str, found)):
        why = reach.refusal(address, may_be_private=may_be_private)
        if why:
            return Outcome(is_sent=False, is_wrong=True, reason=f"{address} {why}.")
    return Outcome(is_sent=True)


class Heard:
    """Why something failed, as far as it was heard of: what was refused here before what the service answered, that
    before what Apprise wrote of it. Every part of the address is blanked out of what others wrote."""

    def __init__(self, url: str) -> None:
        self._secrets = sorted({part for part in _parts(url) if len(part) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._refused = self._answered = self._written = ""

    @property
    def reason(self) -> str:
        return self._refused or self._answered or self._written

    def refused(self, sentence: str) -> None:
        self._refused = self._refused or sentence

    def listen(self) -> None:
        """Note how each request ends, follow no redirect, and read what Apprise writes."""
        import requests  # noqa: PLC0415 - as above

        send = requests.Session.send

        def noted(session: requests.Session, request: requests.PreparedRequest, **more: Any) -> requests.Response:  # noqa: ANN401 - handed on
            try:
                answer = send(session, request, **more)
            except Exception as error:
                self._answered = in_words(error)
                raise
            self._answered = in_words(answer.status_code) if answer.status_code >= 300 else ""
            return answer

        requests.Session.send = noted  # type: ignore[method-assign,assignment]
        # A service that has moved is to be named anew: a redirect would carry the message, and what is secret in its
        # headers, to somebody else.
        requests.sessions.SessionRedirectMixin.get_redirect_target = lambda *_: None  # type: ignore[method-assign]
        logger = logging.getLogger("apprise")
        logger.handlers, logger.propagate = [_Reader(self._note)], False
        logger.setLevel(logging.DEBUG)

    def _note(self, level: int, text: str) -> None:
        """The first warning that says something; how the connection failed says more."""
        is_error = text.startswith(SOCKET)
        is_worse = level >= logging.WARNING and not self._written
        if not (is_error or is_worse) or SAYS_NOTHING.match(text):
            return
        text = re.sub(r"^\[Errno -?\d+\] ", "", text.removeprefix(SOCKET))
        text = SERVER_SAID.sub(r"The server answered \1 \2", text)
        for secret in self._secrets:
            text = text.replace(secret, "...")
        self._written = " ".join(text.split())[:LONGEST_REASON].rstrip(".") + "."


class _Reader(logging.Handler):
    def __init__(self, note: Any) -> None:  # noqa: ANN401 - a method of Heard
        super().__init__()
        self._note = note

    def emit(self, record: logging.LogRecord) -> None:
        self._note(record.levelno, record.getMessage())


def _parts(url: str) -> set[str]:
    raw = set(re.split(r"[/:@?&=,;]+", url.partition("://")[2]))
    return raw | {unquote(part) for part in raw}


if __name__ == "__main__":
    main()
