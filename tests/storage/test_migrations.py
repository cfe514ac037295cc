"""What a start asks of the migrations when they have all been made."""

import subprocess
import sys
from contextlib import closing

from paas.storage.database import MIGRATIONS, Database
from tests.dashboard import HERE


def test_migrating_again_does_not_load_what_migrating_takes(database_url):
    with closing(Database(database_url)) as database:
        database.migrate()
    code = f"import sys; from paas.storage.database import Database; Database({database_url!r}).migrate()"
    code += "; print('alembic' in sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False\n"


def test_each_migration_is_named_by_its_revision():
    """Which of them is the newest is told by the names of the files."""
    for path in (MIGRATIONS / "versions").glob("*.py"):
        assert f'\nrevision = "{path.name.partition("_")[0]}"\n' in path.read_text(encoding="utf-8")
