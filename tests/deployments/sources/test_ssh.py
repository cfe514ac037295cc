"""Repositories over ssh, from a real sshd of the test's own, with the app's deploy key."""

import os
import pwd
import socket
import subprocess
from pathlib import Path

import pytest

from paas.apps.credentials import make_deploy_key
from paas.deployments.source.source import Source
from paas.errors import Invalid
from tests.repositories import Module, Repository
from tests.waiting import eventually
from tools import debian

SSHD_CONFIG = """\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
PermitUserEnvironment no
AcceptEnv GIT_PROTOCOL
"""

PRIVILEGE_SEPARATION = Path("/run/sshd")
"""As root sshd will not start without this folder. Debian's init script makes it: where none has run, nobody did."""


class SshServer:
    """An sshd on the loopback that lets in who has a key in ``authorized_keys``."""

    def __init__(self, folder):
        self.folder = folder
        self.user = pwd.getpwuid(os.geteuid()).pw_name
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.change_key()
        (folder / "authorized_keys").touch(mode=0o600)
        (folder / "sshd_config").write_text(SSHD_CONFIG.format(port=self.port, folder=folder))
        self._process = None

    def start(self):
        if os.geteuid() == 0:
            PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
        command = [debian.find("sshd"), "-D", "-e", "-f", str(self.folder / "sshd_config")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)
        eventually(self._answers, 30, what="sshd answers")

    def stop(self):
        self._process.terminate()
        self._process.wait(10)

    def change_key(self):
        key = make_deploy_key()
        (self.folder / "host_key").touch(mode=0o600)
        (self.folder / "host_key").write_text(key.private)

    def let_in(self, key):
        with (self.folder / "authorized_keys").open("a") as file:
            file.write(f"{key.public}\n")

    def address_of(self, path):
        return f"ssh://{self.user}@127.0.0.1:{self.port}{path}"

    def _answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def ssh_server(tmp_path):
    if debian.find("sshd") is None:
        pytest.skip("ssh: sshd is not installed (Debian: apt-get install openssh-server)")
    folder = tmp_path / "sshd"
    folder.mkdir(mode=0o700)
    server = SshServer(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def key(ssh_server):
    key = make_deploy_key("shop")
    ssh_server.let_in(key)
    return key


def test_a_deploy_key_opens_its_repository(repository, ssh_server, key, get):
    repository.commit({"app.py": "private"})
    address = ssh_server.address_of(repository.path)
    assert get(Source(address, deploy_key=key.private)).text("app.py") == "private"


def test_the_short_form_of_an_address_is_understood(get):
    """It has no place for a port, so it reaches nobody here, or somebody who does not know the key."""
    with pytest.raises(Invalid, match="that the app's deploy key is among the keys that it admits"):
        get(Source("git@127.0.0.1:shop.git", deploy_key=make_deploy_key().private))


def test_submodules_are_opened_by_the_same_key(repository, settings, ssh_server, key, get):
    library = Repository(settings.local_repositories / "library.git")
    modules = '[submodule "lib"]\n\tpath = lib\n\turl = ../library.git\n'
    repository.commit({"lib": Module(library.commit({"lib.py": "private"})), ".gitmodules": modules})
    found = get(Source(ssh_server.address_of(repository.path), deploy_key=key.private), local_repositories=None)
    assert found.text("lib/lib.py") == "private"


def test_a_key_that_is_not_let_in_is_said(repository, ssh_server, get):
    repository.commit({"app.py": ""})
    with pytest.raises(Invalid, match="that the app's deploy key is among the keys that it admits") as refused:
        get(Source(ssh_server.address_of(repository.path), deploy_key=make_deploy_key().private))
    assert "Permission denied" in refused.value.message


def test_an_app_without_a_key_is_told_to_make_one(repository, ssh_server, get):
    with pytest.raises(Invalid, match=r"has no deploy key\. Make one in the app's settings"):
        get(Source(ssh_server.address_of(repository.path)))


def test_the_keys_of_the_machine_are_not_offered(repository, ssh_server, get, tmp_path, monkeypatch):
    """The user's own key would open it; the app's does not."""
    repository.commit({"app.py": ""})
    own, home = make_deploy_key(), tmp_path / "user"
    ssh_server.let_in(own)
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh/id_ed25519").touch(mode=0o600)
    (home / ".ssh/id_ed25519").write_text(own.private)
    (home / ".ssh/config").write_text(f"Host *\n  ProxyCommand touch {tmp_path}/canary\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_SSH_COMMAND", f"touch {tmp_path}/canary")
    with pytest.raises(Invalid, match="Permission denied"):
        get(Source(ssh_server.address_of(repository.path), deploy_key=make_deploy_key().private))
    assert not (tmp_path / "canary").exists()


def test_a_host_whose_key_changes_is_not_trusted_any_more(repository, ssh_server, key, get, settings):
    repository.commit({"app.py": ""})
    source = Source(ssh_server.address_of(repository.path), deploy_key=key.private)
    get(source, "first")
    known = (settings.data_dir / "known_hosts").read_text()
    assert f"[127.0.0.1]:{ssh_server.port} ssh-ed25519 " in known
    ssh_server.stop()
    ssh_server.change_key()
    ssh_server.start()
    with pytest.raises(Invalid, match=r"git says: .*Host key verification failed"):
        get(source, "second")
    assert (settings.data_dir / "known_hosts").read_text() == known


def test_the_key_is_gone_when_git_is_done(repository, ssh_server, key, get, tmp_path):
    repository.commit({"app.py": ""})
    get(Source(ssh_server.address_of(repository.path), deploy_key=key.private))
    assert list(tmp_path.rglob("deploy_key")) == []
