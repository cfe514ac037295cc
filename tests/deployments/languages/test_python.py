"""Python apps: packages are installed before the code is copied, whoever lists them."""

import pytest

from paas.errors import Invalid
from tests.deployments.languages.reading import base, build, command, notes, steps

PIP = "RUN python3 -m pip install"


@pytest.mark.parametrize(
    ("requirements", "others", "copied"),
    [
        ("flask==3.0\n", {}, ["COPY requirements.txt ./"]),
        ("", {}, ["COPY requirements.txt ./"]),
        ("-r base.txt", {"base.txt": ""}, ["COPY requirements.txt base.txt ./"]),
        (
            "-r requirements/web.txt  # the page\n--constraint=limits.txt\n",
            {"requirements/web.txt": "-r base.txt", "requirements/base.txt": "flask", "limits.txt": ""},
            ["COPY requirements.txt limits.txt ./", "COPY requirements/web.txt requirements/base.txt ./requirements/"],
        ),
        ("-rbase.txt\n-r base.txt", {"base.txt": "-r requirements.txt"}, ["COPY requirements.txt base.txt ./"]),
        (
            "./wheels/shop-1.0-py3-none-any.whl\nwheels/more-2.tar.gz",
            {"wheels/shop-1.0-py3-none-any.whl": "", "wheels/more-2.tar.gz": ""},
            ["COPY requirements.txt ./", "COPY wheels/shop-1.0-py3-none-any.whl wheels/more-2.tar.gz ./wheels/"],
        ),
        ("-r https://example.org/all.txt\nhttps://example.org/a.whl", {}, ["COPY requirements.txt ./"]),
        ("-e git+https://example.org/a.git#egg=a", {}, ["COPY requirements.txt ./"]),
        ("--find-links https://example.org/wheels\nflask", {}, ["COPY requirements.txt ./"]),
        ("shop @ https://example.org/shop.zip", {}, ["COPY requirements.txt ./"]),
        ("flask \\\n  --hash=sha256:00 \\\n  --hash=sha256:11", {}, ["COPY requirements.txt ./"]),
        ("# -e .\n", {}, ["COPY requirements.txt ./"]),
    ],
)
def test_requirements_are_copied_with_what_they_name(requirements, others, copied):
    files = {"requirements.txt": requirements, **others}
    assert steps(files) == [*copied, f"{PIP} -r requirements.txt", "COPY . ."]
    assert notes(files) == ()


@pytest.mark.parametrize(
    "requirements",
    [
        "-e .",
        "--editable=./shop",
        ".",
        ".[web]",
        "./shop",
        "/opt/shop",
        "-f wheels",
        "--find-links ./wheels",
        "shop @ file:///app/shop",
        "-r missing.txt",
        "./missing.whl",
        "-r ../outside.txt",
        "-r $HOME.txt",
        "./a*.whl",
    ],
)
def test_requirements_that_name_a_folder_are_installed_from_all_files(requirements):
    files = {"requirements.txt": requirements, "../outside.txt": "", "$HOME.txt": "", "a*.whl": ""}
    assert steps(files) == ["COPY . .", f"{PIP} -r requirements.txt"]
    assert "installed anew whenever a file changes" in notes(files)[0]


def test_requirements_without_end_are_refused():
    endless = {f"{number}.txt": f"-r {number + 1}.txt" for number in range(200)}
    with pytest.raises(Invalid, match="includes more than 100 other lists"):
        steps({"requirements.txt": "-r 0.txt", **endless})


def test_a_project_is_installed_by_uv_as_it_is_locked():
    assert steps({"pyproject.toml": "[project]", "uv.lock": ""}) == [
        f"{PIP} uv",
        "COPY pyproject.toml uv.lock ./",
        "RUN uv sync --locked --no-dev --no-install-project",
        "COPY . .",
        "RUN uv sync --locked --no-dev",
    ]
    assert "ENV PATH=/opt/venv/bin:$PATH" in build({"pyproject.toml": "", "uv.lock": ""})


