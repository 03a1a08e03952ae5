"""INSERT … ON CONFLICT, as both engines write it.

SQLAlchemy's construct is the dialect's, not the language's, but PostgreSQL's compiles for SQLite too,
which took the clause over from it: https://sqlite.org/lang_upsert.html.
"""

from collections.abc import Sequence

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert, insert

__all__ = ["insert", "upsert"]


def upsert(table: Table, key: Sequence[str], anew: Sequence[str]) -> Insert:
    """Make the statement that inserts a row or, where one has the same key, writes `anew` over it."""
    statement = insert(table)
    values = {name: statement.excluded[name] for name in anew}
    return statement.on_conflict_do_update(index_elements=key, set_=values)
