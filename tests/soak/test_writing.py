"""What a log file of the engine holds is read as the engine's own reader would."""

import json

from soak import writing
from soak.account import packed

HERE = "0123456789ab"


def entry(text, *, time="1", stream="stdout"):
    return json.dumps({"log": text, "stream": stream, "time": time}, separators=(",", ":"))  # as the engine writes


def test_parts_are_joined_and_torn_entries_passed_over(tmp_path):
    file = tmp_path / "json.log"
    entries = [
        entry(f"1 {HERE} a\n"),
        entry(f"2 {HERE} long", time="2"),
        entry("er\n", time="2"),
        entry(f"3 {HERE} its rest is torn", time="3"),
        '{"log":"er' + entry(f"4 {HERE}\n"),
        entry(f"5 {HERE}\n", time="5"),
        entry("not ours\n", time="6"),
        entry(f"5 {HERE}\n", time="7", stream="stderr"),
    ]
    file.write_text("\n".join([*entries, ""]))
    keys = [packed(key, "stdout") for key in (1, 2, 3, 4, 5)]
    assert writing._lines(file) == ([*keys, packed(5, "stderr")], True)
    file.write_text("\n".join([*entries[:3], ""]))
    assert writing._lines(file) == (keys[:2], False)
