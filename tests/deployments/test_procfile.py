"""A Procfile is read strictly, and whatever is wrong with it is named with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.deployments.plans.procfile import MOST_PROCESSES, formation, parse
from paas.errors import Invalid


@pytest.mark.parametrize(
    ("text", "processes"),
    [
        ("web: python app.py", {"web": "python app.py"}),
        ("web: python app.py\nworker: ./work\n", {"web": "python app.py", "worker": "./work"}),
        ("\n# our processes\n  # and theirs\n\nweb: a\n", {"web": "a"}),
        ("web:a", {"web": "a"}),
        ("web:   a b   \n", {"web": "a b"}),
        ("web: a\r\nworker: b\r\n", {"web": "a", "worker": "b"}),
        ("\ufeffweb: a", {"web": "a"}),
        ("web: a # the page", {"web": "a"}),
        ("web: a\t#the page", {"web": "a"}),
        ("web: a#b", {"web": "a#b"}),
        ("web: echo 'a # b' # c", {"web": "echo 'a # b'"}),
        ('web: echo "a # \\" # b" # c', {"web": 'echo "a # \\" # b"'}),
        ("web: echo a \\# b", {"web": "echo a \\# b"}),
        ("web: echo 'a\\' # b", {"web": "echo 'a\\'"}),
        ("web: gunicorn app:app -b 0.0.0.0:$PORT", {"web": "gunicorn app:app -b 0.0.0.0:$PORT"}),
        ("web-2: a\n2nd: b\nx: c", {"web-2": "a", "2nd": "b", "x": "c"}),
        (f"{'a' * 63}: b", {"a" * 63: "b"}),
        ("web: echo\tä→", {"web": "echo\tä→"}),
        ("worker: b\nweb: a\nrelease: c", {"worker": "b", "web": "a", "release": "c"}),
    ],
)
def test_processes_are_read(text, processes):
    assert parse(text) == processes
    assert list(parse(text)) == list(processes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Procfile has no process"),
        ("\n# web: a\n", "Procfile has no process"),
        ("web: a\nweb: b", "Procfile, line 2: web is there already"),
        ("web: a\n<<<<<<< HEAD\n", "Procfile, line 2: '<<<<<<< HEAD' is not a process and its command"),
        ("web: a\n=======\nworker: b", "Procfile, line 2: '=======' is not a process"),
        ("web a", "Procfile, line 1: 'web a' is not a process"),
        ("web : a", "Procfile, line 1: 'web : a' is not a process"),
        ("  web: a", "line 1: '  web: a' is not a process"),
        ("Web: a", "line 1: 'Web: a' is not a process"),
        ("web_1: a", "is not a process"),
        ("-web: a", "is not a process"),
        ("web-: a", "is not a process"),
        (": a", "is not a process"),
        ("wéb: a", "is not a process"),
        (f"{'a' * 64}: b", "at most 63"),
        ("// web: a", "is not a process"),
        ("web:", "line 1: web has no command"),
        ("web:   ", "line 1: web has no command"),
        ("web: # nothing", "line 1: web has no command"),
        ("\n\nweb: echo 'a", "line 3: a ' is opened and not closed"),
        ('web: echo "a\\"', 'line 1: a " is opened and not closed'),
        ("web: a\0b", "signs that cannot be printed"),
        ("web: a\x1b[2J", "signs that cannot be printed"),
        ("web: a\u202eb", "signs that cannot be printed"),
        ("web: " + "a" * 70_000, "Procfile is too long"),
        ("\n".join(f"p{n}: a" for n in range(MOST_PROCESSES + 1)), "51 processes; at most 50"),
    ],
)
def test_what_is_wrong_is_named(text, said):
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert said in refused.value.message


def test_the_file_is_called_as_the_app_calls_it():
    with pytest.raises(Invalid, match=r"deploy/Procfile, line 2: "):
        parse("web: a\n!", "deploy/Procfile")


NAMES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
COMMANDS = st.text("ab$PORT:/.-={}", min_size=1)


@given(st.dictionaries(NAMES, COMMANDS, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n", "\n\n", " # c\n"]))
def test_what_was_written_is_read(processes, end):
    text = "".join(f"{name}: {command}{end}" for name, command in processes.items())
    assert parse(text) == processes


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        processes = parse(text)
    except Invalid:
        return
    assert all(command and "\n" not in command for command in processes.values())


@pytest.mark.parametrize(
    ("processes", "kept", "locked", "counts"),
    [
        (["web", "worker"], {}, {}, {"web": 1, "worker": 0}),
        (["worker", "web"], {"worker": 3}, {}, {"web": 1, "worker": 3}),
        (["web", "worker"], {"web": 2, "worker": 3}, {"web": 4}, {"web": 4, "worker": 3}),
        (["web"], {"web": 0, "gone": 5}, {"gone": 1}, {"web": 0}),
        (["web", "release"], {}, {}, {"web": 1}),
        (["clock"], {}, {}, {"clock": 0}),
    ],
)
def test_web_runs_once_and_others_when_told_to(processes, kept, locked, counts):
    found = formation(dict.fromkeys(processes, "a"), kept=kept, locked=locked)
    assert found == counts
    assert list(found) == list(counts)
