"""A viewer's account finds what was lost, doubled, out of order or made up, and what was declared makes up for it."""

import pytest

from soak.account import Account, Written, packed

HERE, THERE = "0123456789ab", "ba9876543210"


def of(history, **options):
    """An account of keys shown of one container, of ``(container, key)`` and of ``-n`` for n lines declared."""
    account = Account(**options)
    for each in history:
        container, key = each if isinstance(each, tuple) else (HERE, each)
        if key < 0:
            account.skip(-key)
        else:
            account.show(f"{key} {container} ...", "stdout")
    return account


def lines(*keys, **options):
    return Written([packed(key, "stdout") for key in keys], **options)


@pytest.mark.parametrize(
    ("history", "said"),
    [
        ([1, 2, 3, 4], None),
        ([3, 4], None),
        ([-9, 2, 3, 4], None),
        ([1, -2, 4], None),
        ([1, 2], "the last 2 lines are missing, 0 were declared"),
        ([1, 2, -2], "the last 2 lines are missing, 2 were declared"),
        ([1, 4], "2 lines are missing in the middle, 0 were declared"),
        ([1, -1, 4], "2 lines are missing in the middle, 1 were declared"),
        ([1, -3, 4], "2 lines are missing in the middle, 3 were declared"),
        ([1, 2, 2, 3, 4], "twice or out of order"),
        ([1, 3, 2, 4], "twice or out of order"),
        ([1, 2, 7, 3, 4], "1 lines were shown but never written"),
        ([1, 2, (THERE, 3), 3, 4], f"{THERE}: 1 lines were shown but never written"),
    ],
)
def test_one_log(history, said):
    problems = of(history).problems({HERE: lines(1, 2, 3, 4)}, [HERE])
    assert (problems == []) if said is None else (said in "; ".join(problems))


@pytest.mark.parametrize(("history", "is_right"), [([1, 2], True), ([-1, 2], True), ([2], False)])
def test_who_watched_from_the_start_was_given_the_first_line(history, is_right):
    assert (not of(history, from_start=True).problems({HERE: lines(1, 2)}, [HERE])) is is_right


def test_nothing_shown_at_all_is_found_where_something_was_written():
    assert of([], from_start=True).problems({HERE: lines(1)}, [HERE])
    assert not of([], from_start=True).problems({HERE: lines()}, [HERE])
    assert not of([]).problems({HERE: lines(1)}, [HERE])


def test_text_that_is_no_line_of_ours_is_found():
    account = Account()
    account.show("Traceback", "stdout")
    assert account.problems({}) == ["shown but never written: 'Traceback'"]


def test_same_key_on_the_other_stream_is_another_line():
    written = Written([packed(1, "stdout"), packed(1, "stderr")])
    account = of([1])
    account.show(f"1 {HERE} ...", "stderr")
    assert not account.problems({HERE: written}, [HERE])


@pytest.mark.parametrize(
    ("history", "is_right"),
    [
        ([1, (THERE, 1), 2], True),
        ([1, -1, 2], True),
        ([1, 2], False),
        ([1, -9, 2], False),
        ([1, (THERE, 1), 2, 2], False),
    ],
)
def test_skips_in_the_log_of_an_app_are_those_of_any_of_its_containers(history, is_right):
    written = {HERE: lines(1, 2, app=7), THERE: lines(1, app=7), "c" * 12: lines(1, 2, 3, app=8)}
    assert (not of(history, from_start=True, app=7).problems(written, [HERE])) is is_right


def test_of_a_torn_log_the_order_alone_is_known():
    written = {HERE: lines(1, 2, 3, 4, app=7, is_torn=True)}
    assert not of([1, 4]).problems(written, [HERE])
    assert not of([1, 4], from_start=True, app=7).problems(written, [HERE])
    assert of([1, 4, 2]).problems(written, [HERE])


def test_lines_of_a_removed_container_may_have_gone_with_it():
    written = {HERE: lines(1, 2, app=7), THERE: lines(1, 2, app=7, is_removed=True)}
    assert not of([(THERE, 1), 1, 2], from_start=True, app=7).problems(written, [HERE])
    assert of([1, 2, -3], from_start=True, app=7).problems(written, [HERE])
