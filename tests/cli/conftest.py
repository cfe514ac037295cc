"""The command line as its users meet it: a process with arguments, input, output and an exit status."""

import os
import subprocess
import sys

import pytest

from paas.storage.database import Database


@pytest.fixture
def environment(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PAAS_") and name != "PORT"}
    kept.pop("DATABASE_URL", None)
    return kept | {"PAAS_DATA_DIR": str(tmp_path / "data")}


@pytest.fixture
def run(environment):
    def run(*args, typed="", **changes):
        return subprocess.run(
            [sys.executable, "-m", "paas", *args],
            input=typed,
            env=environment | changes,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    return run


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/data/quayside.db")
    yield database
    database.close()
