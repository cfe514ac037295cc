"""What opens a repository opens it to git alone: nothing of it is seen by others, told, or taken to other servers."""

import threading
from base64 import b64encode
from dataclasses import replace

import pytest

from paas.deployments.source.access import environment
from paas.deployments.source.source import Source
from paas.errors import Invalid
from tests.deployments.sources.certificates import make_certificate
from tests.git_server import GitServer
from tests.repositories import Module, Repository
from tests.waiting import eventually

TOKEN = "g1t-t0ken/of+the=shop"
HEADER = f"Basic {b64encode(f'x-access-token:{TOKEN}'.encode()).decode()}"


@pytest.fixture
def tls(tmp_path):
    return make_certificate(tmp_path)


@pytest.fixture
def private(settings, tls):
    """A server over https that only the token opens."""
    with GitServer(settings.local_repositories, authorization=HEADER, tls=tls[0]) as server:
        yield server


@pytest.fixture
def get_over_tls(get, tls):
    return lambda source: get(source, git_environment={"GIT_SSL_CAINFO": str(tls[1])}, local_repositories=None)


def test_the_environment_for_a_token_is_exact(settings, tmp_path):
    found = environment(
        "https://git.example.org:8443/shop.git", token="abc", deploy_key="", home=tmp_path, settings=settings
    )
    assert found == {
        "GIT_ALLOW_PROTOCOL": "http:https:ssh:file",
        "GIT_PROTOCOL_FROM_USER": "0",
        "GIT_SSH_COMMAND": f"ssh -F {tmp_path}/ssh_config",
        "GIT_SSH_VARIANT": "ssh",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "http.https://git.example.org:8443/.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {b64encode(b'x-access-token:abc').decode()}",
        "GIT_CONFIG_KEY_1": "http.followRedirects",
        "GIT_CONFIG_VALUE_1": "false",
    }


def test_the_environment_for_a_key_is_exact(settings, tmp_path):
    home = tmp_path / "a 'home' of 100%"
    home.mkdir()
    found = environment("git@example.org:shop.git", token="", deploy_key="the key\n", home=home, settings=settings)
    quoted = str(home / "ssh_config").replace("'", "'\"'\"'")
    assert found["GIT_SSH_COMMAND"] == f"ssh -F '{quoted}'"
    assert (home / "deploy_key").read_text() == "the key\n"
    assert (home / "deploy_key").stat().st_mode & 0o777 == 0o600
    assert (home / "ssh_config").read_text() == (
        "Host *\n"
        "    BatchMode yes\n"
        "    IdentitiesOnly yes\n"
        "    IdentityAgent none\n"
        f'    IdentityFile "{home}%/deploy_key"\n'
        f'    UserKnownHostsFile "{tmp_path}/data/known_hosts"\n'
        "    GlobalKnownHostsFile /dev/null\n"
        "    StrictHostKeyChecking accept-new\n"
        "    UpdateHostKeys no\n"
        "    PreferredAuthentications publickey\n"
        "    ForwardAgent no\n"
        "    ClearAllForwardings yes\n"
        "    PermitLocalCommand no\n"
        "    ControlPath none\n"
        "    ConnectTimeout 20\n"
        "    ServerAliveInterval 15\n"
        "    ServerAliveCountMax 4\n"
    )


def test_a_name_before_the_token_is_used(settings, tmp_path):
    found = environment("https://example.org/a", token="ada:abc", deploy_key="", home=tmp_path, settings=settings)
    assert found["GIT_CONFIG_VALUE_0"] == f"Authorization: Basic {b64encode(b'ada:abc').decode()}"


def test_proxies_and_certificates_of_the_operator_are_handed_on(settings, tmp_path):
    proxied = replace(settings, git_environment={"HTTPS_PROXY": "http://proxy:3128"}, local_repositories=None)
    found = environment("https://example.org/a", token="", deploy_key="", home=tmp_path, settings=proxied)
    assert found["HTTPS_PROXY"] == "http://proxy:3128"
    assert found["GIT_ALLOW_PROTOCOL"] == "http:https:ssh"


@pytest.mark.parametrize("address", ["http://127.0.0.1/shop.git", "git@example.org:shop.git"])
def test_a_token_is_not_sent_in_the_open(get, address):
    with pytest.raises(Invalid, match="sent to https:// addresses only"):
        get(Source(address, token=TOKEN, deploy_key="key"))


