"""The words of a notice."""

import pytest

from paas.alerts.change import Turn
from paas.alerts.wording import Text, body_of, lasted, title_of, together, where
from tests.alerts.posting import change


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("host", "paas.example.org"),
        ("app/3", "shop"),
        ("app/3/web.1", "shop web.1"),
        ("container/db", "container db"),
    ],
)
def test_place_is_named_as_people_know_it(subject, words):
    assert where(subject, "shop", "paas.example.org") == words


def test_title_is_one_line_whatever_the_rule_is_called():
    assert title_of(change(rule_name="High\r\nBcc: eve@example.org"), "shop") == "shop: High Bcc: eve@example.org"
    assert title_of(change(state=Turn.RECOVERED), "shop") == "Over: shop: Rule 1"
    assert len(title_of(change(rule_name="x" * 300), "shop")) == 200


def test_body_says_what_since_when_and_how_much():
    assert body_of(change(value="93 %")).splitlines() == [
        "CPU is at 93 %.",
        "Since 2026-11-20 09:49:50 UTC",
        "Value: 93 %",
    ]
    assert body_of(change(state=Turn.RECOVERED)).splitlines() == [
        "CPU is at 93 %.",
        "From 2026-11-20 09:49:50 UTC to 2026-11-20 09:54:50 UTC, 5 min",
    ]
    assert "Over since 2026-11-20 09:54:50 UTC" in body_of(change(state=Turn.RECOVERED, since=None))


def text(title, turn=Turn.FIRING):
    return Text(turn, title, f"about {title}", f"https://x/{title}")


def test_one_text_is_its_own_message():
    assert together([text("a")]) == ("a", "about a\nhttps://x/a", "failure")
    assert together([text("a", Turn.RECOVERED)])[2] == "success"


@pytest.mark.parametrize(
    ("turns", "title", "kind"),
    [
        ("ff", "2 alerts", "failure"),
        ("rr", "2 alerts are over", "success"),
        ("frr", "1 alert, 2 over", "failure"),
        ("ffr", "2 alerts, 1 over", "failure"),
    ],
)
def test_several_are_put_together_and_counted(turns, title, kind):
    texts = [text(str(at), Turn.FIRING if turn == "f" else Turn.RECOVERED) for at, turn in enumerate(turns)]
    said, body, shown = together(texts)
    assert (said, shown) == (title, kind)
    assert body.split("\n\n")[0] == "0\nabout 0\nhttps://x/0"
    assert len(body.split("\n\n")) == len(turns)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 s"),
        (3, "3 s"),
        (240, "4 min"),
        (7_200, "2 h"),
        (7_500, "2 h 5 min"),
        (273_600, "3 d 4 h"),
        (86_400, "1 d"),
    ],
)
def test_time_is_short(seconds, words):
    assert lasted(seconds) == words
