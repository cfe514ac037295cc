"""The generated Dockerfiles are built on a real engine, and what comes out of them runs."""

import contextlib
import io
import itertools
import zipfile

import pytest

from paas.apps.app import Wanted
from paas.deployments.plans.plan import draw
from paas.deployments.source.checkout import Checkout
from paas.deployments.source.source import Source, fetch
from paas.engine.context import pack
from paas.engine.engine import Engine
from paas.errors import Invalid
from paas.settings import BASE_IMAGES, Settings
from tests import images
from tests.repositories import Repository
from tests.waiting import eventually

_numbers = itertools.count(1)


class Built:
    """An image of an app, what the builder said, and a container of it."""

    def __init__(self, engine, image, said, stack):
        self.engine, self.image, self.said, self._stack = engine, image, said, stack

    @property
    def cached(self):
        return self.said.count("Using cache")

    def start(self, command=None, **environment):
        container = self.engine.client.containers.run(
            self.image, command, detach=True, init=True, stop_signal="SIGKILL", environment=environment
        )
        self._stack.callback(container.remove, force=True, v=True)
        return container

    def output(self, *command):
        container = self.start(list(command))
        assert container.wait()["StatusCode"] == 0, container.logs().decode()
        return container.logs().decode()


@pytest.fixture
def build(engine, tmp_path):
    """``build(files)`` as a deployment would: from a repository, through the plan, by the engine's builder."""
    base = {"python": images.python_with_pip(engine), "static": images.busybox(engine)}
    settings = Settings(
        data_dir=tmp_path / "data",
        docker_host=engine.host,
        local_repositories=tmp_path,
        base_images=BASE_IMAGES | base,
    )
    repository = Repository(tmp_path / "app.git")
    with contextlib.ExitStack() as stack:

        def build(files, *, variables=None, **wanted):
            number = next(_numbers)
            repository.commit(files)
            fetch(Source(repository.address), tmp_path / f"{number}", settings=settings, say=lambda _line: None)
            checkout = Checkout(tmp_path / f"{number}")
            plan = draw(checkout, Wanted("app", **wanted), settings.base_images, tuple(variables or {}))
            archive, said = tmp_path / f"{number}.tar", []
            dockerfile = pack(checkout.path, archive, dockerfile=plan.build.dockerfile, recipe=plan.recipe)
            with archive.open("rb") as context:
                image = Engine(settings).images.build(
                    context,
                    tag=f"recipes/app:{number}",
                    dockerfile=dockerfile,
                    say=said.append,
                    build_args=variables or {},
                )
            stack.callback(engine.client.images.remove, f"recipes/app:{number}", force=True)
            return Built(engine, image, "".join(said), stack)

        yield build


PYTHON = {"Procfile": "web: python3 app.py", "app.py": "import greeting; print(greeting.greet('shop'))"}


def wheel(name, text):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{name}.py", text)
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return buffer.getvalue()


def test_python_with_requirements_runs_and_takes_them_from_the_cache(build):
    files = {"requirements.txt": "-r more.txt\n", "more.txt": "greeting==1.0\n", **PYTHON}
    assert build(files).output("python3", "app.py") == "hello shop\n"
    changed = build({**files, "app.py": "import greeting; print(greeting.greet('ada'))"})
    assert changed.output("python3", "app.py") == "hello ada\n"
    assert "Successfully installed" not in changed.said
    again = build({**files, "app.py": "import greeting; print(greeting.greet('ada'))"})
    assert again.cached > changed.cached >= 6


def test_python_with_a_package_of_its_own_runs(build):
    files = {"requirements.txt": "./wheels/local-1.0-py3-none-any.whl\n", "app.py": "import local; print(local.WORD)"}
    files |= {"wheels/local-1.0-py3-none-any.whl": wheel("local", "WORD = 'mine'"), "Procfile": "web: a"}
    assert build(files).output("python3", "app.py") == "mine\n"


def test_python_without_packages_runs(build):
    built = build({"requirements.txt": "", "Procfile": "web: a", "app.py": "print('alone')"})
    assert built.output("python3", "app.py") == "alone\n"


def test_python_whose_packages_stand_in_its_project_runs(build):
    built = build(
        {"pyproject.toml": "[project]\nname='shop'\nversion='1'\ndependencies=['greeting >= 1.0']\n", **PYTHON}
    )
    assert built.output("python3", "app.py") == "hello shop\n"
    assert "Using cache" not in built.said.partition("greeting")[0].rpartition("Step")[2]


def test_a_package_that_is_not_there_fails_the_build_with_pips_words(build):
    with pytest.raises(Invalid, match="returned a non-zero code: 1"):
        build({"requirements.txt": "nowhere==9\n", **PYTHON})


def test_a_variable_for_the_build_is_there_in_the_build_and_not_in_what_runs(build):
    files = {"requirements.txt": "${SHOP_PACKAGE}==1.0\n", **PYTHON}
    built = build(files, variables={"SHOP_PACKAGE": "greeting"})
    assert built.output("python3", "app.py") == "hello shop\n"
    assert built.output("python3", "-c", "import os; print(os.environ.get('SHOP_PACKAGE'))") == "None\n"


def answer(container, path):
    """What a browser would see: the headers that count, and the body."""
    request = ["sh", "-c", f"printf 'GET {path} HTTP/1.0\\r\\n\\r\\n' | nc 127.0.0.1 7000"]
    head, _, body = container.exec_run(request).output.decode().partition("\r\n\r\n")
    status, *headers = head.split("\r\n")
    kinds = [header.partition(": ")[2] for header in headers if header.lower().startswith("content-type")]
    return status.split()[1] if status else "", kinds[0] if kinds else "", body


def test_a_static_site_is_served(build):
    files = {
        "index.html": "<h1>shop</h1>",
        "404.html": "nothing here",
        "app.wasm": "wasm",
        "module.mjs": "js",
        "style.css": "css",
        "site.webmanifest": "{}",
        "about/index.html": "about",
        ".env": "SECRET=1",
        ".well-known/security.txt": "mail",
        "about/.htpasswd": "secret",
    }
    container = build(files).start(PORT="7000")
    eventually(lambda: answer(container, "/")[0] == "200", what="the site is served")
    assert answer(container, "/") == ("200", "text/html", "<h1>shop</h1>")
    assert answer(container, "/about/") == ("200", "text/html", "about")
    assert answer(container, "/app.wasm") == ("200", "application/wasm", "wasm")
    assert answer(container, "/module.mjs") == ("200", "text/javascript", "js")
    assert answer(container, "/style.css") == ("200", "text/css", "css")
    assert answer(container, "/site.webmanifest") == ("200", "application/manifest+json", "{}")
    assert answer(container, "/.well-known/security.txt")[2] == "mail"
    for path in ("/none", "/.env", "/about/.htpasswd", "/.quayside.Dockerfile", "/.dockerignore"):
        assert answer(container, path)[::2] == ("404", "nothing here"), path
    for path in ("/../etc/httpd.conf", "/about/../../etc/httpd.conf", "/%2e%2e/etc/httpd.conf"):
        assert "application/wasm" not in answer(container, path)[2]


def test_a_change_of_a_static_site_is_built_in_a_moment(build):
    build({"index.html": "one"})
    assert build({"index.html": "two"}).cached == 2
