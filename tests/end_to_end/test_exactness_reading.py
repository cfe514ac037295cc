"""The one-shot read gives each line once, whatever the way to ask for it, and never holds a log in memory."""

import json

import psutil
import pytest

from tests import images, writers
from tests.waiting import eventually

BOTH = "stdout,stderr"
COUNT = 2_500


@pytest.fixture(scope="module")
def written(engine):
    """A container that has written 2,500 numbered lines on each stream, and ended."""
    container = engine.client.containers.run(
        images.python(engine), writers.numbered(count=COUNT, rate=5_000, stream=BOTH), name="reading", detach=True
    )
    container.wait()
    yield container
    container.remove()


@pytest.fixture
def read(shared_session, written, results):
    def read(**parameters):
        answer = shared_session.get("/api/v1/containers/reading/logs", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return read


def numbers(lines, stream="stdout"):
    return [writers.read_numbered(line["text"]).number for line in lines if line["stream"] == stream]


def test_all_lines_once(read):
    lines = read(tail="all")["lines"]
    assert numbers(lines) == numbers(lines, "stderr") == list(range(COUNT))
    assert len({line["position"] for line in lines}) == 2 * COUNT


@pytest.mark.parametrize("tail", [1, 100, 4_999, 5_000, 9_000])
def test_tail_is_exact(read, tail):
    assert read(tail=tail)["lines"] == read(tail="all")["lines"][-tail:]


def test_since_and_until_bound_the_lines(read):
    everything = read(tail="all")["lines"]
    first, last = sorted(line["time"] for line in everything)[1_000:3_000:1_999]
    lines = read(since=first, until=last)["lines"]
    assert lines == [line for line in everything if first <= line["time"] <= last]


def test_stream_and_filters_choose(read):
    everything = read(tail="all")["lines"]
    assert read(tail="all", stream="stderr")["lines"] == [line for line in everything if line["stream"] == "stderr"]
    assert numbers(read(tail="all", contains=" STDERR ")["lines"], "stderr") == list(range(COUNT))
    assert numbers(read(tail="all", regex=r"^\d*7 .* stdout\b")["lines"]) == list(range(7, COUNT, 10))
    assert numbers(read(tail=10, regex=r"^\d*5 ", stream="stdout")["lines"]) == list(range(2_405, COUNT, 10))


def test_text_is_the_lines_alone(read, shared_session):
    everything = read(tail="all")["lines"]
    answer = shared_session.get("/api/v1/containers/reading/logs", params={"format": "text", "download": 1})
    assert answer.text == "".join(line["text"] + "\n" for line in everything)
    assert "filename=reading-" in answer.headers["Content-Disposition"].replace('"', "")
    timed = shared_session.get("/api/v1/containers/reading/logs", params={"format": "text", "timestamps": 1, "tail": 3})
    assert timed.text == "".join(f"{line['time']} {line['text']}\n" for line in everything[-3:])


@pytest.mark.parametrize("limit", [500, 777, 5_000])
def test_paging_back_from_the_end_gives_each_line_once(read, limit):
    pages = [read(tail=100)["lines"]]
    while pages[0]:
        page = read(before=pages[0][0]["position"], limit=limit)
        pages.insert(0, page["lines"])
        assert page["more"] == (sum(map(len, pages)) < 2 * COUNT)
    assert [line for page in pages for line in page] == read(tail="all")["lines"]


@pytest.mark.parametrize("limit", [500, 777])
def test_paging_forward_from_the_beginning_gives_each_line_once(read, limit):
    pages = [read(after="", limit=limit)]
    while pages[-1]["more"]:
        pages.append(read(after=pages[-1]["lines"][-1]["position"], limit=limit))
    assert [line for page in pages for line in page["lines"]] == read(tail="all")["lines"]


def test_what_a_viewer_was_not_shown_can_be_loaded(engine, create, watch, shared_session):
    container = create(images.python(engine), writers.numbered(count=30_000))
    viewer = watch(container.name, keeps_rows=True, confirms=lambda: False)
    container.start()
    container.wait()
    viewer.wait(lambda account: account.shown >= 1_000)
    seen = viewer.account.numbers["stdout"]
    gaps = [index for index in range(1, len(seen)) if seen[index] != seen[index - 1] + 1]
    index = gaps[0] if gaps else len(seen)
    answer = shared_session.get(
        f"/api/v1/containers/{container.name}/logs",
        params={"after": viewer.account.rows[index - 1].position, "limit": 5_000},
    ).json()
    assert numbers(answer["lines"]) == list(range(seen[index - 1] + 1, seen[index - 1] + 5_001))


def test_unusable_questions_get_a_sentence(shared_session, written):
    wrong = [
        {"tail": "-1"},
        {"since": "yesterday"},
        {"regex": "("},
        {"stream": "both"},
        {"before": "x"},
        {"format": "xml"},
    ]
    for parameters in wrong:
        answer = shared_session.get("/api/v1/containers/reading/logs", params=parameters)
        assert (answer.status_code, answer.json()["error"]["kind"]) == (400, "invalid"), parameters
    answer = shared_session.get("/api/v1/containers/no-such-one/logs")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (404, "not_found")


@pytest.mark.parametrize("shape", ["text", "json"])
def test_download_of_a_large_log_is_whole_and_takes_no_memory(dashboard, engine, run, shape):
    container = run(images.busybox(engine), ["seq", "0", "299999"])
    container.wait()
    process = psutil.Process(dashboard.pid)
    with dashboard.http() as session:
        url = f"/api/v1/containers/{container.name}/logs"
        eventually(lambda: session.get(url, params={"tail": 1}).status_code == 200)
        before = most = process.memory_info().rss
        pieces = []
        with session.get(url, params={"format": shape, "download": 1}, stream=True) as answer:
            for piece in answer.iter_content(1 << 20):
                pieces.append(piece)
                most = max(most, process.memory_info().rss)
    text = b"".join(pieces).decode()
    lines = text.split() if shape == "text" else [line["text"] for line in json.loads(text)["lines"]]
    assert lines == [str(number) for number in range(300_000)]
    assert most - before < 40 * 1024 * 1024
