"""What is built is what is set, else what the files tell of; the Dockerfile says it in full."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.deployments.plans.recipes import LANGUAGE_OF, RECIPE_OF, detect, dockerfile
from paas.errors import Invalid
from paas.settings import BASE_IMAGES


@pytest.mark.parametrize(
    ("files", "language", "why"),
    [
        (["requirements.txt"], "python", "requirements.txt was found"),
        (["pyproject.toml"], "python", "pyproject.toml was found"),
        (["Gemfile"], "ruby", "Gemfile was found"),
        (["package.json"], "node", "package.json was found"),
        (["go.mod"], "go", "go.mod was found"),
        (["index.html"], "static", "index.html was found"),
        (["Dockerfile", "requirements.txt"], "", "Dockerfile was found"),
        (["package.json", "requirements.txt", "index.html"], "python", "requirements.txt was found"),
        (["index.html", "go.mod"], "go", "go.mod was found"),
    ],
)
def test_the_files_tell_what_to_build(files, language, why):
    texts = {name: "{}" if name == "package.json" else "" for name in files}
    build = detect(texts)
    assert (build.language, build.why) == (language, why)
    assert (build.recipe is None) == (language == "")


@pytest.mark.parametrize(
    ("settings", "language", "path"),
    [
        ({"build": "node"}, "node", "Dockerfile"),
        ({"build": "static"}, "static", "Dockerfile"),
        ({"build": "dockerfile"}, "", "Dockerfile"),
        ({"build": "dockerfile", "dockerfile": "deploy/Dockerfile"}, "", "deploy/Dockerfile"),
        ({"dockerfile": "deploy/Dockerfile"}, "", "deploy/Dockerfile"),
        ({"build": "python", "dockerfile": "deploy/Dockerfile"}, "python", "Dockerfile"),
    ],
)
def test_what_is_set_counts(settings, language, path):
    names = ["Dockerfile", "deploy/Dockerfile", "requirements.txt", "index.html"]
    build = detect({**dict.fromkeys(names, ""), "package.json": "{}"}, **settings)
    assert (build.language, build.dockerfile) == (language, path)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "There is no Dockerfile, requirements.txt, pyproject.toml, Gemfile, package.json, go.mod or index.html"),
        ({"build": "python"}, "There is no requirements.txt or pyproject.toml in the app's folder"),
        ({"build": "go"}, "There is no go.mod in the app's folder"),
        ({"build": "dockerfile"}, "There is no Dockerfile in the app's folder"),
        ({"dockerfile": "deploy/Dockerfile"}, "There is no deploy/Dockerfile in the app's folder"),
    ],
)
def test_nothing_to_build_is_said(settings, said):
    with pytest.raises(Invalid) as refused:
        detect({"README.md": "", "setup.py": ""}, **settings)
    assert said in refused.value.message


def test_the_whole_dockerfile():
    files = {"requirements.txt": "flask"}
    images = {**BASE_IMAGES, "python": "registry.example.org/python:{version}-mine"}
    assert dockerfile(detect(files), images, ["TOKEN", "MODE"]) == (
        "# Made by Quayside, as requirements.txt was found. To change it, commit it as Dockerfile.\n"
        "\n"
        "FROM registry.example.org/python:3.13-mine\n"
        "\n"
        "ENV PYTHONUNBUFFERED=1\n"
        "ENV PIP_NO_CACHE_DIR=1\n"
        "ENV PIP_DISABLE_PIP_VERSION_CHECK=1\n"
        "\n"
        "ARG MODE\n"
        "ARG TOKEN\n"
        "\n"
        "WORKDIR /app\n"
        "COPY requirements.txt ./\n"
        "RUN python3 -m pip install -r requirements.txt\n"
        "COPY . .\n"
    )


def test_the_same_files_give_the_same_dockerfile():
    files = {"requirements.txt": "-r a.txt\n-r b.txt", "b.txt": "", "a.txt": ""}
    assert dockerfile(detect(files), BASE_IMAGES, {"B", "A"}) == dockerfile(detect(files), BASE_IMAGES, ["A", "B"])


def test_a_static_site_is_served_with_its_own_page_for_what_is_not_there():
    text = dockerfile(detect({"index.html": "", "404.html": ""}), BASE_IMAGES)
    assert "'E404:/app/404.html'" in text
    assert "E404" not in dockerfile(detect({"index.html": ""}), BASE_IMAGES)


def test_every_language_has_a_recipe_and_a_base_image():
    assert set(LANGUAGE_OF.values()) == set(RECIPE_OF)
    assert set(BASE_IMAGES) == {*RECIPE_OF, "go-run"}


READ = ["requirements.txt", "pyproject.toml", "Gemfile", "Gemfile.lock", "package.json", "go.mod", "main.go"]
VERSIONS = [".python-version", "runtime.txt", ".ruby-version", ".nvmrc", "yarn.lock", "uv.lock"]
PIECES = [
    "\n",
    "RUN reboot",
    "-r a\nb",
    "[project]\ndependencies=['",
    "']",
    '{"engines":{"node":"',
    "module a/",
    "go 1.",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=6).map("".join)


@given(st.dictionaries(st.sampled_from([*READ, *VERSIONS]), TEXTS))
def test_nothing_that_a_repository_says_becomes_an_instruction(files):
    known = ("#", "FROM ", "ENV ", "ARG ", "WORKDIR /app", "COPY ", "RUN ", "CMD exec ")
    try:
        text = dockerfile(detect(files), BASE_IMAGES)
    except Invalid:
        return
    lines = [line for line in text.split("\n") if line]
    assert all(line.startswith(known) for line in lines)
    assert not any("reboot" in line for line in lines if line.startswith("RUN") and not line.startswith("RUN ["))
