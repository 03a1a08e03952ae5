"""Who is to be left alone for a while."""

from sqlalchemy import Column, Table, Text

from daemon.store.columns import CleanText
from daemon.store.tables.columns import at, metadata

# Until when: a row that has had its time means nothing. Seldom written: a host's usual pace is none.
rests = Table(
    "rests",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", CleanText, primary_key=True),
    at("until", index=True),
)
