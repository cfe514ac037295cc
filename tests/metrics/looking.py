"""``python -m tests.metrics.looking HOST FOLDER``: a sampler of a real engine, in green threads as in the dashboard,
that is looked at for as long as it runs. It prints each sample as a line: when it was taken, its subjects and its
containers."""

from paas import concurrency

concurrency.patch()

import json  # noqa: E402 - patching comes first
import sys  # noqa: E402
import threading  # noqa: E402
from dataclasses import asdict  # noqa: E402
from pathlib import Path  # noqa: E402

from paas.engine.engine import Engine  # noqa: E402
from paas.metrics.host import Host  # noqa: E402
from paas.metrics.sampler import Sampler  # noqa: E402
from paas.metrics.snapshot import Snapshot  # noqa: E402
from paas.metrics.totals import Totals  # noqa: E402
from paas.settings import Settings  # noqa: E402


class NoOwners:
    def of(self, containers):
        return {}


def say(snapshot: Snapshot) -> None:
    containers = {each.name: asdict(each) for each in snapshot.containers.values()}
    line = {"at": snapshot.at, "subjects": sorted(snapshot.figures()), "containers": containers}
    sys.stdout.write(json.dumps(line | {"engine": snapshot.engine and asdict(snapshot.engine)}) + "\n")
    sys.stdout.flush()


def main(host: str, folder: str) -> None:
    settings = Settings(docker_host=host, data_dir=Path(folder))
    engine = Engine(settings)
    engine.start()
    sampler = Sampler(engine, Host(settings), NoOwners(), Totals(engine))
    sampler.listen(say)
    sampler.look()
    sampler.start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
