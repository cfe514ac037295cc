"""Roll-ups in the database. What was seen is added to the finest tier alone; each coarser one is made anew of the tier
below it, in the same transaction. So an interval in the middle of which the dashboard was restarted is neither lost nor
counted twice."""

import itertools
from collections.abc import Iterable, Iterator

from sqlalchemy import bindparam, delete, exists, insert, select
from sqlalchemy.orm import Session

from paas.metrics.gathered import Seen
from paas.metrics.packing import pack, unpack
from paas.metrics.rollup import TIERS, Point, Tier, interval, merged, roll_up
from paas.storage.metric_tables import MetricPointRow, MetricSubjectRow
from paas.storage.tables import AppRow

FINEST = TIERS[0]

Points = dict[int, dict[int, Point]]
"""A subject's id -> when an interval began -> its point."""

_DELETE = delete(MetricPointRow).where(
    MetricPointRow.subject_id == bindparam("its_id"),
    MetricPointRow.step == bindparam("its_step"),
    MetricPointRow.at == bindparam("its_at"),
)


def read(session: Session, subject: str, step: int, start: float, end: float) -> Iterator[tuple[int, bytes]]:
    """When each of a subject's points of one tier began, from ``start`` until before ``end``, and the point, packed."""
    ids = select(MetricSubjectRow.id).where(MetricSubjectRow.subject == subject)
    query = select(MetricPointRow.at, MetricPointRow.packed).where(
        MetricPointRow.subject_id == ids.scalar_subquery(),
        MetricPointRow.step == step,
        MetricPointRow.at >= start,
        MetricPointRow.at < end,
    )
    return ((at, packed) for at, packed in session.execute(query))


def write(session: Session, seen: Seen) -> None:
    """Add what was seen, and roll it up. The nearer to each other the times are, the less is read."""
    ids = _ids(session, seen)
    points: Points = {ids[subject]: dict(its) for subject, its in seen.items()}
    before = _kept(session, FINEST, points, span=FINEST.step)
    fresh: Points = {
        each: {at: merged(before[each].get(at, {}), its[at]) for at in its} for each, its in points.items()
    }
    _replace(session, FINEST, fresh)
    for finer, tier in itertools.pairwise(TIERS):
        kept = _kept(session, finer, points, span=tier.step)
        points = {each: dict(roll_up(its.items(), tier.step)) for each, its in kept.items()}
        _replace(session, tier, points)


def subjects(session: Session) -> list[tuple[int, bool]]:
    """The id of each, and whether it belongs to an app that was deleted."""
    apps = {None, *session.scalars(select(AppRow.id))}
    rows = session.execute(select(MetricSubjectRow.id, MetricSubjectRow.subject))
    return [(subject_id, app_of(subject) not in apps) for subject_id, subject in rows]


def app_of(subject: str) -> int | None:
    """The id of the app that the subject belongs to, if it does to one."""
    kind, _, rest = subject.partition("/")
    return int(rest.partition("/")[0]) if kind == "app" else None


def expire(session: Session, subject_id: int, tier: Tier, *, now: float, is_gone: bool) -> None:
    """Delete what is too old of a subject in one tier, or all of it, which is a few thousand rows at the most."""
    too_old = delete(MetricPointRow).where(MetricPointRow.subject_id == subject_id, MetricPointRow.step == tier.step)
    if not is_gone:
        too_old = too_old.where(MetricPointRow.at < now - tier.keep - tier.step)
    session.execute(too_old)


def drop_empty(session: Session) -> None:
    """Delete the subjects of which nothing is left."""
    points = exists().where(MetricPointRow.subject_id == MetricSubjectRow.id)
    session.execute(delete(MetricSubjectRow).where(~points))


def _ids(session: Session, names: Iterable[str]) -> dict[str, int]:
    """Of subjects, which are made where they are new."""
    wanted = list(names)
    query = select(MetricSubjectRow.subject, MetricSubjectRow.id).where(MetricSubjectRow.subject.in_(wanted))
    found = dict(session.execute(query).all())
    if fresh := [{"subject": name} for name in wanted if name not in found]:
        session.execute(insert(MetricSubjectRow), fresh)
        found = dict(session.execute(query).all())
    return found


def _kept(session: Session, tier: Tier, touched: Points, *, span: int) -> Points:
    """What stands in a tier in the intervals of ``span`` seconds that these points lie in."""
    wanted = {each: {interval(at, span) for at in its} for each, its in touched.items()}
    times = set().union(*wanted.values())
    query = select(MetricPointRow.subject_id, MetricPointRow.at, MetricPointRow.packed).where(
        MetricPointRow.subject_id.in_(list(wanted)),
        MetricPointRow.step == tier.step,
        MetricPointRow.at >= min(times),
        MetricPointRow.at < max(times) + span,
    )
    found: Points = {each: {} for each in wanted}
    for subject_id, at, packed in session.execute(query):
        if interval(at, span) in wanted[subject_id]:
            found[subject_id][at] = unpack(packed)
    return found


def _replace(session: Session, tier: Tier, points: Points) -> None:
    """In two statements that every database knows; what is there of the same intervals makes room."""
    rows = [
        {"subject_id": each, "step": tier.step, "at": at, "packed": pack(point)}
        for each, its in points.items()
        for at, point in its.items()
    ]
    connection = session.connection()
    connection.execute(_DELETE, [{"its_id": r["subject_id"], "its_step": r["step"], "its_at": r["at"]} for r in rows])
    connection.execute(insert(MetricPointRow), rows)
