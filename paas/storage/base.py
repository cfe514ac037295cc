"""What all tables share."""

from sqlalchemy.orm import DeclarativeBase


class Table(DeclarativeBase):
    """One table of the schema."""
