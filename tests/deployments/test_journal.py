"""The log of a deployment as its viewers get it: every line once or declared, whenever they come."""

import threading

import pytest

from paas.deployments.journal.journal import MOST_LINES, Journals
from paas.errors import Invalid
from tests.deployments.reading import Reader, texts, view, write
from tests.waiting import eventually


@pytest.fixture
def journals(tmp_path):
    return Journals(tmp_path / "deployments")


def numbers(start, end):
    return [str(number) for number in range(start, end)]


def test_a_viewer_gets_everything_so_far_and_then_what_comes(journals):
    write(journals, 7, "one", "two")
    with journals.writer(7, str) as journal:
        reader = view(journals, 7)
        assert reader.texts == ["one", "two"]
        journal.say("three")
        eventually(lambda: reader.texts == ["one", "two", "three"])
    journals.finish(7)
    eventually(lambda: reader.ends == 1)
    assert reader.skipped == 0


def test_the_log_of_a_finished_deployment_is_given_whole_and_ends(journals):
    write(journals, 7, *range(3_500))
    reader = view(journals, 7, is_over=True)
    assert reader.texts == numbers(0, 3_500)
    assert (reader.ends, reader.skipped) == (1, 0)


def test_the_log_of_a_deployment_that_has_said_nothing_is_empty(journals):
    reader = view(journals, 7, is_over=True)
    assert (reader.texts, reader.ends) == ([], 1)


@pytest.mark.parametrize("tail", [0, 1, 3, MOST_LINES])
def test_a_tail_is_the_last_lines(journals, tail):
    write(journals, 7, *range(10))
    assert view(journals, 7, is_over=True, tail=tail).texts == numbers(max(10 - tail, 0), 10)


@pytest.mark.parametrize("tail", [-1, MOST_LINES + 1])
def test_a_tail_has_bounds(journals, tail):
    with pytest.raises(Invalid, match="tail must be"):
        view(journals, 7, tail=tail)


@pytest.mark.parametrize("position", ["yesterday", "7", "7.", "7.-1", "7.1 ", "07.1", "7.٣", "8.0", "7." + "9" * 30])
def test_a_position_that_is_not_ours_is_refused(journals, position):
    with pytest.raises(Invalid, match="position"):
        view(journals, 7, position=position)


@pytest.mark.parametrize("position", ["7.3", "7.99999"])
def test_a_position_that_the_file_lost_is_told_and_the_last_lines_given(journals, position):
    write(journals, 7, "one", "two")
    reader = view(journals, 7, is_over=True, position=position)
    assert (reader.markers, reader.texts, reader.ends) == (["gone"], ["one", "two"], 1)


def test_a_viewer_goes_on_after_any_line(journals):
    write(journals, 7, *range(20))
    positions = view(journals, 7, is_over=True).positions
    for seen, position in enumerate(["7.0", *positions]):
        again = view(journals, 7, is_over=True, position=position)
        assert again.texts == numbers(seen, 20)
        assert again.skipped == 0


def test_a_viewer_goes_on_over_a_restart_of_the_dashboard(journals, tmp_path):
    write(journals, 7, "one", "two")
    position = view(journals, 7).position
    restarted = Journals(tmp_path / "deployments")
    write(restarted, 7, "three")
    assert view(restarted, 7, is_over=True, position=position).texts == ["three"]


def test_who_missed_too_much_is_told_how_much(journals):
    write(journals, 7, *range(5_000))
    first = view(journals, 7, is_over=True, tail=0)
    assert first.texts == []
    again = view(journals, 7, is_over=True, position="7.0")
    assert again.texts == numbers(5_000 - MOST_LINES, 5_000)
    assert again.gaps == [(0, 5_000 - MOST_LINES)]


def test_a_viewer_that_never_confirms_is_given_a_bounded_amount_and_later_the_rest(journals):
    write(journals, 7, *range(20_000))
    reader = view_in_thread(journals, 7, is_over=True, is_slow=True)
    eventually(lambda: len(reader.texts) >= 3_000)
    assert len(reader.texts) < 6_000
    reader.is_slow = False
    reader.confirm()
    eventually(lambda: reader.ends == 1)
    assert reader.texts == numbers(0, 20_000)


