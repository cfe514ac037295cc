"""What an app may be, by tables of cases; whatever passes is harmless on a command line."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paas.apps import rules
from paas.apps.app import Kind, Mount, Wanted
from paas.apps.places import check_branch, check_image, check_repository
from paas.errors import Invalid

SHOP = Wanted("shop", repository="https://example.org/shop.git")
IMAGE = Wanted("shop", kind=Kind.IMAGE, image="nginx")


@pytest.mark.parametrize("name", ["a", "shop", "shop-2", "2shops", "a" * 63, "a--b"])
def test_names_that_may_be(name):
    assert rules.check_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "Shop", "-shop", "shop-", "a" * 64, "a_b", "a.b", "a b", "größe", "shop\n", "12", "²"]
)
def test_names_that_may_not(name):
    with pytest.raises(Invalid, match="The name must have"):
        rules.check_name(name)


REPOSITORIES = [
    "https://example.org/shop.git", "https://example.org:8443/a/b/shop", "http://git.lan/shop.git",
    "git@example.org:ada/shop.git", "ssh://git@example.org:2222/shop.git", "ssh://example.org/shop.git",
    "https://[2001:db8::1]/shop.git", "/srv/git/shop.git", "file:///srv/git/shop.git", "https://example.org/~ada/größe.git",
]  # fmt: skip


@pytest.mark.parametrize("address", REPOSITORIES)
def test_repositories_that_may_be(address):
    assert check_repository(f" {address} ") == address


@pytest.mark.parametrize("address", [
    "ext::sh -c id", "ext::/bin/sh", "fd::17", "-oProxyCommand=id", "--upload-pack=id", "https://-x/a", "ftp://a/b",
    "git://example.org/shop.git", "ssh://-oProxyCommand=id/x", "ssh://git@-oProxyCommand=id/x", "-git@example.org:shop",
    "git@-host:shop", "git@example.org:-shop", "git@example.org::shop", "https://example.org", "https:///shop",
    "shop.git", "../shop.git", "https://example.org/a b", "https://example.org/a\nb", "https://example.org/a\x1b[31m",
    "x" * 3000,
    "https://example.org/shop?token=1", "https://example.org/shop#main", "https://example.org/" + "x" * 3000,
    "https://example.org/\u202egit", "http::https://example.org/shop", "file://host/shop", "C:\\shop", "/srv/a\nb",
])  # fmt: skip
def test_repositories_that_may_not(address):
    with pytest.raises(Invalid, match="not an address that can be cloned") as raised:
        check_repository(address)
    assert len(raised.value.message) < 300


@pytest.mark.parametrize("address", ["https://ada:secret@example.org/shop.git", "https://token@example.org/shop.git"])
def test_credentials_in_an_address_are_refused_without_repeating_them(address):
    with pytest.raises(Invalid, match="Give git_token by itself") as raised:
        check_repository(address)
    assert "example.org" not in raised.value.message


def test_missing_source_is_named():
    with pytest.raises(Invalid, match="repository is missing"):
        rules.check(Wanted("shop"))
    with pytest.raises(Invalid, match="image is missing"):
        rules.check(Wanted("shop", kind=Kind.IMAGE))


@given(st.text(st.sampled_from("-:/@.ax \n\\?#[]~%"), max_size=30).map(lambda text: text + "/x"))
@example("ext::a/x")
def test_repository_that_passes_is_neither_an_option_nor_a_helper(address):
    try:
        checked = check_repository(address)
    except Invalid:
        return
    assert not checked.startswith("-")
    assert "::" not in checked.partition("/")[0]
    assert checked.isprintable()


@pytest.mark.parametrize("branch", ["", "main", "feature/x", "v1.0", "a@b", "größe", "a-b_c", "x" * 200])
def test_branches_that_may_be(branch):
    assert check_branch(branch) == branch


@pytest.mark.parametrize("branch", [
    "-x", "--upload-pack=id", "a b", "a..b", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\b", "/a", "a/", "a//b", ".a",
    "a/.b", "a.lock", "a.lock/b", "a.", "a./b", "@", "HEAD", "a@{1}", "a\nb", "a\x7f", "x" * 300, "+main:main",
    "\ud800",
])  # fmt: skip
def test_branches_that_may_not(branch):
    with pytest.raises(Invalid, match="cannot be the name of a branch"):
        check_branch(branch)


@pytest.mark.parametrize("image", [
    "nginx", "nginx:1.27", "library/nginx", "registry.example.org/shop/web:1.4", "localhost:5000/shop",
    "a__b/c-d.e:X_1",
    "nginx@sha256:" + "a" * 64, "nginx:1@sha256:" + "0" * 64,
])  # fmt: skip
def test_images_that_may_be(image):
    assert check_image(image) == image


@pytest.mark.parametrize("image", [
    "Nginx", "-x", "nginx:", "nginx:-1", "a b", "nginx@sha256:1", "a//b", "/a", "a/", "a\nb", "nginx@md5:" + "a" * 32,
    "http://a/b", "x" * 400, "größe",
])  # fmt: skip
def test_images_that_may_not(image):
    with pytest.raises(Invalid, match=r"not the name of an image|image is missing"):
        check_image(image)


@pytest.mark.parametrize("registry", ["", "docker.io/", "index.docker.io/", "Docker.io/"])
def test_images_built_here_are_for_their_own_apps_alone(registry):
    with pytest.raises(Invalid, match="built here for an app"):
        check_image(f"{registry}quayside-0123abcd/3:14")


@pytest.mark.parametrize(("folder", "kept"), [
    ("", ""), (".", ""), ("./", ""), ("api", "api"), ("./api/", "api"), ("services//api", "services/api"),
    ("a b", "a b"),
])  # fmt: skip
def test_folders_within_the_repository(folder, kept):
    assert rules.check(replace(SHOP, folder=folder)).folder == kept


@pytest.mark.parametrize("field", ["folder", "dockerfile", "procfile"])
@pytest.mark.parametrize(
    "path", ["/etc", "..", "a/../..", "../a", "-x", "a\\b", "a\nb", ".git", ".git/hooks", "a" * 300, "$x", "\ud800"]
)
def test_paths_out_of_the_repository_are_refused(field, path):
    with pytest.raises(Invalid, match=f"{field} must be a path within the repository"):
        rules.check(replace(SHOP, **{field: path}))


@pytest.mark.parametrize(("fields", "says"), [
    ({"port": 0}, "port must be a number from 1 to 65535"),
    ({"port": 65536}, "port must be"),
    ({"published_port": -1}, "published_port must be"),
    ({"cpus": 0.0}, "cpus must be"),
    ({"cpus": float("nan")}, "cpus must be"),
    ({"cpus": float("inf")}, "cpus must be"),
    ({"memory_bytes": 1000}, "memory must be at least 6m"),
    ({"memory_bytes": 2**63}, "memory must be"),
    ({"restart_policy": "sometimes"}, "restart_policy must be"),
    ({"restart_policy": "on-failure:0"}, "restart_policy must be"),
    ({"restart_policy": "always:3"}, "restart_policy must be"),
    ({"scale": {"web": -1}}, "scale: web must be"),
    ({"scale": {"web": 101}}, "scale: web must be"),
    ({"scale": {"Web": 1}}, "cannot be a process"),
    ({"scale": {"release": 1}}, "release runs once"),
    ({"scale": {"web": 2}, "published_port": 8080}, "one container only"),
    ({"build": "magic"}, "build must be one of auto, dockerfile"),
    ({"mounts": (Mount("tmpfs", "a", "/a"),)}, "kind must be volume or host"),
    ({"mounts": (Mount("volume", "../a", "/a"),)}, "cannot be a volume's name"),
    ({"mounts": (Mount("volume", "/etc", "/a"),)}, "cannot be a volume's name"),
    ({"mounts": (Mount("volume", "a:b", "/a"),)}, "cannot be a volume's name"),
    ({"mounts": (Mount("volume", "a", "a"),)}, "must be a whole path"),
    ({"mounts": (Mount("volume", "a", "/a/../b"),)}, "must be a whole path"),
    ({"mounts": (Mount("volume", "a", "/a:ro"),)}, "must be a whole path"),
    ({"mounts": (Mount("volume", "a", "/a\ud800"),)}, "must be a whole path"),
    ({"mounts": (Mount("volume", "a", "//"),)}, "cannot be / itself"),
    ({"mounts": (Mount("host", "etc", "/a"),)}, "must be a whole path"),
    ({"mounts": (Mount("volume", "a", "/a"), Mount("volume", "b", "/a/"))}, "/a is there twice"),
])  # fmt: skip
def test_what_cannot_be_is_named(fields, says):
    with pytest.raises(Invalid) as raised:
        rules.check(replace(SHOP, **fields))
    assert says in raised.value.message
    assert raised.value.field in {name.removesuffix("_bytes") for name in fields}


def test_limits_and_policies_that_may_be():
    mounts = (Mount("volume", "a.b-c_1", "/a"), Mount("host", "/", "/b"))
    fields = {"port": 1, "published_port": 65535, "cpus": 0.01, "memory_bytes": 6 << 20, "mounts": mounts,
              "restart_policy": "on-failure:10", "scale": {"worker": 0, "web": 1}}  # fmt: skip
    checked = rules.check(replace(IMAGE, **fields))
    assert checked == replace(IMAGE, **fields)
    assert list(checked.scale) == ["web", "worker"]


def test_what_belongs_to_another_kind_is_dropped():
    checked = rules.check(replace(IMAGE, repository="https://example.org/a", branch="main", build="python", folder="x"))
    assert (checked.repository, checked.branch, checked.build, checked.folder) == ("", "", "auto", "")
    assert rules.check(replace(SHOP, image="nginx")).image == ""


@given(st.text(max_size=70), st.sampled_from(["name", "branch", "folder", "dockerfile", "restart_policy", "build"]))
def test_checking_twice_changes_nothing(text, field):
    try:
        checked = rules.check(replace(SHOP, **{field: text}))
    except Invalid:
        return
    assert rules.check(checked) == checked
