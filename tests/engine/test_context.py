"""What of a folder the engine's builder gets."""

import tarfile

import pytest

from paas.engine.context import RECIPE, pack


@pytest.fixture
def folder(tmp_path):
    top = tmp_path / "source"
    for name in ("app.py", "Dockerfile", "notes/todo.txt", "notes/keep.txt", ".git/HEAD", "sub/.git", "sub/code.py"):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(f"the text of {name}")
    return top


def _packed(folder, tmp_path, **options):
    name = pack(folder, tmp_path / "context.tar", **{"dockerfile": "Dockerfile", **options})
    with tarfile.open(tmp_path / "context.tar") as tar:
        return name, {member.name: member for member in tar.getmembers()}, _texts(tar)


def _texts(tar):
    return {member.name: tar.extractfile(member).read().decode() for member in tar.getmembers() if member.isfile()}


def test_everything_but_git_is_packed(folder, tmp_path):
    name, members, _ = _packed(folder, tmp_path)
    assert name == "Dockerfile"
    assert sorted(members) == [
        "Dockerfile", "app.py", "notes", "notes/keep.txt", "notes/todo.txt", "sub", "sub/code.py",
    ]  # fmt: skip


def test_git_stays_out_whatever_the_ignore_file_says(folder, tmp_path):
    _, members, _ = _packed(folder, tmp_path, ignore="!.git\n!sub/.git\n")
    assert not [name for name in members if ".git" in name]


def test_the_ignore_file_leaves_out_and_takes_back_in(folder, tmp_path):
    _, members, _ = _packed(folder, tmp_path, ignore="# not this\n\n  notes/*  \n!notes/keep.txt\nDockerfile\n")
    assert "notes/todo.txt" not in members
    assert {"notes/keep.txt", "Dockerfile", "app.py"} <= members.keys(), "the builder itself needs the Dockerfile"


def test_a_recipe_is_added_and_kept_out_of_the_image(folder, tmp_path):
    (folder / RECIPE).write_text("somebody's own file of that name")
    name, _, texts = _packed(folder, tmp_path, recipe="FROM scratch\n", ignore="notes\n")
    assert name == RECIPE
    assert texts[RECIPE] == "FROM scratch\n"
    assert texts[".dockerignore"].split() == ["notes", ".dockerignore", RECIPE]
    assert texts["Dockerfile"] == "the text of Dockerfile"
    assert not (folder / ".dockerignore").exists(), "the folder stays as it is"


def test_links_are_packed_as_links(folder, tmp_path):
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "etc").symlink_to("/etc")
    _, members, texts = _packed(folder, tmp_path)
    assert (members["passwd"].issym(), members["passwd"].linkname) == (True, "/etc/passwd")
    assert members["etc"].issym()
    assert not [name for name in members if name.startswith("etc/")]
    assert not [text for text in texts.values() if "root:" in text]
