"""Sources, their polls, and the entries that they list."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table

from daemon.store.columns import CleanText
from daemon.store.tables.columns import Id, at, count, flag, id_, json, maybe_at, metadata, of, text

sources = Table(
    "sources",
    metadata,
    id_(),
    Column("name", CleanText, nullable=False, unique=True),
    text("url"),
    text("host"),
    text("kind"),
    at("created_at"),
    text("etag"),
    text("last_modified"),
    maybe_at("next_poll_at", index=True),
    text("next_poll_why"),
    maybe_at("first_polled_at"),
    maybe_at("last_poll_at"),
    maybe_at("last_ok_at"),
    maybe_at("last_listed_at"),
    text("error_kind"),
    text("error"),
    count("failures"),
    flag("paused"),
    json("schedule", dict),
    maybe_at("lease_until", index=True),
    maybe_at("retired_at"),
)

polls = Table(
    "polls",
    metadata,
    id_(),
    of("sources"),
    at("at", index=True),
    text("outcome"),
    Column("status", Integer),
    count("listed"),
    count("added"),
    count("bytes"),
    count("ms"),
    text("error_kind"),
    text("error"),
)

# By what a source's last document and what it listed are known again: beside the source, since few polls ask
# for it.
listings = Table(
    "listings",
    metadata,
    Column("source_id", Id, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    at("at"),
    Column("digest", LargeBinary, nullable=False),
    Column("marks", LargeBinary, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    id_(),
    of("sources", index=True),
    text("url"),
    text("host"),
    text("feed_id"),
    text("title"),
    text("summary"),
    text("content"),
    json("authors", list),
    text("language"),
    json("categories", list),
    text("image"),
    maybe_at("published"),
    text("published_precision"),
    maybe_at("updated"),
    text("forwarded_from"),
    Column("views", Integer),
    at("found_at", index=True),
    text("fate", index=True),
    text("reason"),
    maybe_at("next_read_at", index=True),
    count("read_attempts"),
    maybe_at("lease_until", index=True),
)

# What an entry is known by: its address, its feed's id, its content; each key means one entry only.
entry_keys = Table(
    "entry_keys",
    metadata,
    Column("key", CleanText, primary_key=True),
    of("entries", index=True),
    sqlite_with_rowid=False,
)

sightings = Table(
    "sightings",
    metadata,
    Column("entry_id", Id, ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", Id, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    at("first_seen_at"),
    at("last_seen_at"),
    sqlite_with_rowid=False,
)

ledger = Table(
    "ledger",
    metadata,
    id_(),
    of("entries", index=True),
    at("at"),
    text("fate"),
    text("reason"),
)

# Serve «what is due at this host».
Index(None, sources.c.host, sources.c.next_poll_at)
Index(None, entries.c.host, entries.c.next_read_at)

# Serves «the latest polls of this source».
Index(None, polls.c.source_id, polls.c.at)
