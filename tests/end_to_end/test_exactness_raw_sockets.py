"""Over raw WebSockets too: shown and declared skipped is what was written, also by who loses the connection and comes
back, and a line of a megabyte arrives whole."""

from urllib.parse import quote

import pytest

from tests import images, writers
from tests.web.live.deployed import Deployed
from tests.web.sockets.client import RawSocket

BOTH = "stdout,stderr"


@pytest.fixture
def adopt(shared_dashboard):
    """``adopt(container)`` -> the id of its app."""
    deployed = Deployed(shared_dashboard.folder / "data")
    yield lambda container: deployed.adopted(container.name).id
    deployed.database.close()


@pytest.fixture(scope="module")
def token(shared_dashboard):
    with shared_dashboard.api() as api:
        yield api.headers["Authorization"].removeprefix("Bearer ")


class Account:
    """What one client was shown over all its connections."""

    def __init__(self):
        self.numbers, self.shown, self.skipped, self.position = {}, 0, 0, ""
        self.lines = 0
        """Shown, declared as skipped, or written before the first tail."""

    def take(self, client):
        """How many messages this connection has brought."""
        for data in client.all("log"):
            self.numbers.setdefault(data["stream"], []).append(int(data["line"].partition(" ")[0]))
            self.skipped += data.get("skipped", 0)
            self.position = data["position"]
            self.shown += 1
        self.lines = self.shown + self.skipped + sum(numbers[0] for numbers in self.numbers.values())
        client.messages.clear()
        return len(client.frames)


def test_a_hundred_thousand_lines_are_shown_or_declared_across_lost_connections(
    engine, create, adopt, shared_dashboard, token
):
    written = 50_000
    container = create(images.python(engine), writers.numbered(count=written, rate=10_000, stream=BOTH, stays=True))
    path, account, connections = f"/ws/container/logs?appId={adopt(container)}&tail=1000", Account(), 0
    container.start()
    while account.lines < 2 * written:
        address = f"{path}&position={quote(account.position)}" if account.position else path
        with RawSocket(shared_dashboard.address, address, token=token) as client:
            client.read_until(lambda: account.take(client) > 700 or account.lines >= 2 * written)
            client.socket.sock.close()
        connections += 1
    for numbers in account.numbers.values():
        assert numbers == sorted(set(numbers))
        assert numbers[-1] == written - 1
    assert account.lines == 2 * written
    assert connections > 1


def test_line_of_a_megabyte_arrives_whole_and_a_longer_one_says_that_it_is_cut(
    engine, run, adopt, puppet, shared_dashboard, token
):
    container = run(images.python(engine), puppet.command, volumes=puppet.volumes)
    whole, longer = "w" * 1024 * 1024, "l" * (1024 * 1024 + 1)
    with RawSocket(shared_dashboard.address, f"/ws/container/logs?appId={adopt(container)}", token=token) as client:
        client.wait_for("status")
        puppet.say(whole)
        puppet.say(longer)
        puppet.say("after")
        client.wait_for_lines("after")
        assert client.lines[-3] == whole
        assert client.lines[-2] == f"{longer[:-1]} … [cut at 1 MB]"
        puppet.exit()
        client.read_to_the_end()
        assert client.messages[-1]["type"] == "end"