@pytest.mark.parametrize("table", ["[tool.uv.workspace]\nmembers=[]", "[tool.uv.sources]\nlib = {path = 'lib'}"])
def test_a_workspace_of_uv_needs_all_files(table):
    files = {"pyproject.toml": table, "uv.lock": ""}
    assert steps(files) == [f"{PIP} uv", "COPY . .", "RUN uv sync --locked --no-dev"]
    assert "pyproject.toml installs from folders" in notes(files)[0]


@pytest.mark.parametrize(
    ("project", "lock", "is_installed"),
    [
        ("[tool.poetry]", {"poetry.lock": ""}, False),
        ("[project]\nname='shop'", {"poetry.lock": ""}, False),
        ("[tool.poetry]\npackages=[{include='shop'}]", {"poetry.lock": ""}, True),
        ("[project.scripts]\nshop='shop:main'\n[tool.poetry]", {"poetry.lock": ""}, True),
        ("[tool.poetry]", {}, False),
    ],
)
def test_a_project_is_installed_by_poetry(project, lock, is_installed):
    files = {"pyproject.toml": project, **lock}
    assert steps(files) == [
        f"{PIP} poetry",
        f"COPY {' '.join(['pyproject.toml', *lock])} ./",
        "RUN poetry install --only main --no-root",
        "COPY . .",
        *(["RUN poetry install --only main"] if is_installed else []),
    ]
    assert bool(notes(files)) != bool(lock)


@pytest.mark.parametrize(
    ("project", "expected"),
    [
        ("", ["COPY . ."]),
        ("[tool.ruff]", ["COPY . ."]),
        (
            "[project]\ndependencies=['flask>=3', 'a; python_version < \"3\"', 'x$HOME`y`']",
            [
                'RUN ["python3", "-m", "pip", "install", "--", "flask>=3", "a; python_version < \\"3\\"", "x$HOME`y`"]',
                "COPY . .",
            ],
        ),
        (
            "[build-system]\nrequires=[]\n[project]\ndependencies=['flask']",
            ['RUN ["python3", "-m", "pip", "install", "--", "flask"]', "COPY . .", f"{PIP} --no-deps ."],
        ),
        ("[project]\ndynamic=['dependencies']", ["COPY . .", f"{PIP} ."]),
    ],
)
def test_a_project_of_no_tool_is_installed_by_pip(project, expected):
    assert steps({"pyproject.toml": project}) == expected


@pytest.mark.parametrize(
    ("project", "said"),
    [
        ("a = 1\n[project\n", "pyproject.toml cannot be read: .*line 2"),
        ("[project]\ndependencies='flask'", "dependencies must be a list of texts"),
        ('[project]\ndependencies=["a\\nRUN true"]', "dependencies must be a list of texts"),
        ("a = " + "[" * 5000, "pyproject.toml cannot be read"),
    ],
)
def test_a_wrong_project_is_named(project, said):
    with pytest.raises(Invalid, match=said):
        steps({"pyproject.toml": project})


@pytest.mark.parametrize(
    ("files", "image"),
    [
        ({}, "python:3.13-slim"),
        ({".python-version": "3.12\n"}, "python:3.12-slim"),
        ({".python-version": "# pyenv\n3.11.4\n3.12\n"}, "python:3.11.4-slim"),
        ({"runtime.txt": "python-3.10.2"}, "python:3.10.2-slim"),
        ({".python-version": "pypy3.10"}, "python:3.13-slim"),
        ({".python-version": "3.12 AS x\nRUN true"}, "python:3.13-slim"),
        ({".python-version": ""}, "python:3.13-slim"),
    ],
)
def test_the_version_is_the_one_asked_for(files, image):
    assert base({"requirements.txt": "", **files}) == image


def test_how_to_start_is_for_the_procfile_to_say():
    assert command({"requirements.txt": ""}) is None


def test_requirements_go_before_a_project():
    assert "COPY requirements.txt ./" in steps({"requirements.txt": "", "pyproject.toml": "", "uv.lock": ""})
