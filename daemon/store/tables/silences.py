"""What is muted for a while."""

from sqlalchemy import Column, Table

from daemon.store.tables.columns import Id, at, flag, id_, metadata, text

# What a silence names is what it asks for; "" and 0 ask for nothing. None is ever deleted, so that an
# alert can tell by which it was muted.
silences = Table(
    "silences",
    metadata,
    id_(),
    at("created_at"),
    at("starts"),
    at("ends", index=True),
    text("rule"),
    text("source"),
    text("source_tag"),
    text("match"),
    Column("story", Id, nullable=False, default=0),
    text("author"),
    text("why"),
    flag("expired"),
)
