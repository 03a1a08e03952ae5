"""The tables, the whole of them: what `migrations/` builds step by step.

A due time is a column that is NULL when nothing is due (`next_poll_at`, `next_read_at`,
`next_attempt_at`), and a lease beside it is NULL when nobody is at work: so one small index each finds
what to do, among however many rows.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from daemon.store.columns import CleanText, UtcTime

REVISION = "0001"
"""The revision that this program needs. Revisions are ordinals, so that a newer one can be told."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows by itself only in a column declared INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", _Id, primary_key=True)


def _text(name: str, *, index: bool = False) -> Column[str]:
    return Column(name, CleanText, nullable=False, default="", index=index)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, default=0)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=False)


def _json(name: str, default: Any) -> Column[Any]:
    return Column(name, JSON, nullable=False, default=default)


def _at(name: str, *, index: bool = False) -> Column[datetime]:
    return Column(name, UtcTime, nullable=False, index=index)


def _maybe_at(name: str, *, index: bool = False) -> Column[datetime | None]:
    return Column(name, UtcTime, nullable=True, index=index)


def _of(table: str, *, index: bool = False) -> Column[int]:
    """Refer to a row that this one lives and dies with."""
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(f"{_singular(table)}_id", _Id, key, nullable=False, index=index)


def _singular(table: str) -> str:
    return {"entries": "entry", "stories": "story"}.get(table, table.removesuffix("s"))


sources = Table(
    "sources",
    metadata,
    _id(),
    Column("name", CleanText, nullable=False, unique=True),
    _text("url"),
    _text("host"),
    _text("kind"),
    _at("created_at"),
    _text("etag"),
    _text("last_modified"),
    _maybe_at("next_poll_at", index=True),
    _text("next_poll_why"),
    _maybe_at("first_polled_at"),
    _maybe_at("last_poll_at"),
    _maybe_at("last_ok_at"),
    _maybe_at("last_listed_at"),
    _text("error_kind"),
    _text("error"),
    _count("failures"),
    _flag("paused"),
    _json("schedule", dict),
    _maybe_at("lease_until", index=True),
    _maybe_at("retired_at"),
)

polls = Table(
    "polls",
    metadata,
    _id(),
    _of("sources"),
    _at("at", index=True),
    _text("outcome"),
    Column("status", Integer),
    _count("listed"),
    _count("added"),
    _count("bytes"),
    _count("ms"),
    _text("error_kind"),
    _text("error"),
)

entries = Table(
    "entries",
    metadata,
    _id(),
    _of("sources", index=True),
    _text("url"),
    _text("host"),
    _text("feed_id"),
    _text("title"),
    _text("summary"),
    _text("content"),
    _json("authors", list),
    _text("language"),
    _json("categories", list),
    _text("image"),
    _maybe_at("published"),
    _text("published_precision"),
    _maybe_at("updated"),
    _text("forwarded_from"),
    Column("views", Integer),
    _at("found_at", index=True),
    _text("fate", index=True),
    _text("reason"),
    _maybe_at("next_read_at", index=True),
    _count("read_attempts"),
    _maybe_at("lease_until", index=True),
)

# What an entry is known by: its address, its feed's id, its content; each key means one entry only.
entry_keys = Table(
    "entry_keys",
    metadata,
    Column("key", CleanText, primary_key=True),
    _of("entries", index=True),
    sqlite_with_rowid=False,
)

