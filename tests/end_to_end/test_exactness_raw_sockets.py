"""Over raw WebSockets too: shown and declared skipped is what was written, also by who loses the connection and comes
back, and a line of a megabyte arrives whole."""

import uuid
from urllib.parse import quote

import pytest

from tests import images, writers
from tests.waiting import eventually
from tests.web.live.deployed import Deployed
from tests.web.sockets.client import RawSocket

BOTH = "stdout,stderr"


@pytest.fixture
def adopt(shared_dashboard):
    """``adopt(container)`` -> the id of its app; of a compose service by ``project/service``."""
    deployed = Deployed(shared_dashboard.folder / "data")
    yield lambda container: deployed.adopted(getattr(container, "name", container)).id
    deployed.database.close()


@pytest.fixture(scope="module")
def token(shared_dashboard):
    with shared_dashboard.api() as api:
        yield api.headers["Authorization"].removeprefix("Bearer ")


class Account:
    """What one client was shown over all its connections."""

    def __init__(self, *, by=("stream",)):
        self._by = by
        self.numbers, self.shown, self.skipped, self.position = {}, 0, 0, ""
        self.lines = 0
        """Shown, declared as skipped, or written before the first tail."""

    def take(self, client):
        """How many messages this connection has brought."""
        for data in client.all("log"):
            self.numbers.setdefault(tuple(data[name] for name in self._by), []).append(
                int(data["line"].partition(" ")[0])
            )
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


def test_last_minutes_and_what_is_written_meanwhile_come_once_and_in_order(
    engine, create, adopt, shared_dashboard, token
):
    container = create(images.python(engine), writers.numbered(count=20_000, rate=4_000, stays=True))
    path = f"/api/v1/apps/{adopt(container)}/logs/stream"
    container.start()
    eventually(lambda: container.logs(tail=1))
    with RawSocket(shared_dashboard.address, path, token=token) as client:
        client.read_until(lambda: client.frames and client.frames[-1].startswith("19999 "))
    shown = [int(text.partition(" ")[0]) for text in client.frames if text[0].isdigit()]
    skipped = sum(int(text[1:].partition(" ")[0]) for text in client.frames if text.startswith("["))
    assert shown[0] == 0
    assert shown == sorted(set(shown))
    assert len(shown) + skipped == 20_000


def test_two_containers_of_one_app_are_gone_on_with_after_any_line(engine, create, adopt, shared_dashboard, token):
    written, service = 6_000, uuid.uuid4().hex[:8]
    labels = {"com.docker.compose.project": "raw", "com.docker.compose.service": service}
    command = writers.numbered(count=written, rate=1_500, stream=BOTH, stays=True)
    containers = [
        create(images.python(engine), command, name=f"raw-{service}-{number}", labels=labels) for number in (1, 2)
    ]
    path = f"/ws/container/logs?appId={adopt(f'raw/{service}')}&tail=1000"
    for container in containers:
        container.start()
    account = Account(by=("process", "stream"))
    while account.lines < 4 * written:
        address = f"{path}&position={quote(account.position)}" if account.position else path
        with RawSocket(shared_dashboard.address, address, token=token) as client:
            client.read_until(lambda: account.take(client) > 300 or account.lines >= 4 * written)
            client.socket.sock.close()
    assert len(account.numbers) == 4
    for numbers in account.numbers.values():
        assert numbers == sorted(set(numbers))
    assert account.lines == 4 * written


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
