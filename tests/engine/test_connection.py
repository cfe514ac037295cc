"""One request over one socket, against an engine that drips, breaks off, refuses or says nothing."""

import itertools
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.engine.connection import Address, Chunks
from paas.errors import NotFound, Unavailable
from tests.engine.scripted_socket import HEAD_10

HEAD_11 = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def open_(engine):
    """``open_(exact=True)`` -> the stream of a request, closed afterwards."""
    streams = []

    def open_(*, exact=False, seconds=5.0):
        query = {"tail": "5"}
        stream = engine.address.open("/containers/web/logs", query, answer_within_seconds=seconds, exact=exact)
        streams.append(stream)
        return stream

    yield open_
    for stream in streams:
        stream.close()


def _read_all(stream):
    body = b""
    while data := stream.read(5):
        body += data
    return body, data


def test_a_body_is_handed_over_as_it_comes(engine, open_):
    more = threading.Event()
    engine.answer(HEAD_10 + b"first", more, b"second")
    stream = open_()
    assert stream.read(5) == b"first"
    assert stream.read(0.01) is None
    more.set()
    assert stream.read(5) == b"second"
    assert stream.read(5) == b""
    assert engine.requests[0].startswith("GET /containers/web/logs?tail=5 HTTP/1.0\r\n")


def test_an_exact_body_is_taken_out_of_its_chunks(engine, open_):
    engine.answer(HEAD_11 + b"5\r\nhello\r\n", b"6;x=y\r\n wo", b"rld\r", b"\n0\r\n\r\n")
    assert _read_all(open_(exact=True)) == (b"hello world", b"")
    assert " HTTP/1.1\r\n" in engine.requests[0]


@pytest.mark.parametrize("sent", [b"", b"5", b"5\r\nhel", b"5\r\nhello", b"5\r\nhello\r\n", b"5\r\nhello\r\n0"])
def test_an_exact_body_that_breaks_off_is_no_end(engine, open_, sent):
    engine.answer(HEAD_11 + sent)
    with pytest.raises(Unavailable, match="in the middle"):
        _read_all(open_(exact=True))


@pytest.mark.parametrize("sent", [b"zz\r\nhello\r\n", b"\r\n\r\n", b"-5\r\nhello\r\n"])
def test_chunks_that_are_none_are_the_engines_failure(engine, open_, sent):
    engine.answer(HEAD_11 + sent)
    with pytest.raises(Unavailable):
        _read_all(open_(exact=True))


def test_a_head_may_come_in_drips(engine, open_):
    engine.answer(*(bytes([byte]) for byte in HEAD_11 + b"1\r\nx\r\n0\r\n\r\n"))
    assert _read_all(open_(exact=True))[0] == b"x"


def test_an_engine_that_says_nothing_is_not_waited_for(engine, open_):
    done = threading.Event()
    engine.answer(done)
    with pytest.raises(Unavailable, match="no answer in time"):
        open_(seconds=0.05)
    done.set()


def test_an_engine_that_drips_its_head_is_not_waited_for(engine, open_):
    """The limit is on the whole answer, not on each read."""
    done = threading.Event()
    pieces = []
    for _ in range(100):
        pieces += [b"X", _Pause(done)]
    engine.answer(b"HTTP/1.0 200 OK\r\nX-", *pieces)
    with pytest.raises(Unavailable, match="no answer in time"):
        open_(seconds=0.2)
    done.set()


class _Pause:
    def __init__(self, done):
        self._done = done

    def wait(self, _seconds):
        if self._done.wait(0.02):
            raise BrokenPipeError


def test_an_engine_that_closes_at_once_is_unavailable(engine, open_):
    engine.answer()
    with pytest.raises(Unavailable, match="without an answer"):
        open_()


@pytest.mark.parametrize("sent", [b"SSH-2.0-OpenSSH\r\n\r\n", b"\r\n\r\n", b"HTTP/1.1 \r\n\r\n", b"x" * 70_000])
def test_what_is_not_http_is_told(engine, open_, sent):
    engine.answer(sent)
    with pytest.raises(Unavailable, match="not HTTP"):
        open_()


def test_a_container_that_is_not_there_is_not_found(engine, open_):
    engine.answer(b'HTTP/1.1 404 Not Found\r\nContent-Length: 40\r\n\r\n{"message":"No such container: web"}')
    with pytest.raises(NotFound, match="Container not found"):
        open_()


@pytest.mark.parametrize("body", [b'{"message":"configured logging driver does not support reading"}\n', b"oh no"])
def test_a_refusal_is_told_in_the_engines_words(engine, open_, body):
    engine.answer(b"HTTP/1.1 500 Internal Server Error\r\n\r\n", body)
    told = "configured logging driver does not support reading" if b"{" in body else "oh no"
    with pytest.raises(Unavailable, match=rf"/containers/web/logs \(500\): {told}$"):
        open_()


def test_an_engine_that_is_not_there_is_unavailable(tmp_path):
    with pytest.raises(Unavailable, match="no such file or directory"):
        Address(f"unix://{tmp_path}/none").open("/", {}, answer_within_seconds=1, exact=False)


def test_a_read_that_waits_is_ended_from_another_thread(engine, open_):
    done = threading.Event()
    engine.answer(HEAD_10, done)
    stream = open_()
    read = []
    reader = threading.Thread(target=lambda: read.append(stream.read(10)))
    reader.start()
    stream.abort()
    reader.join(5)
    done.set()
    assert read == [b""]


def test_an_abort_after_the_end_does_nothing(engine, open_):
    engine.answer(HEAD_10)
    stream = open_()
    assert stream.read(5) == b""
    stream.abort()
    stream.close()
    stream.abort()


def _chunked(parts):
    return b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts if part) + b"0\r\n\r\n"


@given(st.lists(st.binary(max_size=40)), st.lists(st.integers(0, 2_000)))
def test_chunks_are_put_together_wherever_they_are_cut(parts, cuts):
    data = _chunked(parts)
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    chunks, body = Chunks(), b""
    for start, end in itertools.pairwise(places):
        assert not chunks.ended or end == len(data) or set(data[start:]) <= set(b"\r\n")
        body += chunks.feed(data[start:end])
    assert body == b"".join(parts)
    assert chunks.ended


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1))
def test_chunks_may_come_byte_by_byte(parts):
    chunks = Chunks()
    assert b"".join(chunks.feed(bytes([byte])) for byte in _chunked(parts)[:-2]) == b"".join(parts)
    assert chunks.ended
