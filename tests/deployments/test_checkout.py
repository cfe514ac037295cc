"""What is read of a checkout is in it, however its authors have laid their links."""

import os

import pytest

from paas.deployments.source.checkout import MOST_BYTES, Checkout
from paas.errors import Invalid, NotFound


@pytest.fixture
def top(tmp_path):
    (tmp_path / "secret").write_text("the machine's own")
    top = tmp_path / "checkout"
    (top / ".git").mkdir(parents=True)
    (top / ".git/config").write_text("[core]")
    (top / "api").mkdir()
    (top / "api/Procfile").write_text("web: a")
    (top / "Procfile").write_text("web: b")
    return top


def link(top, path, target):
    (top / path).symlink_to(target)


def test_files_are_texts_by_their_path(top):
    files = Checkout(top)
    assert files["Procfile"] == "web: b"
    assert files["api/Procfile"] == "web: a"
    assert Checkout(top, "api")["Procfile"] == "web: a"
    assert list(files) == ["Procfile", "api"]
    assert len(files) == 2
    assert "api/Procfile" in files


@pytest.mark.parametrize("path", ["app.json", "api", "", "a\0b", "/etc/passwd", "Procfile/a"])
def test_what_is_no_file_is_not_there(top, path):
    files = Checkout(top)
    assert path not in files
    assert files.get(path) is None


def test_a_link_within_the_repository_is_followed(top):
    link(top, "api/app.json", "../Procfile")
    link(top, "web", "api")
    assert Checkout(top, "api")["app.json"] == "web: b"
    assert Checkout(top, "web")["Procfile"] == "web: a"


@pytest.mark.parametrize(
    "target",
    [
        "/etc/passwd",
        "../secret",
        "api/../../secret",
        "../checkout/../secret",
        ".git/config",
        "/proc/self/environ",
        "out",
    ],
)
def test_a_link_out_of_the_repository_is_refused(top, target):
    link(top, "out", "../secret")
    link(top, "app.json", target)
    files = Checkout(top)
    for ask in (files.get, files.__contains__):
        with pytest.raises(Invalid, match=r"app\.json leads out of the repository"):
            ask("app.json")


@pytest.mark.parametrize("target", ["/", "..", "/etc", "api/../..", ".git"])
def test_a_folder_out_of_the_repository_is_refused(top, target):
    link(top, "web", target)
    with pytest.raises(Invalid, match=r"The folder web leads out of the repository"):
        Checkout(top, "web")
    with pytest.raises(Invalid, match=r"leads out of the repository"):
        Checkout(top).get("web/passwd")


@pytest.mark.parametrize("path", ["../secret", "api/../../secret", ".git/config", "api/../.git/config"])
def test_a_path_out_of_the_repository_is_refused(top, path):
    with pytest.raises(Invalid, match=r"leads out of the repository"):
        Checkout(top).get(path)


def test_a_link_that_goes_in_circles_is_refused(top):
    link(top, "app.json", "circle")
    link(top, "circle", "app.json")
    with pytest.raises(Invalid, match=r"app\.json is a symbolic link that leads nowhere"):
        Checkout(top).get("app.json")


def test_a_link_to_nothing_is_no_file(top):
    link(top, "app.json", "gone")
    assert "app.json" not in Checkout(top)


@pytest.mark.parametrize("folder", ["shop", "Procfile", "api/more"])
def test_a_missing_folder_is_said(top, folder):
    with pytest.raises(NotFound, match=f"has no folder {folder}"):
        Checkout(top, folder)


def test_a_file_without_end_is_refused(top):
    with (top / "app.json").open("wb") as file:
        os.truncate(file.fileno(), 50 << 30)
    with pytest.raises(Invalid, match=rf"app\.json has 53,687,091,200 bytes; at most {MOST_BYTES:,} are read"):
        Checkout(top).get("app.json")


def test_what_is_no_text_is_refused(top):
    (top / "Procfile").write_bytes(b"web: \xff")
    with pytest.raises(Invalid, match="Procfile is not a text in UTF-8"):
        Checkout(top).get("Procfile")
