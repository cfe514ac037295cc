"""What is said of figures, times and what is over."""

import pytest

from paas.alerts import words
from paas.alerts.rules import About, Direction, Kind, Rule


@pytest.mark.parametrize(
    ("bytes_", "text"),
    [(0, "0 B"), (1_023, "1,023 B"), (1_024, "1 KiB"), (268_435_456, "256 MiB"), (1.5e12, "1.4 TiB")],
)
def test_size(bytes_, text):
    assert words.size(bytes_) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(3, "3 s"), (60, "1 min"), (90, "90 s"), (300, "5 min"), (3_600, "1 h"), (5_400, "90 min"), (259_200, "3 d")],
)
def test_duration(seconds, text):
    assert words.duration(seconds) == text


@pytest.mark.parametrize(
    ("rule", "value", "text"),
    [
        (Rule("x", Kind.METRIC, metric="cpu", id=1), 93.25, "93.2 % of a core"),
        (Rule("x", Kind.METRIC, About.MACHINE, metric="cpu", id=1), 93.0, "93 %"),
        (Rule("x", Kind.METRIC, metric="memory", id=1), 3 * 1024.0, "3 KiB"),
        (Rule("x", Kind.METRIC, metric="network_sent", id=1), 2048.0, "2 KiB/s"),
        (Rule("x", Kind.METRIC, About.MACHINE, metric="load", id=1), 4.0, "4"),
        (Rule("x", Kind.RESTART_LOOP, id=1), 5.0, "5"),
        (Rule("x", Kind.DISK_FILLING, About.MACHINE, id=1), 7_200.0, "2 h"),
        (Rule("x", Kind.DIED, id=1), None, ""),
    ],
)
def test_figure_has_its_unit(rule, value, text):
    assert words.figure(rule, value) == text


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_sentence_for_its_end(kind):
    about = About.MACHINE if kind is Kind.DISK_FILLING else About.APPS
    rule = Rule("x", kind, about, metric="cpu", direction=Direction.ABOVE, threshold=80.0, pattern="{a}", id=1)
    text = words.over(rule, "shop", "web.1", 7.0)
    assert text.startswith("shop")
    assert "{whose}" not in text


def test_long_reasons_and_patterns_are_cut():
    assert len(words.deployment_failed("shop", 3, "x" * 1_000)) < 240
    assert words.deployment_failed("shop", 3, "") == "shop: deployment 3 failed"
    assert len(words.quoted("x" * 1_000)) == 62
