"""How sessions begin, live and end, on a clock of the test's own."""

import pytest
from sqlalchemy import func, select

from paas.accounts import sessions, users
from paas.accounts.permissions import Actor, Role
from paas.errors import NotFound
from paas.storage.tables import SessionRow

DAY = 24 * 3600
NOW = 1_800_000_000.0


@pytest.fixture
def ada(database):
    return users.add(database, "ada", "correct horse", role=Role.ADMIN)


def start(database, user, now=NOW, **more):
    with database.session() as session:
        token = sessions.start(session, user.id, address="192.0.2.1", user_agent="test", now=now, **more)
    return sessions.id_of(token)


def find(database, session_id, now):
    with database.session() as session:
        return sessions.find(session, session_id, now=now)


def rows(database):
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(SessionRow))


def test_session_gives_its_user_with_role_and_end(database, ada):
    session_id = start(database, ada)
    actor = find(database, session_id, NOW)
    assert actor == Actor(ada.id, "ada", Role.ADMIN, session_id)
    assert actor.expires_at == NOW + 30 * DAY


def test_table_does_not_hold_what_would_sign_anyone_in(database, ada):
    with database.session() as session:
        token = sessions.start(session, ada.id, address="", user_agent="", now=NOW)
    with database.session() as session:
        row = session.scalar(select(SessionRow))
    assert token not in vars(row).values()
    assert len(token) >= 43  # 256 bits
    assert find(database, row.id, NOW) is not None
    assert find(database, sessions.id_of(row.id), NOW) is None


def test_two_sessions_share_nothing(database, ada):
    assert start(database, ada) != start(database, ada)


@pytest.mark.parametrize(
    ("seen_on_days", "asked_on_day", "lives"),
    [
        ((), 0, True),
        ((), 6.9, True),
        ((), 7, False),
        ((6,), 12.9, True),
        ((6,), 13, False),
        ((6, 12, 18, 24, 29), 29.9, True),
        ((6, 12, 18, 24, 29), 30, False),
    ],
)
def test_session_ends_when_idle_for_a_week_or_after_thirty_days(database, ada, seen_on_days, asked_on_day, lives):
    session_id = start(database, ada)
    for day in seen_on_days:
        assert find(database, session_id, NOW + day * DAY)
    assert (find(database, session_id, NOW + asked_on_day * DAY) is not None) is lives


def test_lifetime_can_be_shorter(database, ada):
    session_id = start(database, ada, lifetime_seconds=60)
    assert find(database, session_id, NOW + 59)
    assert find(database, session_id, NOW + 60) is None


def test_being_seen_is_written_every_five_minutes_at_most(database, ada):
    session_id = start(database, ada)

    def seen_at(now):
        find(database, session_id, now)
        with database.session() as session:
            return session.get(SessionRow, session_id).last_seen_at - NOW

    assert [seen_at(NOW + second) for second in (1, 299, 300, 599, 600)] == [0, 0, 300, 300, 600]


def test_role_is_the_one_of_today(database, ada):
    session_id = start(database, ada)
    with database.session() as session:
        session.get(users.UserRow, ada.id).role = "member"
    assert find(database, session_id, NOW).role is Role.MEMBER


def test_ended_session_is_gone_and_ending_it_again_is_no_error(database, ada):
    session_id, other = start(database, ada), start(database, ada)
    for _ in range(2):
        with database.session() as session:
            sessions.end(session, session_id)
    assert find(database, session_id, NOW) is None
    assert find(database, other, NOW)


def test_ending_all_ends_those_of_one_user_and_names_them(database, ada):
    bob = users.add(database, "bob", "correct horse", role=Role.MEMBER)
    of_ada, of_bob = {start(database, ada), start(database, ada)}, start(database, bob)
    with database.session() as session:
        assert set(sessions.end_all(session, ada.id)) == of_ada
    assert all(find(database, session_id, NOW) is None for session_id in of_ada)
    assert find(database, of_bob, NOW)


def test_ending_all_but_one_leaves_that_one(database, ada):
    this, *others = (start(database, ada) for _ in range(3))
    with database.session() as session:
        assert set(sessions.end_all(session, ada.id, but=this)) == set(others)
    assert find(database, this, NOW)


def test_sessions_of_a_user_are_listed_the_one_seen_last_first(database, ada):
    first, second = start(database, ada), start(database, ada)
    over = start(database, ada, lifetime_seconds=60)
    find(database, first, NOW + 3600)
    with database.session() as session:
        found = sessions.of_user(session, ada.id, now=NOW + 3600)
    assert [each.id for each in found] == [first, second]
    assert over not in [each.id for each in found]
    assert (found[0].address, found[0].user_agent, found[0].last_seen_at) == ("192.0.2.1", "test", NOW + 3600)


def test_session_is_ended_by_its_own_user_alone(database, ada):
    bob = users.add(database, "bob", "correct horse", role=Role.ADMIN)
    session_id = start(database, ada)
    with database.session() as session, pytest.raises(NotFound):
        sessions.end_one(session, bob.id, session_id)
    assert find(database, session_id, NOW)
    with database.session() as session:
        sessions.end_one(session, ada.id, session_id)
    assert find(database, session_id, NOW) is None


def test_sessions_that_are_over_are_swept_out_when_one_starts(database, ada):
    start(database, ada)
    start(database, ada, lifetime_seconds=60)
    assert rows(database) == 2
    start(database, ada, now=NOW + 61)
    assert rows(database) == 2
    start(database, ada, now=NOW + 10 * DAY)
    assert rows(database) == 1


def test_one_session_too_many_ends_the_one_of_theirs_that_was_unused_for_longest(database, ada, monkeypatch):
    monkeypatch.setattr(sessions, "MOST", 3)
    bob = users.add(database, "bob", "correct horse", role=Role.MEMBER)
    of_bob, first, second, third = (start(database, who, now=NOW + n) for n, who in enumerate((bob, ada, ada, ada)))
    assert find(database, first, NOW + 600) is not None  # used again
    fourth = start(database, ada, now=NOW + 700)
    alive = [each for each in (of_bob, first, second, third, fourth) if find(database, each, NOW + 800) is not None]
    assert alive == [of_bob, first, third, fourth]


def test_long_address_and_browser_are_cut(database, ada):
    with database.session() as session:
        sessions.start(session, ada.id, address="a" * 999, user_agent="b" * 999, now=NOW)
    with database.session() as session:
        row = session.scalar(select(SessionRow))
    assert (len(row.address), len(row.user_agent)) == (64, 255)


def test_removing_a_user_ends_their_sessions(database, ada):
    session_id = start(database, ada)
    with database.session() as session:
        session.delete(session.get(users.UserRow, ada.id))
    assert find(database, session_id, NOW) is None
    assert rows(database) == 0
