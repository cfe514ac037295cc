"""Which container of the builder is left, by the build's output."""

import pytest

from paas.deployments.pipeline.steps import left_in

RUNNING, REMOVED = " ---> Running in edc713a78908", "Removing intermediate container edc713a78908"


@pytest.mark.parametrize(("lines", "left"), [
    ([], ""),
    (["Step 1/2 : FROM base", " ---> 444f8ffea8ce"], ""),
    (["Step 2/2 : RUN make", RUNNING], "edc713a78908"),
    (["Step 2/2 : RUN make", RUNNING, "compiling", "edc713a78908"], "edc713a78908"),
    (["Step 2/3 : RUN make", RUNNING, REMOVED, " ---> 6a1b72151df7", "Step 3/3 : COPY a b"], ""),
    ([RUNNING, REMOVED, " ---> 6a1b72151df7", " ---> Running in b0ba3872a875"], "b0ba3872a875"),
    ([RUNNING, f"{RUNNING} and more", " ---> Running in ../../etc"], "edc713a78908"),
], ids=["nothing", "a base", "a step", "a step that says much", "done", "second", "printed by a step"])  # fmt: skip
def test_the_step_under_way_is_the_last_one_that_was_not_removed(lines, left):
    assert left_in(reversed(lines)) == left