def test_a_token_opens_its_repository(repository, private, get_over_tls):
    repository.commit({"app.py": "private"})
    found = get_over_tls(Source(private.address_of("shop.git"), token=TOKEN))
    assert found.text("app.py") == "private"


def test_a_token_opens_submodules_of_the_same_server(repository, settings, private, get_over_tls):
    library = Repository(settings.local_repositories / "library.git")
    modules = '[submodule "lib"]\n\tpath = lib\n\turl = ../library.git\n'
    repository.commit({"lib": Module(library.commit({"lib.py": "private"})), ".gitmodules": modules})
    found = get_over_tls(Source(private.address_of("shop.git"), token=TOKEN))
    assert found.text("lib/lib.py") == "private"


def test_a_wrong_token_is_said_and_not_shown(repository, private, get_over_tls):
    repository.commit({"app.py": "private"})
    with pytest.raises(Invalid, match="that the app's Git token is still good") as refused:
        get_over_tls(Source(private.address_of("shop.git"), token="wr0ng-token"))
    assert "wr0ng" not in refused.value.message


def test_a_server_with_a_strange_certificate_is_not_told_the_token(repository, private, get):
    repository.commit({"app.py": "private"})
    with pytest.raises(Invalid, match="certificate"):
        get(Source(private.address_of("shop.git"), token=TOKEN))
    assert private.headers == []


def test_a_token_is_not_taken_where_a_redirect_leads(repository, settings, tls, get_over_tls):
    repository.commit({"app.py": ""})
    with (
        GitServer(settings.local_repositories, tls=tls[0]) as elsewhere,
        GitServer(settings.local_repositories, redirect=elsewhere.address_of("shop.git"), tls=tls[0]) as server,
    ):
        with pytest.raises(Invalid, match="cannot be read"):
            get_over_tls(Source(server.address_of("shop.git"), token=TOKEN))
        assert elsewhere.asked == []


def test_a_token_is_not_taken_to_the_server_of_a_submodule(repository, settings, tls, get_over_tls, tmp_path):
    library = Repository(tmp_path / "elsewhere/library.git")
    wanted = library.commit({"lib.py": "public"})
    with (
        GitServer(library.path.parent, tls=tls[0]) as elsewhere,
        GitServer(settings.local_repositories, authorization=HEADER, tls=tls[0]) as server,
    ):
        modules = f'[submodule "lib"]\n\tpath = lib\n\turl = {elsewhere.address_of("library.git")}\n'
        repository.commit({"lib": Module(wanted), ".gitmodules": modules})
        assert get_over_tls(Source(server.address_of("shop.git"), token=TOKEN)).text("lib/lib.py") == "public"
        assert elsewhere.headers
        assert not any("Authorization" in headers for headers in elsewhere.headers)


def test_a_token_is_on_no_command_line(repository, private, get_over_tls, living):
    """Every user of the machine can read those."""
    repository.commit({"app.py": ""})
    private.hold()
    fetching = threading.Thread(target=get_over_tls, args=[Source(private.address_of("shop.git"), token=TOKEN)])
    fetching.start()
    eventually(lambda: private.asked, what="git has asked the server")
    words = [word for process in living() for word in process.cmdline()]
    private.release()
    fetching.join()
    assert any("fetch" in word for word in words)
    encoded = b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    assert not any(TOKEN in word or encoded in word for word in words)


def test_without_a_token_a_redirect_is_followed(repository, settings, get):
    """As of renamed repositories; nothing that is secret goes with it."""
    repository.commit({"app.py": "moved"})
    with GitServer(settings.local_repositories) as server:
        target = server.address_of("shop.git/info/refs?service=git-upload-pack")
        with GitServer(settings.local_repositories, redirect=target) as old:
            assert get(Source(old.address_of("shop.git"))).text("app.py") == "moved"


def test_a_redirect_to_another_protocol_is_not_followed(repository, settings, get, tmp_path):
    repository.commit({"app.py": ""})
    for target in (f"file://{repository.path}/info/refs", "ext::sh -c true", "git://127.0.0.1:1/a/info/refs"):
        with GitServer(settings.local_repositories, redirect=target) as server, pytest.raises(Invalid):
            get(Source(server.address_of("shop.git")), name=target.partition(":")[0])
