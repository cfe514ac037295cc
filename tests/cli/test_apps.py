"""``apps``: added, listed, shown and changed from the command line."""

import pytest

from paas.apps import catalogue, credentials, environment
from paas.apps.vault import Vault
from tests.engines import PrivateEngine

REPOSITORY = "https://example.org/shop.git"


@pytest.fixture
def shop(run):
    done = run("apps", "create", "shop", "--repository", REPOSITORY, "--memory", "512m", "--mount", "data:/data")
    assert (done.returncode, done.stdout, done.stderr) == (
        0, "Added shop. Deploy it with: python -m paas deploy shop\n", "")  # fmt: skip


@pytest.fixture
def kept(database):
    def kept(name="shop"):
        from paas.cli.opening import operator  # noqa: PLC0415 - beside its only use

        with database.session() as session:
            return catalogue.find(session, operator(session), name)

    return kept


def test_app_is_added_for_the_owner_and_shown(run, shop, kept):
    run("users", "add", "ada", "--role", "owner", typed="correct horse")
    run("apps", "create", "other", "--image", "nginx:1.27")
    assert (kept("other").created_by, kept().created_by) == (1, None)
    assert [line.split() for line in run("apps", "list").stdout.splitlines()] == [
        ["other", "image", "nginx:1.27"], ["shop", "git", REPOSITORY]]  # fmt: skip
    assert [line.split(maxsplit=1) for line in run("apps", "show", "shop").stdout.splitlines()] == [
        ["id", "1"], ["name", "shop"], ["kind", "git"], ["repository", REPOSITORY], ["build", "auto"],
        ["memory", "512m"], ["restart", "policy  on-failure:10"], ["mounts", "data:/data"],
    ]  # fmt: skip


def test_empty_list_says_how_to_begin(run):
    done = run("apps", "list")
    assert (done.returncode, done.stdout) == (0, "")
    assert "apps create NAME --repository URL" in done.stderr


def test_app_is_changed_in_what_is_said_alone(run, shop, kept):
    done = run("apps", "change", "shop", "--scale", "web=2 worker=1", "--memory", "", "--name", "store")
    assert (done.returncode, done.stdout) == (0, "Changed store.\n")
    app = kept("store")
    assert (dict(app.scale), app.memory_bytes, len(app.mounts)) == ({"web": 2, "worker": 1}, None, 1)
    run("apps", "change", "store", "--mount", "")
    assert kept("store").mounts == ()


def test_change_of_what_runs_says_that_it_waits_for_a_deployment(run, shop, database):
    with database.session() as session:
        catalogue.set_current(session, 1, 7)
    assert "The next deployment brings it into effect." in run("apps", "change", "shop", "--port", "80").stdout


def test_token_is_read_from_standard_input_and_never_shown(run, shop, database, tmp_path):
    done = run("apps", "change", "shop", "--git-token", typed="ghp_12345\n")
    assert "ghp_12345" not in done.stdout + done.stderr + run("apps", "show", "shop").stdout
    with database.session() as session:
        assert credentials.secrets_of(session, Vault(tmp_path / "data"), 1).git_token == "ghp_12345"


def test_environment_is_replaced_and_shown_without_secrets(run, shop, database, tmp_path):
    done = run("apps", "environment", "shop", "--replace", typed="A='two words'\nAPI_TOKEN=hunter22\n")
    assert (done.returncode, done.stdout) == (0, 'A="two words"\nAPI_TOKEN=••••••••\n')
    run("apps", "environment", "shop", "--replace", typed=done.stdout + "B=3\n")
    with database.session() as session:
        variables = environment.read(session, Vault(tmp_path / "data"), 1)
    assert {each.key: each.value for each in variables} == {"A": "two words", "API_TOKEN": "hunter22", "B": "3"}


@pytest.mark.parametrize(("args", "says"), [
    (["create", "Shop", "--image", "nginx"], "The name must have"),
    (["create", "other"], "repository is missing"),
    (["create", "other", "--image", "nginx", "--memory", "lots"], "memory must be"),
    (["show", "nothing"], "There is no app nothing."),
    (["change", "nothing"], "There is no app nothing."),
    (["environment", "nothing"], "There is no app nothing."),
])  # fmt: skip
def test_problem_is_one_sentence_and_status_1(run, args, says):
    done = run("apps", *args)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_line_of_a_variable_that_cannot_be_is_named(run, shop):
    done = run("apps", "environment", "shop", "--replace", typed="A=1\nPORT=80\n")
    assert (done.returncode, "Line 2: PORT is set by Quayside" in done.stderr) == (1, True)


@pytest.mark.parametrize("args", [["create"], ["show"], ["change", "shop", "--colour", "red"], ["nonsense"]])
def test_wrong_use_is_status_2(run, args):
    done = run("apps", *args)
    assert (done.returncode, "Usage:" in done.stderr) == (2, True)


@pytest.fixture
def away(tmp_path):
    """An engine that does not answer."""
    return {"DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"}


def test_app_is_not_deleted_by_another_name_or_without_the_engine(run, shop, kept, away):
    done = run("apps", "delete", "shop", typed="Shop\n", **away)
    assert (done.returncode, "give its name: shop" in done.stderr) == (1, True)
    done = run("apps", "delete", "shop", typed="shop\n", **away)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "engine" in done.stderr.lower()
    assert kept().name == "shop"


@pytest.mark.engine
def test_app_is_deleted_by_its_name(run, shop):
    with PrivateEngine() as engine:
        done = run("apps", "delete", "shop", "--volumes", typed="shop\n", DOCKER_HOST=engine.host)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Deleted shop.\n", "")
    assert run("apps", "list").stdout == ""
