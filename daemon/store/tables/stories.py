"""Stories, their articles, and what recognises the copies among these."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text

from daemon.store.tables.columns import Id, at, id_, json, maybe_at, metadata, of, text

stories = Table(
    "stories",
    metadata,
    id_(),
    text("title"),
    at("first_seen_at"),
    at("updated_at", index=True),
)

# What a story is about, for as long as follow-ups may join it, and the terms that find it.
story_clusters = Table(
    "story_clusters",
    metadata,
    Column("story_id", Id, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    at("last_at", index=True),
)

story_terms = Table(
    "story_terms",
    metadata,
    Column("term", BigInteger, primary_key=True),
    Column("story_id", Id, primary_key=True),
    sqlite_with_rowid=False,
)

# `role` and `placed` say what it is in its story and why. `from_feed` counts the characters at the start
# of the text that only the feed gave, NULL when the feed has changed them since. `recheck_at` is when its
# page is read again to see whether it changed, `checked_at` when it was last, `missing_at` when its page
# was first found missing, NULL while it is there.
articles = Table(
    "articles",
    metadata,
    id_(),
    Column("entry_id", Id, ForeignKey("entries.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("story_id", Id, ForeignKey("stories.id"), index=True),
    Column("original_id", Id, index=True),
    text("url"),
    text("canonical_url"),
    text("title"),
    text("text"),
    text("summary"),
    json("authors", list),
    maybe_at("published"),
    text("published_precision"),
    maybe_at("modified"),
    text("language"),
    text("site_name"),
    text("image"),
    text("section"),
    json("tags", list),
    Column("paywalled", Boolean),
    at("fetched_at"),
    text("role"),
    text("placed"),
    Column("from_feed", Integer),
    maybe_at("recheck_at", index=True),
    maybe_at("checked_at", index=True),
    maybe_at("missing_at"),
    maybe_at("lease_until", index=True),
)

# What changed in an article that was read again: the gravest kind of change, the sentence, the diff.
revisions = Table(
    "revisions",
    metadata,
    id_(),
    of("articles", index=True),
    at("at"),
    text("kind"),
    text("reason"),
    text("diff"),
)

# What is kept of an article's text to recognise its copies by, and the keys that find candidates. The
# keys stand packed beside it as well, since an index by article would double their table.
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("packed_keys", LargeBinary, nullable=False),
    at("seen_at", index=True),
)

fingerprint_keys = Table(
    "fingerprint_keys",
    metadata,
    Column("key", BigInteger, primary_key=True),
    Column("article_id", Id, primary_key=True),
    sqlite_with_rowid=False,
)

# Lines that a host repeats under its articles are no part of them.
host_lines = Table(
    "host_lines",
    metadata,
    Column("host", Text, primary_key=True),
    Column("line", BigInteger, primary_key=True),
    Column("articles", Integer, nullable=False),
    at("last_seen_at", index=True),
    sqlite_with_rowid=False,
)

# In how many texts of the archive each term stands, in one row, and the last article counted.
frequencies = Table(
    "frequencies",
    metadata,
    id_(),
    Column("body", LargeBinary, nullable=False),
    Column("last_article_id", BigInteger, nullable=False),
    at("at"),
)
