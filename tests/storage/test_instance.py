"""Which dashboard this is stays the same as long as its database does."""

from paas.storage.database import Database
from paas.storage.instance import instance_id


def test_the_id_is_made_once_and_kept(database_url, tmp_path):
    seen = []
    for _ in range(2):
        database = Database(database_url)
        database.migrate()
        with database.session() as session:
            seen.append(instance_id(session))
        database.close()
    assert seen[0] == seen[1]
    assert len(seen[0]) == 16

    other = Database(f"sqlite:///{tmp_path}/other.db")
    other.migrate()
    with other.session() as session:
        assert instance_id(session) != seen[0]
    other.close()
