"""What a rule may say, by tables of cases."""

import math
from dataclasses import replace

import pytest

from paas.alerts import rules
from paas.alerts.rules import FIELDS, About, Kind, Wanted
from paas.errors import Invalid

BUSY = Wanted("Busy", Kind.METRIC, About.APPS, metric="cpu", threshold=80.0)
ERRORS = Wanted("Errors", Kind.LOG_PATTERN, pattern="ERROR")


@pytest.mark.parametrize(
    "wanted",
    [
        BUSY,
        replace(BUSY, about=About.MACHINE, metric="load", minutes=0),
        replace(BUSY, about=About.APP, app_id=3, metric="block_read"),
        Wanted("Died", Kind.DIED),
        Wanted("Loops", Kind.RESTART_LOOP, About.APP, 3, times=3),
        Wanted("Disk", Kind.DISK_FILLING, About.MACHINE, hours=12),
        replace(ERRORS, times=10),
        Wanted("Failed", Kind.DEPLOYMENT_FAILED),
    ],
)
def test_what_makes_sense_is_taken(wanted):
    assert rules.check(wanted) == rules.check(rules.check(wanted))


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (replace(BUSY, name=" "), "name"),
        (replace(BUSY, name="x" * 81), "name"),
        (replace(BUSY, name="a\nb"), "name"),
        (replace(BUSY, metric="disk"), "metric"),
        (replace(BUSY, about=About.MACHINE, metric="pids"), "metric"),
        (replace(BUSY, threshold=-1.0), "threshold"),
        (replace(BUSY, threshold=math.nan), "threshold"),
        (replace(BUSY, threshold=math.inf), "threshold"),
        (replace(BUSY, minutes=-1), "minutes"),
        (replace(BUSY, minutes=math.nan), "minutes"),
        (replace(BUSY, minutes=1e9), "minutes"),
        (replace(BUSY, cooldown_minutes=-1), "cooldown_minutes"),
        (replace(BUSY, about=About.APP), "app"),
        (replace(BUSY, app_id=3), "app"),
        (Wanted("Loops", Kind.RESTART_LOOP, minutes=0), "minutes"),
        (Wanted("Loops", Kind.RESTART_LOOP, times=0), "times"),
        (Wanted("Disk", Kind.DISK_FILLING, About.APPS), "about"),
        (Wanted("Disk", Kind.DISK_FILLING, About.MACHINE, hours=0), "hours"),
        (Wanted("Died", Kind.DIED, About.MACHINE), "about"),
        (replace(ERRORS, pattern=""), "pattern"),
        (replace(ERRORS, pattern="x" * 1_001), "pattern"),
        (replace(ERRORS, pattern="a\0b"), "pattern"),
    ],
)
def test_what_makes_none_is_refused_by_its_field(wanted, field):
    with pytest.raises(Invalid) as refused:
        rules.check(wanted)
    assert refused.value.field == field


@pytest.mark.parametrize("kind", Kind)
def test_what_a_kind_does_not_use_is_put_back(kind):
    about = About.MACHINE if kind is Kind.DISK_FILLING else About.APPS
    full = Wanted("x", kind, about, None, "cpu", threshold=7.0, minutes=7.0, times=7, hours=7.0, pattern="seven")
    checked = rules.check(full)
    for field in {field for fields in FIELDS.values() for field in fields} - {"direction"}:
        is_kept = getattr(checked, field) == getattr(full, field)
        assert is_kept is (field in FIELDS[kind]), field


@pytest.mark.parametrize(
    ("subject", "app_id", "process"), [("host", None, ""), ("app/3", 3, ""), ("app/3/web.1", 3, "web.1")]
)
def test_subject_says_whose_it_is(subject, app_id, process):
    assert (rules.app_of_subject(subject), rules.process_of_subject(subject)) == (app_id, process)
    if app_id is not None:
        assert rules.subject_of_app(app_id, process) == subject


@pytest.mark.parametrize(
    ("about", "app_id", "watched"),
    [(About.MACHINE, None, {None}), (About.APPS, None, {3, 4}), (About.APP, 3, {3})],
)
def test_rule_watches_what_it_is_about(about, app_id, watched):
    rule = replace(BUSY, about=about, app_id=app_id)
    assert {each for each in (None, 3, 4) if rules.is_about(rule, each)} == watched
