"""What the daemon remembers of itself: its pulse, the digest of its configuration."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from daemon.store import conflict
from daemon.store.tables import facts

UNFINISHED = "copying"
"""The key under which a database says that it is being copied to, and is not whole yet."""

SERVES = "serves"
"""The key under which a database names the oldest revision whose programs can work with its schema."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of JSON's kinds, and when it was noted."""

    value: Any
    at: datetime


def put(conn: Connection, key: str, value: Any, now: datetime) -> None:
    """Note a fact, in the place of what was noted under this key."""
    conn.execute(conflict.upsert(facts, ("key",), ("value", "at")), {"key": key, "value": value, "at": now})


def get(conn: Connection, key: str) -> Fact | None:
    """Give a fact, or None."""
    row = conn.execute(select(facts.c.value, facts.c.at).where(facts.c.key == key)).first()
    return Fact(row.value, row.at) if row else None


def beginning(conn: Connection, prefix: str) -> dict[str, Fact]:
    """Give the facts whose keys begin so."""
    query = select(facts).where(facts.c.key.startswith(prefix, autoescape=True)).order_by(facts.c.key)
    return {row.key: Fact(row.value, row.at) for row in conn.execute(query)}


def forget(conn: Connection, key: str) -> None:
    """Forget a fact."""
    conn.execute(delete(facts).where(facts.c.key == key))
