"""Who may come to the desk, and who is there."""

from sqlalchemy import Column, Table

from daemon.store.columns import CleanText
from daemon.store.tables.columns import at, id_, metadata, of, text

users = Table(
    "users",
    metadata,
    id_(),
    Column("name", CleanText, nullable=False, unique=True),
    text("password"),
    at("created_at"),
)

# A browser that has logged in. Its token is kept as a digest alone, and changes now and then; the one
# before, `previous`, is good for a moment more, for what was asked meanwhile.
sessions = Table(
    "sessions",
    metadata,
    id_(),
    of("users", index=True),
    Column("digest", CleanText, nullable=False, unique=True),
    text("previous", index=True),
    at("created_at"),
    at("rotated_at"),
)
