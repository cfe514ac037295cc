"""The images of the tests' containers, made from this machine's own programs and imported once per engine."""

import importlib.util
import io
import os
import sys
import tarfile
import zipfile
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
PYTHON_WITH_PIP = "quayside-test/python-with-pip:1"

# What scripts that write log lines import. The whole standard library would be 60 MB more.
PACKAGES = ("collections", "encodings", "importlib", "json", "logging", "re")
# What takes much room and no app of a test imports.
LEFT_OUT = {"__pycache__", "ensurepip", "idlelib", "lib2to3", "site-packages", "dist-packages", "test", "tests"}
EXTENSIONS = ("_datetime", "_json", "_random", "_socket", "_struct", "array", "math", "select")


def busybox(engine: PrivateEngine) -> str:
    """2 MB with a shell, the usual tools and a web server. Its shell writes some ten thousand lines a second, ``seq`` a
    million."""
    return _imported(engine, BUSYBOX, _busybox)


def python(engine: PrivateEngine) -> str:
    """The Python that runs the tests, as ``python3``: for writers that keep an exact pace (``tests/writers.py``)."""
    return _imported(engine, PYTHON, _python)


def python_with_pip(engine: PrivateEngine) -> str:
    """The same with all of its library, a shell and pip: what a Python app is built from. pip finds one package there,
    ``greeting`` 1.0 with a function ``greet``, and asks nobody for others."""
    pip = importlib.util.find_spec("pip")
    if pip is None or pip.origin is None:
        pytest.skip("engine: this Python has no pip to make an image of")
    folder = Path(pip.origin).parent
    environment = {"PYTHONPATH": str(folder.parent), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels"}
    return _imported(engine, PYTHON_WITH_PIP, lambda: _python_with_pip(folder), environment)


def _imported(engine, name, make, environment=None) -> str:
    if not engine.client.images.list(name):
        repository, _, tag = name.partition(":")
        changes = [f"ENV {key}={value}" for key, value in (environment or {}).items()]
        engine.client.api.import_image_from_data(make(), repository=repository, tag=tag, changes=changes)
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


def _python_with_pip(pip: Path) -> bytes:
    library = Path(os.__file__).parent
    shell = debian.find("busybox")
    if shell is None:
        pytest.skip("engine: busybox is not installed (Debian: apt-get install busybox-static)")
    program = os.path.realpath(sys._base_executable)
    modules = [file for top in (library, pip) for file in top.rglob("*") if _is_needed(file, top)]
    extensions = [needed for file in library.glob("lib-dynload/*.so") for needed in with_libraries(file)]
    files = [*with_libraries(shell), *with_libraries(program), *modules, *extensions]
    links = {f"/bin/{name}": shell for name in APPLETS.split()}
    packed = pack(files, links={**links, "/bin/python3": program})
    return _with(packed, "wheels/greeting-1.0-py3-none-any.whl", _wheel())


def _is_needed(file: Path, top: Path) -> bool:
    # EXTERNALLY-MANAGED is Debian's word to pip that it may not install anything.
    is_left_out = LEFT_OUT & set(file.relative_to(top).parts) or file.suffix == ".a"
    return file.is_file() and not is_left_out and file.name != "EXTERNALLY-MANAGED"


def _wheel() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as wheel:
        wheel.writestr("greeting.py", 'def greet(name):\n    return f"hello {name}"\n')
        wheel.writestr("greeting-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n")
        tags = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr("greeting-1.0.dist-info/WHEEL", tags)
        wheel.writestr("greeting-1.0.dist-info/RECORD", "")
    return buffer.getvalue()


def _with(packed: bytes, path: str, content: bytes) -> bytes:
    """The tar with one more file."""
    buffer = io.BytesIO(packed)
    with tarfile.open(fileobj=buffer, mode="a") as tar:
        entry = tarfile.TarInfo(path)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
