"""The form of a new app: what it makes, what it says of what is wrong, and that nothing typed is lost."""

import re
from dataclasses import replace

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue, credentials, environment
from paas.engine.containers import Container
from tests.repositories import Repository
from tests.web.pages.conftest import REPOSITORY

HOSTILE = '"><script>alert(1)</script>'
NEW = {"kind": "git", "name": "shop", "repository": REPOSITORY, "published_port": "", "build": "auto"}
ADMIN = Actor(1, "ada", Role.ADMIN)


def only_app(database):
    with database.session() as session:
        (app,) = catalogue.visible(session, ADMIN)
    return app


def test_new_app_is_suggested_a_free_port(signed_in, make, running):
    make("shop", published_port=8100)
    running.containers = [Container("c", "c", "i", "running", "Up", ports=("8101->80/tcp",))]
    assert re.search(r'name="published_port"[^>]*value="8102"', signed_in.get("/apps/new").text)


def test_app_is_created_with_all_that_was_typed(send, database, services):
    answer = send("/apps/new", **NEW | {"branch": "main", "git_token": "t0ken", "environment": "A=b", "create": "1"})
    assert answer.headers["Location"] == "/apps/shop"
    app = only_app(database)
    assert (app.repository, app.branch, app.published_port) == (REPOSITORY, "main", None)
    with database.session() as session:
        assert credentials.secrets_of(session, services.vault, app.id).git_token == "t0ken"
        assert environment.read(session, services.vault, app.id)[0].value == "b"


def test_app_may_be_deployed_as_it_is_created(send, services):
    answer = send("/apps/new", **NEW | {"deploy": "1"})
    assert answer.headers["Location"] == "/apps/shop/deployments/1"
    assert services.line.woken == 1


def test_app_of_an_ssh_repository_gets_its_key_before_it_is_deployed(send, database):
    answer = send("/apps/new", **NEW | {"repository": "git@example.org:shop.git", "deploy": "1"})
    assert answer.headers["Location"] == "/apps/shop"
    assert only_app(database).deploy_key.startswith("ssh-ed25519 ")


def test_app_of_an_image_needs_no_repository(send, database):
    send("/apps/new", **NEW | {"kind": "image", "image": "nginx:1.27", "repository": "left from before"})
    app = only_app(database)
    assert (app.kind, app.image, app.repository) == ("image", "nginx:1.27", "")


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "Shop", "lower case"),
        ("name", "", "1 to 63 characters"),
        ("name", "new", "belongs to the page"),
        ("repository", "ext::sh -c id", "not an address that can be cloned"),
        ("repository", "", "is missing"),
        ("branch", "-x", "cannot be the name of a branch"),
        ("folder", "../up", "must be a path within the repository"),
        ("port", "http", "number from 1 to 65535"),
        ("published_port", "65536", "number from 1 to 65535"),
        ("environment", "A=1\nnonsense", "Line 2 is not KEY=value"),
        ("git_token", "two words", "one word"),
    ],
)
def test_wrong_field_says_so_and_nothing_that_was_typed_is_lost(send, database, field, typed, words):
    answer = send("/apps/new", **NEW | {"branch": "next", field: typed, "create": "1"})
    assert answer.status_code == 400
    assert re.search(rf'id="{field}-error">[^<]*{re.escape(words)}', answer.text)
    assert field == "branch" or 'value="next"' in answer.text
    assert f'id="{field}"' in answer.text
    with database.session() as session:
        assert catalogue.visible(session, ADMIN) == []


def test_name_and_port_of_another_app_are_refused_at_their_fields(send, make):
    make("shop", published_port=8100)
    taken = send("/apps/new", **NEW)
    assert taken.status_code == 409
    assert 'id="name-error">The name shop is taken' in taken.text
    taken = send("/apps/new", **NEW | {"name": "other", "published_port": "8100"})
    assert 'id="published_port-error">Port 8100 of the host' in taken.text


def test_form_without_its_token_is_refused(signed_in, database):
    assert signed_in.post("/apps/new", data=NEW).status_code == 400


def test_names_from_outside_are_text(send, signed_in):
    answer = send("/apps/new", **NEW | {"name": HOSTILE, "repository": HOSTILE, "environment": HOSTILE})
    assert "<script>alert" not in answer.text


def test_port_that_a_container_holds_is_refused(send, running):
    running.containers = [Container("c", "c", "i", "running", "Up", ports=("8101->80/tcp",))]
    answer = send("/apps/new", **NEW | {"published_port": "8101"})
    assert 'id="published_port-error">Port 8101 of this server is held by a container' in answer.text


@pytest.fixture
def local(tmp_path, services):
    """``local({"Procfile": ...})`` -> the address of a repository with these files, which may be used."""
    services.settings = replace(services.settings, local_repositories=tmp_path)
    return lambda files: Repository(tmp_path / "cart.git", files).address


def test_look_shows_what_would_be_built_and_keeps_the_form(send, local, database):
    address = local({"Procfile": "web: python app.py\nworker: python work.py\n", "requirements.txt": "flask\n"})
    answer = send("/apps/new", **NEW | {"repository": address, "name": "", "environment": "A=b", "look": "1"})
    assert answer.status_code == 200
    for text in ("python work.py", "The Dockerfile that is made for it", "requirements.txt", "Commit 1"):
        assert text in answer.text
    assert re.search(r'name="name"[^>]*value="cart"', answer.text)
    assert ">\r\nA=b</textarea>" in answer.text
    with database.session() as session:
        assert catalogue.visible(session, ADMIN) == []


def test_look_at_what_cannot_be_built_says_why_at_the_repository(send, local):
    answer = send("/apps/new", **NEW | {"repository": local({"Procfile": "<<<<<<< HEAD\n"}), "look": "1"})
    assert answer.status_code == 400
    assert re.search(r'id="repository-error">Procfile, line 1', answer.text)


def test_look_asks_no_repository_for_a_form_that_is_wrong(send):
    answer = send("/apps/new", **NEW | {"repository": "ext::sh -c id", "git_token": "t0ken", "look": "1"})
    assert answer.status_code == 400
    assert "not an address that can be cloned" in answer.text
    assert re.search(r'name="git_token"[^>]*value="t0ken"', answer.text)