def view_in_thread(journals, deployment_id, **options):
    """For who may be made to wait while it begins, as at the doors."""
    readers = []

    def begin():
        reader = Reader(is_slow=options.pop("is_slow", False))
        reader.watch = journals.watch(deployment_id, reader, **options)
        readers.append(reader)
        reader.watch.begin()

    threading.Thread(target=begin, daemon=True).start()
    eventually(lambda: readers)
    return readers[0]


def test_a_viewer_that_falls_behind_is_told_how_many_lines_it_missed(journals):
    with journals.writer(7, str) as journal:
        reader = view(journals, 7, is_slow=True)
        for number in range(20_000):
            journal.say(str(number))
    journals.finish(7)
    eventually(lambda: len(reader.texts) >= 3_000)
    reader.is_slow = False
    reader.confirm()
    eventually(lambda: reader.ends == 1)
    assert reader.skipped > 0
    assert len(reader.texts) + reader.skipped == 20_000
    for place, skipped in reader.gaps:
        assert int(reader.texts[place]) - int(reader.texts[place - 1]) == skipped + 1


def test_viewers_that_come_while_it_is_written_get_every_line_once(journals):
    total = 20_000
    is_done, pause = threading.Event(), threading.Event()

    def write_all():
        with journals.writer(7, str) as journal:
            for start in range(0, total, 500):
                journal.say("\n".join(numbers(start, start + 500)))
                pause.wait(0.01)
        journals.finish(7)
        is_done.set()

    threading.Thread(target=write_all, daemon=True).start()
    readers = []
    while not is_done.wait(0.02):
        readers.append(view(journals, 7))
    readers.append(view(journals, 7, is_over=True))
    assert len(readers) > 3
    for reader in readers:
        eventually(lambda reader=reader: reader.ends == 1)
        assert len(reader.texts) + reader.skipped == total
        assert reader.texts == sorted(set(reader.texts), key=int)


def test_what_another_process_writes_is_shown_too(journals, tmp_path):
    reader = view(journals, 7)
    write(Journals(tmp_path / "deployments"), 7, "one", "two")
    eventually(lambda: reader.texts == ["one", "two"])


def test_a_filter_shows_what_matches_of_past_and_present(journals):
    def is_even(line):
        return int(line.text) % 2 == 0

    write(journals, 7, *range(10))
    with journals.writer(7, str) as journal:
        even, every = view(journals, 7, only=is_even), view(journals, 7)
        tail = view(journals, 7, only=is_even, tail=2)
        for number in range(10, 20):
            journal.say(str(number))
    journals.finish(7)
    eventually(lambda: even.ends == every.ends == tail.ends == 1)
    assert even.texts == [str(number) for number in range(0, 20, 2)]
    assert every.texts == numbers(0, 20)
    assert tail.texts == ["6", "8", *(str(number) for number in range(10, 20, 2))]


def test_a_watch_that_was_ended_gets_nothing_more_and_the_reader_is_let_go(journals):
    with journals.writer(7, str) as journal:
        gone, stays = view(journals, 7), view(journals, 7)
        gone.watch.end()
        gone.watch.end()
        journal.say("late")
        eventually(lambda: stays.texts == ["late"])
        assert gone.texts == []
        stays.watch.end()
        assert journals._feeds == {}


def test_a_watch_that_is_ended_before_it_began_says_nothing(journals):
    write(journals, 7, "one")
    reader = Reader()
    watch = journals.watch(7, reader, is_over=True)
    watch.end()
    watch.begin()
    assert (reader.texts, reader.ends) == ([], 0)


def test_following_gives_all_lines_and_stops_with_the_deployment(journals, tmp_path):
    is_over = threading.Event()
    got = []

    def follow():
        for lines in Journals(tmp_path / "deployments").follow(7, is_over.is_set):
            got.extend(texts(lines))

    follower = threading.Thread(target=follow)
    follower.start()
    write(journals, 7, *range(1_000))
    write(journals, 7, "last")
    is_over.set()
    follower.join(10)
    assert got == [*numbers(0, 1_000), "last"]


def test_a_removed_log_is_gone(journals, tmp_path):
    write(journals, 7, "one")
    journals.remove(7)
    journals.remove(7)
    assert list((tmp_path / "deployments").iterdir()) == []
