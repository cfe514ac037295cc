"""The machine's figures from a ``/proc`` that a test has written."""

import pytest

from paas.metrics import host
from paas.metrics.host import Host
from paas.settings import Settings

MEMORY = """MemTotal:       8000 kB
MemFree:        1000 kB
MemAvailable:   6000 kB
Buffers:         500 kB
Cached:         4000 kB
Active:          900 kB
Inactive:        900 kB
Shmem:            10 kB
SwapTotal:      2000 kB
SwapFree:       1500 kB
"""
NETWORK = """Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier
"""


class Proc:
    """A machine of two cores. Times are in hundredths of a second, as the kernel counts."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "1/net").mkdir(parents=True)
        self.boot = 1_700_000_000
        self.cores([(0, 0)] * 2)
        self.network(eth0=(0, 0))
        (folder / "meminfo").write_text(MEMORY)
        (folder / "vmstat").write_text("pswpin 0\npswpout 0\n")

    def cores(self, each):
        """For each, how long it was busy and idle."""
        rows = [f"cpu{n} {busy} 0 0 {idle} 0 0 0 0 0 0" for n, (busy, idle) in enumerate(each)]
        text = "\n".join(["cpu  0 0 0 0 0 0 0 0 0 0", *rows, f"btime {self.boot}"])
        (self.folder / "stat").write_text(text + "\n")

    def network(self, **interfaces):
        """For each, bytes received and sent."""
        rows = [f"{name}: {got} 1 0 0 0 0 0 0 {sent} 1 0 0 0 0 0 0" for name, (got, sent) in interfaces.items()]
        (self.folder / "1/net/dev").write_text(NETWORK + "\n".join(rows) + "\n")


@pytest.fixture
def proc(tmp_path):
    return Proc(tmp_path)


@pytest.fixture
def clock(monkeypatch):
    times = [100.0]
    monkeypatch.setattr(host, "monotonic", lambda: times[0])
    return times


@pytest.fixture
def machine(proc, clock, tmp_path):
    return Host(Settings(host_proc=proc.folder, data_dir=tmp_path / "not made yet"))


def test_cpu_is_the_share_of_the_time_since_the_reading_before(machine, proc):
    proc.cores([(100, 100), (0, 200)])
    first = machine.read()
    assert (first.cpu_each, first.cpu_percent, first.cores) == ((50.0, 0.0), 25.0, 2)
    proc.cores([(300, 100), (100, 300)])
    assert machine.read().cpu_each == (100.0, 50.0)


def test_no_time_has_passed_or_the_counters_began_anew(machine, proc):
    assert machine.read().cpu_percent == 0.0
    proc.cores([(500, 500)] * 2)
    machine.read()
    proc.cores([(1, 1)] * 2)
    assert machine.read().cpu_percent == 0.0


def test_a_core_that_is_switched_off_is_left_out(machine, proc):
    proc.cores([(100, 0)])
    found = machine.read()
    assert (found.cpu_each, found.cores) == ((100.0,), 1)


def test_memory_is_what_could_not_be_had_back(machine, proc):
    found = machine.read()
    assert (found.memory_used, found.memory_total, found.memory_percent) == (2000 * 1024, 8000 * 1024, 25.0)
    assert (found.swap_used, found.swap_total) == (500 * 1024, 2000 * 1024)
    assert found.booted_at == proc.boot


def test_network_is_what_went_through_real_interfaces(machine, proc, clock):
    clock[0] += 2
    proc.network(eth0=(1000, 500), enp3s0=(100, 0), lo=(7, 7), docker0=(9, 9), veth12ab=(9, 9), **{"br-0123": (9, 9)})
    found = machine.read()
    assert (found.network_received, found.network_sent) == (550.0, 250.0)


def test_network_is_unknown_when_an_interface_has_gone(machine, proc, clock):
    proc.network(eth0=(1000, 500))
    machine.read()
    clock[0] += 1
    proc.network(eth0=(10, 600))
    found = machine.read()
    assert (found.network_received, found.network_sent) == (None, 100.0)


def test_disk_of_a_data_folder_that_is_still_to_be_made_is_that_of_the_one_above(machine):
    found = machine.read()
    assert found.disk_total > 0
    assert 0 < found.disk_percent <= 100
    assert found.engine_disk_total is None


def test_the_engines_disk_is_where_it_says_unless_a_setting_does(proc, tmp_path):
    told = Host(Settings(host_proc=proc.folder)).read(tmp_path)
    assert told.engine_disk_total == told.disk_total > 0
    assert Host(Settings(host_proc=proc.folder, engine_disk=tmp_path)).read().engine_disk_total > 0


def test_reading_the_machines_proc_leaves_our_own_where_it_was(machine):
    before = host.psutil.PROCFS_PATH
    machine.read()
    assert host.psutil.PROCFS_PATH == before == "/proc"


def test_this_machine_can_be_read(tmp_path):
    found = Host(Settings(data_dir=tmp_path)).read()
    assert found.memory_total > found.memory_used > 0
    assert found.cores == len(found.cpu_each) > 0
