"""Hits, alerts, and their deliveries."""

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    or_,
)

from daemon.store.tables.columns import Id, at, count, flag, id_, json, maybe_at, metadata, of, text

hits = Table(
    "hits",
    metadata,
    id_(),
    text("rule"),
    of("articles", index=True),
    count("severity"),
    json("evidence", dict),
    at("found_at"),
    UniqueConstraint("rule", "article_id"),
    Index(None, "rule", "found_at"),
)

# `article_id` is the article that rang; the alert outlives it, or a copy could ring again. A rule rings
# once for an original and all its copies; a follow-up in the same story may ring anew. `silence_id` and
# `muted` say why nobody was told of it; `released_at` is when it was told after all, `replay_at` is set
# while it is to be.
alerts = Table(
    "alerts",
    metadata,
    id_(),
    Column("key", Text, nullable=False, unique=True),
    text("rule"),
    of("stories", index=True),
    Column("article_id", Id, ForeignKey("articles.id", ondelete="SET NULL"), index=True),
    Column("original_id", Id, nullable=False),
    count("severity"),
    at("created_at"),
    Column("silence_id", Id, index=True),
    text("muted"),
    maybe_at("replay_at", index=True),
    maybe_at("released_at"),
    UniqueConstraint("rule", "original_id"),
    Index(None, "rule", "id"),
)

# One message that settles many deliveries.
digests = Table(
    "digests",
    metadata,
    id_(),
    text("channel"),
    text("reason"),
    at("created_at"),
    json("payload", dict),
)

# `revision` is 0 for the alert itself; a follow-up has the revision of its article that it tells of, or,
# below 0, the number of voices. `severity` is its alert's, `held` what it waits for, `told` the alert as it
# is worded.
deliveries = Table(
    "deliveries",
    metadata,
    id_(),
    of("alerts"),
    text("channel"),
    count("revision"),
    count("severity"),
    text("state", index=True),
    count("attempts"),
    at("created_at"),
    maybe_at("next_attempt_at"),
    maybe_at("lease_until", index=True),
    text("outcome_kind"),
    text("outcome_detail"),
    flag("unknown"),
    maybe_at("sent_at"),
    maybe_at("tried_at"),
    json("payload", dict),
    text("held"),
    text("reason"),
    text("receipt"),
    json("told", dict),
    Column("digest_id", Id, ForeignKey("digests.id", ondelete="SET NULL"), index=True),
    UniqueConstraint("alert_id", "channel", "revision"),
)

# What was tried, from when to when; without an outcome it was cut short, and may have arrived.
attempts = Table(
    "attempts",
    metadata,
    id_(),
    of("deliveries", index=True),
    at("began_at"),
    maybe_at("ended_at"),
    text("outcome_kind"),
    text("outcome_detail"),
    maybe_at("next_attempt_at"),
)

# Serve «the next due of this channel», «what is in flight for it» and «what it took within the hour».
Index(None, deliveries.c.channel, deliveries.c.next_attempt_at)
Index(None, deliveries.c.channel, deliveries.c.lease_until)
Index(None, deliveries.c.channel, deliveries.c.tried_at)

# Serve «what was not tried yet, by what it waits for and how much it matters» and «what was tried, or made a
# digest, before». A question is answered by such an index if it has the very words: hence no parameter.
_NONE: ColumnElement[int] = literal_column("0")
is_waiting = deliveries.c.next_attempt_at.is_not(None)
is_fresh = is_waiting & (deliveries.c.attempts == _NONE) & deliveries.c.digest_id.is_(None)
is_begun = is_waiting & or_(deliveries.c.attempts > _NONE, deliveries.c.digest_id.is_not(None))
Index(
    "ix_deliveries_fresh",
    *(deliveries.c[name] for name in ("channel", "held", "severity", "next_attempt_at")),
    sqlite_where=is_fresh,
    postgresql_where=is_fresh,
)
Index(
    "ix_deliveries_begun",
    deliveries.c.channel,
    deliveries.c.next_attempt_at,
    sqlite_where=is_begun,
    postgresql_where=is_begun,
)
