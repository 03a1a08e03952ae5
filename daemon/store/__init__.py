"""Keeps everything in one database.

`Store` runs work on it: functions of a Connection, one module per noun. `upkeep` makes, upgrades,
checks, backs up and prunes it, and is imported by itself: it brings Alembic along.
"""

from daemon.store import (
    alerts,
    articles,
    attempts,
    claims,
    clusters,
    deliveries,
    entries,
    facts,
    fingerprints,
    frequencies,
    hits,
    lateness,
    leases,
    ledger,
    listings,
    polls,
    rechecks,
    rests,
    silences,
    sources,
    stories,
    tokens,
    users,
)
from daemon.store.engine import Store

__all__ = [
    "Store",
    "alerts",
    "articles",
    "attempts",
    "claims",
    "clusters",
    "deliveries",
    "entries",
    "facts",
    "fingerprints",
    "frequencies",
    "hits",
    "lateness",
    "leases",
    "ledger",
    "listings",
    "polls",
    "rechecks",
    "rests",
    "silences",
    "sources",
    "stories",
    "tokens",
    "users",
]
