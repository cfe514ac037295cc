"""What is packed is what is unpacked, to seven digits."""

import math
import struct

from hypothesis import given
from hypothesis import strategies as st

from paas.metrics.packing import METRICS, pack, unpack
from paas.metrics.rollup import Summary

numbers = st.floats(min_value=0, max_value=2.0**60, width=32)
points = st.dictionaries(st.sampled_from(METRICS), st.builds(Summary, numbers, numbers, numbers, numbers))


@given(points)
def test_unpacked_is_what_was_packed(point):
    assert unpack(pack(point)) == point


def test_seven_digits_are_kept():
    (found,) = unpack(pack({"memory": Summary(10, 209_715_201, 1234.56789, 4e12)})).values()
    assert all(
        math.isclose(one, other, rel_tol=1e-7)
        for one, other in zip(found, (10, 209_715_201, 1234.56789, 4e12), strict=True)
    )


def test_metric_of_a_newer_version_is_left_out():
    newer = struct.pack("<B4f", 250, 1, 1, 1, 1)
    assert unpack(newer + pack({"cpu": Summary(1, 2, 3, 4)})) == {"cpu": Summary(1, 2, 3, 4)}


def test_metrics_keep_their_places_for_ever():
    """Rows that were written name them by it."""
    assert METRICS[:12] == (
        "cpu", "memory", "network_received", "network_sent", "memory_percent", "block_read", "block_written", "pids",
        "load", "swap", "disk", "disk_percent",
    )  # fmt: skip
