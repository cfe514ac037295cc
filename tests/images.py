"""The images of the tests' containers, made from this machine's own programs and imported once per engine."""

import os
import sys
from pathlib import Path

import pytest

from tests.engines import PrivateEngine
from tools import debian
from tools.images import pack, with_libraries

APPLETS = (
    "awk cat chmod chown cp date dd echo env false head httpd id kill ls mkdir mv nc printf rm seq sh sleep sort tail "
    "test touch true wc wget yes"
)
BUSYBOX = "quayside-test/busybox:1"
PYTHON = "quayside-test/python:1"

# What scripts that write log lines import. The whole standard library would be 60 MB more.
PACKAGES = ("collections", "encodings", "importlib", "json", "logging", "re")
EXTENSIONS = ("_datetime", "_json", "_random", "_socket", "_struct", "array", "math", "select")


def busybox(engine: PrivateEngine) -> str:
    """2 MB with a shell, the usual tools and a web server. Its shell writes some ten thousand lines a second, ``seq`` a
    million."""
    return _imported(engine, BUSYBOX, _busybox)


def python(engine: PrivateEngine) -> str:
    """The Python that runs the tests, as ``python3``: for writers that keep an exact pace (``tests/writers.py``)."""
    return _imported(engine, PYTHON, _python)


def _imported(engine, name, make) -> str:
    if not engine.client.images.list(name):
        repository, _, tag = name.partition(":")
        engine.client.api.import_image_from_data(make(), repository=repository, tag=tag)
    return name


def _busybox() -> bytes:
    program = debian.find("busybox")
    if program is None:
        pytest.skip("engine: busybox is not installed (Debian: apt-get install busybox-static)")
    return pack(with_libraries(program), links={f"/bin/{name}": program for name in APPLETS.split()})


def _python() -> bytes:
    library = Path(os.__file__).parent
    program = os.path.realpath(sys._base_executable)
    extensions = [file for name in EXTENSIONS for file in library.glob(f"lib-dynload/{name}.*.so")]
    files = [
        *with_libraries(program),
        *(file for extension in extensions for file in with_libraries(extension)),
        *library.glob("*.py"),
        *(library / package for package in PACKAGES),
    ]
    return pack(files, links={"/bin/python3": program})
