"""What Tocsin knows of itself."""

from sqlalchemy import Column, Table, Text

from daemon.store.tables.columns import at, json, metadata

# What the daemon must remember of itself: its pulse, the digest of its configuration.
facts = Table(
    "facts",
    metadata,
    Column("key", Text, primary_key=True),
    json("value", None),
    at("at"),
)
