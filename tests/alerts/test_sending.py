"""One message, sent by a courier to services that are really there."""

import contextlib
import email.policy
import json
import subprocess
import sys
import threading

import pytest

from paas.alerts.outcome import in_words
from paas.alerts.sending import ROOT, Message, Sender

MESSAGE = Message("shop: CPU above 90 %", "For 5 min.\nSince 10:00.", "failure")


@pytest.fixture
def sender():
    """With couriers that really go."""
    return Sender(longest_seconds=60)


def test_webhook_gets_what_was_sent(sender, webhook):
    assert sender.send(webhook.url(), MESSAGE, may_be_private=True) == (True, "", False)
    [(path, document)] = webhook.got
    assert path == "/hook"
    assert (document["title"], document["message"]) == (MESSAGE.title, MESSAGE.body)
    assert document["type"] == "failure"


def test_mail_server_gets_what_was_sent(sender, mail_server):
    assert sender.send(mail_server.url(), MESSAGE, may_be_private=True).is_sent
    [(recipients, text)] = mail_server.got
    assert [each.lower() for each in recipients] == ["rcpt to:<ops@example.org>"]
    mail = email.message_from_string(text, policy=email.policy.default)
    assert mail["Subject"] == MESSAGE.title
    assert mail.get_body().get_content().splitlines()[0].startswith("For 5 min.")


def test_wrong_password_of_mail_is_said_in_words_without_it(sender, mail_server):
    mail_server.refuses_login = True
    outcome = sender.send(mail_server.url(), MESSAGE, may_be_private=True)
    assert not outcome.is_sent
    assert "535" in outcome.reason
    assert "the-secret-1" not in outcome.reason


@pytest.mark.parametrize(("status", "words"), [(404, "404 Not Found"), (302, "redirects are not followed")])
def test_refusal_of_a_service_is_said_in_words_and_no_redirect_is_followed(sender, webhook, status, words):
    webhook.answers.append(status)
    outcome = sender.send(webhook.url("the-token-of-the-hook?redirect=yes"), MESSAGE, may_be_private=True)
    assert words in outcome.reason
    assert "the-token" not in outcome.reason
    assert [path for path, _ in webhook.got] == ["/the-token-of-the-hook"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001"])
def test_member_reaches_no_private_address_however_it_is_written(sender, webhook, host):
    outcome = sender.send(f"json://{host}:{webhook.port}/hook", MESSAGE, may_be_private=False)
    assert not outcome.is_sent
    assert "127.0.0.1 is inside a private network" in outcome.reason
    assert webhook.got == []


def test_private_address_is_refused_before_it_is_kept(sender):
    outcome = sender.check("json://0x7f000001/hook", may_be_private=False)
    assert outcome.is_wrong
    assert "127.0.0.1 is inside a private network" in outcome.reason
    assert sender.check("json://0x7f000001/hook", may_be_private=True).is_sent


def test_mail_of_a_member_reaches_no_private_address(sender, mail_server):
    outcome = sender.send(mail_server.url(), MESSAGE, may_be_private=False)
    assert "127.0.0.1 is inside a private network" in outcome.reason
    assert mail_server.got == []


def test_operators_proxy_is_not_used_for_members(webhook):
    """It resolves names by itself: what it reaches would be reached by members."""
    proxied = Sender({"http_proxy": f"http://127.0.0.1:{webhook.port}"}, longest_seconds=60)
    assert not proxied.send("json://no.such.invalid/hook", MESSAGE, may_be_private=False).is_sent
    assert webhook.got == []
    assert proxied.send("json://no.such.invalid/hook", MESSAGE, may_be_private=True).is_sent
    assert [path for path, _ in webhook.got] == ["http://no.such.invalid/hook"]


def test_no_file_of_the_machine_is_opened(sender, tmp_path):
    template = tmp_path / "template.txt"
    template.write_text("hidden")
    outcome = sender.check(f"tgram://123456789:abcdefg_hijklmnop/12315544/?%74emplate={template}", may_be_private=True)
    assert outcome == (False, "A file of this machine would have been opened.", True)


def test_service_that_drips_its_answer_is_given_up(webhook):
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            while not over.wait(0.1):
                handler.wfile.write(b".")
                handler.wfile.flush()

    over = threading.Event()
    webhook.answers.append(drip)
    try:
        outcome = Sender(longest_seconds=4).send(webhook.url(), MESSAGE, may_be_private=True)
    finally:
        over.set()
    assert outcome == (False, "The service was not done within 4 s.", False)


def test_address_is_in_no_argument_of_a_program(sender, webhook):
    """What ``ps`` shows to everybody on the machine."""
    seen = []

    def look(handler):
        seen.append(subprocess.run(["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True).stdout)
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    webhook.answers.append(look)
    assert sender.send(webhook.url("the-token-of-the-hook"), MESSAGE, may_be_private=True).is_sent
    assert "paas.alerts.courier" in seen[0]
    assert "the-token-of-the-hook" not in seen[0]


@pytest.mark.parametrize(
    ("url", "words"), [("slack://bad", "Slack"), ("json://", "docs/alerts.md"), ("discord://one", "Discord")]
)
def test_incomplete_address_is_told_apart(sender, url, words):
    outcome = sender.check(url, may_be_private=True)
    assert not outcome.is_sent
    assert outcome.is_wrong
    assert words in outcome.reason


def refused():
    try:
        raise ConnectionRefusedError(111, "refused")
    except OSError as error:
        return RuntimeError("outer", error)


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (429, "The service answered 429 Too Many Requests: it was asked too often."),
        (599, "The service answered 599."),
        (TimeoutError(), "Its host did not answer in time."),
        (refused(), "Its host refused the connection."),
        (ValueError("https://example.org/secret"), "Its host could not be reached."),
    ],
)
def test_end_of_a_request_is_put_into_words(ended, words):
    assert in_words(ended) == words


def test_order_is_answered_whatever_it_is():
    done = subprocess.run(
        [sys.executable, "-m", "paas.alerts.courier"],
        input=json.dumps({"url": "json://127.0.0.1:1/", "is_check": False, "may_be_private": True}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"is_sent": False, "reason": "Apprise failed (KeyError).", "is_wrong": False}


GREEN = """
import warnings
warnings.simplefilter("error")
warnings.filterwarnings("ignore", "(?s).*Eventlet is deprecated", DeprecationWarning)
from paas import concurrency
concurrency.patch()
import socket, threading
from paas.alerts.sending import Message, Sender

ticks = 0

def tick():
    global ticks
    while not over.wait(0.01):
        ticks += 1

over = threading.Event()
hung = socket.create_server(("127.0.0.1", 0))
ticking = threading.Thread(target=tick)
ticking.start()
url = f"json://127.0.0.1:{hung.getsockname()[1]}/hook?rto=60"
outcome = Sender(longest_seconds=2).send(url, Message("a", "b"), may_be_private=True)
over.set()
ticking.join()
print(outcome.reason)
print(ticks > 20)
"""


def test_hung_service_is_given_up_where_threads_are_green_and_holds_up_nobody():
    done = subprocess.run(
        [sys.executable, "-c", GREEN], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["The service was not done within 2 s.", "True"]
