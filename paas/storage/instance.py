"""Which dashboard this is. What it makes on an engine carries this id: two dashboards of one engine stay apart."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.storage.tables import InstanceRow


def instance_id(session: Session) -> str:
    """The id in this database, made at the first call."""
    found = session.scalar(select(InstanceRow.id))
    if found is None:
        found = secrets.token_hex(8)
        session.add(InstanceRow(id=found))
    return found
