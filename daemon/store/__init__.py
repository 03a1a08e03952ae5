"""Keeps everything in one database.

`Store` runs work on it: functions of a Connection, one module per noun. `upkeep` makes, upgrades,
checks, backs up and prunes it, and is imported by itself: it brings Alembic along.
"""

from daemon.store import (
    alerts,
    articles,
    claims,
    clusters,
    deliveries,
    entries,
    facts,
    fingerprints,
    hits,
    lateness,
    leases,
    ledger,
    polls,
    rechecks,
    sources,
    stories,
    tokens,
)
from daemon.store.engine import Store

__all__ = [
    "Store",
    "alerts",
    "articles",
    "claims",
    "clusters",
    "deliveries",
    "entries",
    "facts",
    "fingerprints",
    "hits",
    "lateness",
    "leases",
    "ledger",
    "polls",
    "rechecks",
    "sources",
    "stories",
    "tokens",
]
