"""Which lines of a log are quoted as the reason of a failure."""

from paas.deployments.journal.reason import MOST_LINES, reason

ERROR = "web.1 has ended with exit code 1."


def test_what_the_container_wrote_is_the_reason():
    log = [
        "Starting web.1",
        ERROR,
        "The last lines of web.1:",
        "    Traceback",
        "      File app.py",
        "Starting web.1 again",
    ]
    assert reason(log, ERROR) == ["Traceback", "  File app.py"]


def test_without_a_container_it_is_what_came_before_the_error():
    assert reason(["Step 2/3 : RUN make", "", "make: *** No rule", ERROR], ERROR) == [
        "Step 2/3 : RUN make",
        "make: *** No rule",
    ]


def test_a_long_reason_is_quoted_by_its_end():
    log = [f"line {number}" for number in range(100)]
    assert reason([*log, ERROR], ERROR) == log[-MOST_LINES:]


def test_log_that_broke_off_is_quoted_by_its_end():
    assert reason(["Step 1/3"], ERROR) == ["Step 1/3"]
    assert reason([], ERROR) == []


def test_colours_are_left_out():
    assert reason(["\x1b[91mcannot find the file", "\x1b[0mRemoving", ERROR], ERROR) == [
        "cannot find the file",
        "Removing",
    ]
