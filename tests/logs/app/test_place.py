"""A place in a log of several containers: written, moved, read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.errors import Invalid
from paas.logs.app.place import MOST_CONTAINERS, Part, Place, parse_place
from paas.logs.reading.cursor import Cursor, marked, position
from tests.logs.examples import streams
from tests.stored import stamp

A, B = "0123456789ab", "ba9876543210"
LINE = f"{A}.o2026-11-20T10:21:07.412345678Z"
TOLD = "m2026-11-20T10:21:07.412345678Z"
OTHER = f"{B}.e2026-11-20T10:21:08.000000001Z.3"

ids = st.text("0123456789abcdef", min_size=12, max_size=12)
cursors = st.builds(Cursor, streams, st.integers(0, 4_000_000_000 * 10**9).map(stamp), st.integers(1, 99))


@st.composite
def places(draw):
    place = Place()
    for container in draw(st.lists(ids, unique=True, max_size=6)):
        place.join(container)
        cursor = draw(st.none() | cursors)
        if cursor is not None:
            place.take([position(container, cursor)])
            if draw(st.booleans()):
                place = place.before([position(container, cursor)])
        if draw(st.booleans()):
            place.end(container)
    place.told = draw(st.just("") | cursors.map(lambda cursor: cursor.stamp.decode()))
    return place


@given(places(), st.sampled_from(["", "~1", "~999"]))
def test_a_place_is_read_back_as_it_was_and_that_of_a_marker_likewise(place, mark):
    again = parse_place(str(place) + mark)
    assert again.is_whole
    assert str(again) == str(place)
    assert again.told == place.told
    assert [again.part(each) for each in place.containers] == [place.part(each) for each in place.containers]


def test_of_a_container_that_it_does_not_name_nothing_is_taken():
    assert Place().part(A) == Part()
    assert parse_place("_").part(A) == Part()
    assert str(Place()) == "_"
    assert A not in Place()


def test_a_place_moves_with_the_lines_that_are_taken():
    place = Place()
    place.join(A)
    assert str(place) == f"{A}._"
    assert str(place.take([LINE, OTHER])) == f"{LINE}_{OTHER}_"
    assert place.part(B) == Part(Cursor(2, b"2026-11-20T10:21:08.000000001Z", 3))


def test_a_place_before_lines_is_before_the_first_of_each_container():
    later = LINE.replace(":07.", ":09.")
    place = Place().take([LINE, OTHER, later])
    assert str(place.before([LINE, later])) == f"{LINE}-_{OTHER}_"
    assert place.before([LINE]).part(A).is_before
    assert str(place) == f"{later}_{OTHER}_"


def test_an_end_is_told_once_and_forgotten_with_the_next_line():
    place = Place().take([LINE])
    place.end(A)
    place.end(A)
    assert str(place) == f"{LINE}x_"
    assert place.part(A).has_ended
    later = LINE.replace(":07.", ":09.")
    assert str(place.take([later])) == f"{later}_"


def test_what_was_told_goes_with_the_place():
    place = Place().take([LINE])
    place.told = TOLD[1:]
    assert str(place) == f"{LINE}_{TOLD}_"
    assert str(place.copy()) == str(place)
    place.end(A)
    place.begin(A)
    assert str(place) == f"{LINE}_{TOLD}_"


def test_the_position_of_one_line_does_not_say_where_the_other_containers_stand():
    assert not parse_place(LINE).is_whole
    assert not parse_place(marked(LINE, 3)).is_whole
    assert parse_place(LINE).text(A) == LINE


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "x", "__", "~1", f"_{LINE}", f"{LINE}_{OTHER}", f"{LINE}__{OTHER}_", f"{LINE}_{LINE}_", f"{LINE}_\n",
        f"{LINE}_~", f"{LINE}_~1~2", f"{LINE}~1_", f"{A}_", f"{A}.-_", f"{A}.o_", f"{A}.x_x", f"{LINE}xx_",
        f"{LINE}x-_", f"{A}.y_", f"{LINE.upper()}_", f"{LINE.replace('-11-', '-13-')}_", f"{A}.\u0663_",
        "+".join([LINE, OTHER]), "m_", f"{LINE}_m_", f"{TOLD}_{LINE}_", f"{TOLD}_{TOLD}_", f"{TOLD}.2_", f"{TOLD}~1_",
        TOLD, f"{TOLD.replace('-11-', '-13-')}_",
        "".join(f"{number:012x}._" for number in range(MOST_CONTAINERS + 1)),
    ],
)  # fmt: skip
def test_what_is_no_place_is_refused(text):
    with pytest.raises(Invalid, match="not one of ours"):
        parse_place(text)