sightings = Table(
    "sightings",
    metadata,
    Column("entry_id", _Id, ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", _Id, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    _at("first_seen_at"),
    _at("last_seen_at"),
    sqlite_with_rowid=False,
)

ledger = Table(
    "ledger",
    metadata,
    _id(),
    _of("entries", index=True),
    _at("at"),
    _text("fate"),
    _text("reason"),
)

stories = Table(
    "stories",
    metadata,
    _id(),
    _text("title"),
    _at("first_seen_at"),
    _at("updated_at", index=True),
)

# What a story is about, for as long as follow-ups may join it, and the terms that find it.
story_clusters = Table(
    "story_clusters",
    metadata,
    Column("story_id", _Id, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    _at("last_at", index=True),
)

story_terms = Table(
    "story_terms",
    metadata,
    Column("term", BigInteger, primary_key=True),
    Column("story_id", _Id, primary_key=True),
    sqlite_with_rowid=False,
)

# `role` and `placed` say what it is in its story and why. `from_feed` counts the characters at the start
# of the text that only the feed gave, NULL when the feed has changed them since. `recheck_at` is when its
# page is read again to see whether it changed, `checked_at` when it was last.
articles = Table(
    "articles",
    metadata,
    _id(),
    Column("entry_id", _Id, ForeignKey("entries.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("story_id", _Id, ForeignKey("stories.id"), index=True),
    Column("original_id", _Id, index=True),
    _text("url"),
    _text("canonical_url"),
    _text("title"),
    _text("text"),
    _text("summary"),
    _json("authors", list),
    _maybe_at("published"),
    _text("published_precision"),
    _maybe_at("modified"),
    _text("language"),
    _text("site_name"),
    _text("image"),
    _text("section"),
    _json("tags", list),
    Column("paywalled", Boolean),
    _text("content_hash", index=True),
    _at("fetched_at"),
    _text("role"),
    _text("placed"),
    Column("from_feed", Integer),
    _maybe_at("recheck_at", index=True),
    _maybe_at("checked_at", index=True),
    _maybe_at("lease_until", index=True),
)

# What changed in an article that was read again: the gravest kind of change, the sentence, the diff.
revisions = Table(
    "revisions",
    metadata,
    _id(),
    _of("articles", index=True),
    _at("at"),
    _text("kind"),
    _text("reason"),
    _text("diff"),
)

hits = Table(
    "hits",
    metadata,
    _id(),
    _text("rule"),
    _of("articles", index=True),
    _count("severity"),
    _json("evidence", dict),
    _at("found_at"),
    UniqueConstraint("rule", "article_id"),
)

# `article_id` is the article that rang; the alert outlives it, or a copy could ring again. A rule rings
# once for an original and all its copies; a follow-up in the same story may ring anew.
alerts = Table(
    "alerts",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    _text("rule"),
    _of("stories", index=True),
    Column("article_id", _Id, ForeignKey("articles.id", ondelete="SET NULL"), index=True),
    Column("original_id", _Id, nullable=False),
    _count("severity"),
    _at("created_at"),
    UniqueConstraint("rule", "original_id"),
)

# What is kept of an article's text to recognise its copies by, and the keys that find candidates. The
# keys stand packed beside it as well, since an index by article would double their table.
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("article_id", _Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("packed_keys", LargeBinary, nullable=False),
    _at("seen_at", index=True),
)

fingerprint_keys = Table(
    "fingerprint_keys",
    metadata,
    Column("key", BigInteger, primary_key=True),
    Column("article_id", _Id, primary_key=True),
    sqlite_with_rowid=False,
)

# Lines that a host repeats under its articles are no part of them.
host_lines = Table(
    "host_lines",
    metadata,
    Column("host", Text, primary_key=True),
    Column("line", BigInteger, primary_key=True),
    Column("articles", Integer, nullable=False),
    _at("last_seen_at", index=True),
    sqlite_with_rowid=False,
)

# `revision` is 0 for the alert itself, else the revision of its article that a follow-up tells of.
deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _of("alerts"),
    _text("channel"),
    _count("revision"),
    _text("state", index=True),
    _count("attempts"),
    _at("created_at"),
    _maybe_at("next_attempt_at"),
    _maybe_at("lease_until", index=True),
    _text("outcome_kind"),
    _text("outcome_detail"),
    _flag("unknown"),
    _maybe_at("sent_at"),
    _json("payload", dict),
    UniqueConstraint("alert_id", "channel", "revision"),
)

# Serves «the latest polls of this source».
Index(None, polls.c.source_id, polls.c.at)

# Serve «the next due of this channel» and «what is in flight for it».
Index(None, deliveries.c.channel, deliveries.c.next_attempt_at)
Index(None, deliveries.c.channel, deliveries.c.lease_until)

# What the daemon must remember of itself: its pulse, the digest of its configuration.
facts = Table(
    "facts",
    metadata,
    Column("key", Text, primary_key=True),
    _json("value", None),
    _at("at"),
)
