"""What apps used of late: one question for all of them, which is not asked at each look."""

import pytest
from sqlalchemy import event

from paas.metrics.history import History
from paas.metrics.recent import KEPT_SECONDS, Recent

NOW = 1_800_000_000.0


class Sample:
    def __init__(self, at, **cpu):
        self.at = at
        self._figures = {subject.replace("_", "/"): {"cpu": value, "memory": 1.0} for subject, value in cpu.items()}

    def figures(self):
        return self._figures


@pytest.fixture
def history(database):
    return History(database, clock=lambda: NOW)


@pytest.fixture
def queries(database):
    """The statements that were sent since."""
    seen = []
    with database.session() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *said: seen.append(said[2]))
    return seen


def test_each_app_has_a_figure_a_minute_and_gaps_where_nothing_is_known(database, history):
    for at, cpu in ((NOW - 1800, 10.0), (NOW - 1790, 30.0), (NOW - 30, 50.0)):
        history.take(Sample(at, app_1=cpu, app_2=1.0, app_1_web=7.0, host=3.0))
    history.flush()
    found = Recent(database, clock=lambda: NOW).cpu_of_apps()
    assert set(found) == {1, 2}
    assert len(found[1]) == 60
    known = {index: value for index, value in enumerate(found[1]) if value is not None}
    assert known == {29: pytest.approx((1 * 10 + 10 * 30) / 11), 58: 50.0}  # each by the seconds that it stands for


def test_what_is_older_than_an_hour_is_left_out(database, history):
    history.take(Sample(NOW - 4000, app_1=10.0))
    history.flush()
    assert Recent(database, clock=lambda: NOW).cpu_of_apps() == {}


def test_many_apps_are_one_question_which_is_kept_for_a_while(database, history, queries):
    history.take(Sample(NOW - 30, **{f"app_{number}": 5.0 for number in range(1, 51)}))
    history.flush()
    clock = [NOW]
    recent = Recent(database, clock=lambda: clock[0])
    queries.clear()
    assert len(recent.cpu_of_apps()) == 50
    assert len([each for each in queries if each.startswith("SELECT")]) == 1
    queries.clear()
    clock[0] += KEPT_SECONDS - 1
    recent.cpu_of_apps()
    assert queries == []
    clock[0] += 1
    recent.cpu_of_apps()
    assert len([each for each in queries if each.startswith("SELECT")]) == 1
