"""The images that a Dockerfile names are read as the engine's builder reads them, or not at all."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.deployments.plans.bases import bases, of_triggers
from paas.errors import Invalid

OTHER = "quayside-0123abcd/7:1"


def images(dockerfile, **args):
    return [base.image for base in bases(dockerfile, args)]


@pytest.mark.parametrize(("dockerfile", "found"), [
    ("FROM python:3.12", ["python:3.12"]),
    ("from python:3.12 as build\nFROM build\n", ["python:3.12"]),
    ("FROM a AS Build\nFROM b\nCOPY --from=build /x /\nCOPY --chown=1 --from=c /x /\n", ["a", "b", "c"]),
    ("FROM a\nCOPY --from=0 /x /\nCOPY --from=d /x /\nCOPY --from=d /y /", ["a", "d"]),
    ("FROM a\nCOPY --from=later /x /\nFROM b AS later", ["a", "later", "b"]),
    ("FROM a AS own\nCOPY --from=own /x /\n", ["a", "own"]),
    ("FROM --platform=linux/amd64 a AS b", ["a"]),
    ("FROM scratch\nCOPY x /", []),
    ("\ufeff# a comment\n\n  FROM a\r\n\tCOPY\t--from=b\t/x /\r\n", ["a", "b"]),
    ("FR\\\nOM a\nCOPY --fr\\\n# said between\n\nom=b /x /", ["a", "b"]),
    ("FROM a\nRUN echo \\\nCOPY --from=b /x /", ["a"]),
    ("# escape=`\nFROM a\nRUN echo \\\nCOPY --from=b /x /", ["a", "b"]),
    ("# Escape = `\nFROM `\n a\nRUN echo `\nCOPY --from=b /x /", ["a"]),
    ("FROM a\nRUN echo \\  \nCOPY --from=b /x /", ["a"]),
    ("FROM a\nRUN COPY --from=b\nONBUILD COPY --from=c /x /", ["a"]),
    ("FROM a\nCOPY [\"--from=b\", \"/x\"]\nCOPY x --from=b", ["a"]),
    ("", []),
    ("FROM", []),
])  # fmt: skip
def test_what_a_dockerfile_begins_with_and_copies_from(dockerfile, found):
    assert images(dockerfile) == found


@pytest.mark.parametrize(("dockerfile", "found"), [
    ("ARG B=a\nFROM $B", ["a"]),
    ("ARG B=a\nFROM ${B}:1", ["a:1"]),
    ("ARG B='a'\nFROM \"$B\"", ["a"]),
    ("ARG V=1 B=a:$V\nFROM $B", ["a:1"]),
    ("FROM ${B:-a}", ["a"]),
    ("ARG B=c\nFROM ${B:-a}${B:+d}${C:+e}", ["cd"]),
    ("ARG V=1\nFROM ${B:-a:$V}", ["a:1"]),
    ("ARG GIVEN\nFROM $GIVEN", ["given"]),
    ("ARG GIVEN=a\nFROM $GIVEN", ["given"]),
    ("FROM a$GIVEN", ["a"]),
    ("FROM a\nARG B=c\nFROM b$B", ["a", "b"]),
    ("ARG WORDS=\"it's $(odd)\" B=a\nFROM $B", ["a"]),
])  # fmt: skip
def test_variables_stand_for_what_the_builder_takes_them_for(dockerfile, found):
    assert images(dockerfile, GIVEN="given") == found


@pytest.mark.parametrize("dockerfile", [
    "FROM a'b'",
    "FROM a\\:1",
    "FROM ${B%x}",
    "FROM ${B:?x}",
    "ARG B=a\\\\b\nFROM $B",
    "ARG B=\"a b\"\nFROM $B",
    "FROM a\nCOPY --fr'o'm=b /x /",
    "FROM a\nCOPY --from=\"b\" /x /",
    "FROM a\nCOPY --from=b\\c /x /",
    "# syntax=x\n# escape=`\nFROM a",
    "# escape=`\n# escape=\\\nFROM a",
    "# escape=`x\nFROM a",
])  # fmt: skip
def test_what_could_be_read_in_two_ways_is_refused(dockerfile):
    with pytest.raises(Invalid, match="Dockerfile"):
        images(dockerfile)


def test_triggers_copy_from_images_too_unless_they_mean_a_stage_before():
    triggers = [f"COPY --from={OTHER} /x /", "COPY --from=build /x /", "copy \\\n--from=other /x /", "RUN true"]
    assert of_triggers(triggers, frozenset({"build"})) == [OTHER, "other"]


def test_stages_are_those_that_are_complete():
    found = bases("FROM a AS one\nFROM b AS two\nCOPY --from=c /x /\nFROM d", {})
    assert [(base.image, sorted(base.stages)) for base in found] == [
        ("a", []),
        ("b", ["one"]),
        ("c", ["one"]),
        ("d", ["one", "two"]),
    ]


LINES = ["FROM a", "# escape=`", "RUN x \\", "RUN x `", "ARG B=$B", "FROM $B AS a", "COPY --from=a", "#", "", "\\", "`"]


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=8).map("\n".join))
def test_any_text_is_read_or_refused(dockerfile):
    with suppress(Invalid):
        assert all(images(dockerfile, B="b"))
