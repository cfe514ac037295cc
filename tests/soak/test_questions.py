"""What is wrong stands in the table with where to look, and what a fault explains is not called strange."""

from soak import questions
from soak.chronicle import AFTERMATH_SECONDS, Chronicle
from soak.deploying import Ended, is_as_wanted
from soak.questions import Answer

LOG = """\
Quayside listens on http://127.0.0.1:8000
The hub failed on container 12
Traceback (most recent call last):
  File "hub.py", line 3, in run
    raise ValueError
ValueError: no such thing
ready
"""


def test_table_says_what_is_wrong_below_it():
    said = questions.table([Answer("lines", "12"), Answer("sockets", "9", ["2 of pipe"] * 12)])
    assert said.splitlines()[1].split() == ["lines", "12", "ok"]
    assert said.splitlines()[2].split() == ["sockets", "9", "WRONG"]
    assert said.count("2 of pipe") == 10
    assert said.endswith("and 2 more")


def test_traceback_is_quoted_with_the_line_before_it():
    (answer,) = questions.log(LOG)
    assert answer.value == "1"
    assert list(answer.wrong) == ["1 times The hub failed on container 12 ... ValueError: no such thing"]
    assert all(each.is_right for each in questions.log("Quayside listens\n"))


def test_deployment_that_fails_is_explained_by_a_fault_near_it_alone(tmp_path):
    chronicle = Chronicle(tmp_path / "chronicle.txt")
    with chronicle.fault("engine frozen"):
        pass
    (_, began, ended) = chronicle.faults[0]
    assert chronicle.near(began - 5, began + 1) == ["engine frozen"]
    assert chronicle.near(ended + 1, ended + 2) == ["engine frozen"]
    assert chronicle.near(ended + AFTERMATH_SECONDS + 1, ended + AFTERMATH_SECONDS + 2) == []
    assert "engine frozen: over after" in (tmp_path / "chronicle.txt").read_text()


def test_cancelled_deployment_may_have_been_faster():
    assert is_as_wanted(Ended("shop", 1, "cancelled", "success", "", 0, 1))
    assert not is_as_wanted(Ended("shop", 1, "failed build", "success", "", 0, 1))
