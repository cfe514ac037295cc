"""The house is as its map says: who may import whom, what is kept where, how large a file may be."""

import subprocess
from pathlib import Path

import pytest

from tests import house_rules as rules

HERE = Path(__file__).resolve().parent.parent
OURS = ("app.py", "paas", "tools", "demo", "bench", "soak", "tests", "static/js", "static/css", "templates")


def _files(*suffixes: str) -> list[str]:
    """What is ours in the checkout, tracked or about to be, in a fixed order."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *OURS],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    # A copy without its .git has nothing to list by.
    listed = listed or [str(f.relative_to(HERE)) for top in OURS for f in [HERE / top, *(HERE / top).rglob("*")]]
    return sorted(name for name in set(listed) if name.endswith(suffixes) and (HERE / name).is_file())


def _modules() -> list[tuple[str, str, list[str]]]:
    """(module, source, imports) of app.py and everything in paas/."""
    found = []
    for path in _files(".py"):
        if path == "app.py" or path.startswith("paas/"):
            name, source = rules.module_name(path), (HERE / path).read_text()
            found.append((name, source, list(rules.imports(name, source, is_package=path.endswith("__init__.py")))))
    return found


def _broken(check) -> list[str]:
    return [problem for module, source, imported in _modules() for problem in check(module, source, imported)]


def test_imports_point_down_the_list():
    assert _broken(lambda module, _, imported: rules.breaks_of_order(module, imported)) == []


def test_flask_docker_and_eventlet_stay_at_home():
    assert _broken(lambda module, _, imported: rules.strangers(module, imported)) == []


def test_pure_files_import_the_standard_library_alone():
    assert _broken(lambda module, _, imported: rules.impurities(module, imported)) == []


def test_only_settings_read_the_environment():
    assert _broken(lambda module, source, _: rules.environment_readers(module, source)) == []


def test_the_house_has_its_rooms():
    modules = {module for module, _, _ in _modules()}
    assert {"paas.wiring", "paas.settings", "paas.web.factory", "paas.logs.hub", "paas.logs.reading.cursor"} <= modules
    for name in ("app.py", "requirements.txt", "paas", "templates", "static", "tests", "Procfile"):
        assert (HERE / name).exists(), name
    assert list(rules.imports("paas", (HERE / "paas/__init__.py").read_text(), is_package=True)) == []


def test_files_stay_short():
    def lines(path):
        return len((HERE / path).read_text().splitlines())

    assert lines("app.py") <= 25
    assert {path: lines(path) for path in _files(".py", ".js", ".html") if lines(path) > 300} == {}


def test_names_say_what_is_in_them():
    assert [problem for path in _files(".py", ".js") for problem in rules.poor_names(path)] == []


def test_pages_hold_no_script_and_no_style():
    pages = [path for path in _files(".html") if path.startswith("templates/")]
    found = {path: rules.inline_code((HERE / path).read_text()) for path in pages}
    assert {path: problems for path, problems in found.items() if problems} == {}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("paas.logs.hub", "from paas.web.factory import create_app"),
        ("paas.logs.hub", "from paas import wiring"),
        ("paas.logs.hub", "def late():\n    import paas.web"),
        ("paas.logs.hub", "from paas.metrics import sampler"),
        ("paas.logs.hub", "from ..metrics import sampler"),
        ("paas.cli", "from paas.web import factory"),
        ("paas.web.api.containers", "from paas.web.pages import containers"),
        ("paas.errors", "from paas.storage import database"),
        ("paas.logs.hub", "from paas.newcomer import anything"),
    ],
)
def test_an_import_that_points_up_is_found(module, source):
    assert list(rules.breaks_of_order(module, list(rules.imports(module, source))))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("app", "from paas.wiring import build"),
        ("paas.web.context", "from paas.wiring import Services"),
        (
            "paas.logs.hub",
            "from paas.engine.containers import read_log\nfrom paas.logs import feed\nimport json",
        ),
        ("paas.web.live.logs", "from ..identity import actor"),
    ],
)
def test_an_import_that_points_down_is_not(module, source):
    assert not list(rules.breaks_of_order(module, list(rules.imports(module, source))))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("paas.logs.hub", "import flask"),
        ("paas.accounts.users", "from flask_login import UserMixin"),
        ("paas.logs.container.poller", "from docker.errors import APIError"),
        ("paas.web.live.logs", "import eventlet.queue"),
    ],
)
def test_a_library_outside_its_home_is_found(module, source):
    assert list(rules.strangers(module, list(rules.imports(module, source))))


@pytest.mark.parametrize(
    "source", ["import orjson", "from paas.logs import hub", "import socket", "from paas import engine"]
)
def test_an_impure_import_is_found(source):
    assert list(rules.impurities("paas.logs.reading.cursor", list(rules.imports("paas.logs.reading.cursor", source))))
    assert not list(rules.impurities("paas.logs.hub", list(rules.imports("paas.logs.hub", source))))


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['HOME']",
        "import os\nos.getenv('HOME')",
        "from os import environ\nhome = environ.get('HOME')",
        "import os\nhome = dict(os.environ)",
        "import os\nbuild(Settings.from_environment(os.environ), os.environ)",
    ],
)
def test_a_reader_of_the_environment_is_found(source):
    assert list(rules.environment_readers("paas.cli", source))


@pytest.mark.parametrize(
    "source",
    [
        "import os\nbuild(Settings.from_environment(os.environ))",
        "from os import environ\nbuild(Settings.from_environment(environ))",
        "def application(environ, start_response):\n    environ.pop('HTTP_ORIGIN')",
    ],
)
def test_handing_it_to_settings_is_not_reading_it(source):
    assert not list(rules.environment_readers("paas.cli", source))


def test_only_concurrency_may_set_a_variable_and_it_reads_none():
    setting, reading = "import os\nos.environ['A'] = 'b'", "import os\na = os.environ['A']"
    assert not list(rules.environment_readers("paas.concurrency", setting))
    assert list(rules.environment_readers("paas.concurrency", reading))
    assert list(rules.environment_readers("paas.concurrency.server", setting))


@pytest.mark.parametrize(
    "template",
    [
        "<script>alert(1)</script>",
        '<script type="module">import "x"</script>',
        "<style>p { color: red }</style>",
        '<p style="color: red">',
        '<button onclick="go()">',
        '<a href="javascript:go()">',
        '{% if a > b %}<p\n{{ "x" }} style="width: {{ width }}%">{% endif %}',
    ],
)
def test_inline_code_is_found(template):
    assert rules.inline_code(template)


def test_a_proper_page_passes():
    page = (
        '<script type="module" src="{{ url_for("static", filename="js/page.js") }}"></script><p class="on" data-on="1">'
    )
    assert rules.inline_code(page) == []


@pytest.mark.parametrize(
    "path", ["paas/utils.py", "paas/logs/helpers.py", "paas/data/__init__.py", "static/js/common.js"]
)
def test_an_empty_name_is_found(path):
    assert list(rules.poor_names(path))
