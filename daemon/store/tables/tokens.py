"""What opens the desk to programs."""

from sqlalchemy import Column, Table, Text

from daemon.store.tables.columns import at, id_, metadata, text

# A token is random and long: its plain hash tells nothing of it.
tokens = Table(
    "tokens",
    metadata,
    id_(),
    Column("name", Text, nullable=False, unique=True),
    text("scope"),
    Column("digest", Text, nullable=False, unique=True),
    at("created_at"),
)
