"""The tables, the whole of them: what `migrations/` builds step by step.

A due time is a column that is NULL when nothing is due (`next_poll_at`, `next_read_at`,
`next_attempt_at`), and a lease beside it is NULL when nobody is at work: so one small index each finds
what to do, among however many rows.
"""

from daemon.store.tables.alerts import alerts, attempts, deliveries, digests, hits, is_begun, is_fresh
from daemon.store.tables.columns import metadata
from daemon.store.tables.facts import facts
from daemon.store.tables.rests import rests
from daemon.store.tables.silences import silences
from daemon.store.tables.sources import entries, entry_keys, ledger, listings, polls, sightings, sources
from daemon.store.tables.stories import (
    articles,
    fingerprint_keys,
    fingerprints,
    frequencies,
    host_lines,
    revisions,
    stories,
    story_clusters,
    story_terms,
)
from daemon.store.tables.tokens import tokens
from daemon.store.tables.users import sessions, users

REVISION = "0012"
"""The revision that this program needs. Revisions are ordinals, so that a newer one can be told."""
SERVES = "0008"
"""The oldest revision whose programs can work beside this schema: all since has only added to it."""

__all__ = [
    "REVISION",
    "SERVES",
    "alerts",
    "articles",
    "attempts",
    "deliveries",
    "digests",
    "entries",
    "entry_keys",
    "facts",
    "fingerprint_keys",
    "fingerprints",
    "frequencies",
    "hits",
    "host_lines",
    "is_begun",
    "is_fresh",
    "ledger",
    "listings",
    "metadata",
    "polls",
    "rests",
    "revisions",
    "sessions",
    "sightings",
    "silences",
    "sources",
    "stories",
    "story_clusters",
    "story_terms",
    "tokens",
    "users",
]
