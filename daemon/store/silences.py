"""Silences: read in the transaction that rings, so that they take effect at once and end on time."""

from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from daemon.errors import ConflictError, NotFoundError
from daemon.model import Silence
from daemon.store.tables import silences

_COLUMNS = tuple(silences.c[item.name] for item in fields(Silence))
_ALL = select(*_COLUMNS)
_IN_FORCE = _ALL.where(silences.c.starts <= bindparam("now"), silences.c.ends > bindparam("now"))


def add(conn: Connection, silence: Silence, now: datetime) -> int:
    """Begin a silence; give its number."""
    values = {name: value for name, value in asdict(silence).items() if name != "id"}
    made = insert(silences).returning(silences.c.id)
    silence_id: int = conn.execute(made, {**values, "created_at": now}).scalar_one()
    return silence_id


def in_force(conn: Connection, now: datetime) -> list[Silence]:
    """List the silences that mute at a time, first one first."""
    rows = conn.execute(_IN_FORCE.order_by(silences.c.id), {"now": now})
    return [Silence(**row) for row in rows.mappings()]


def get(conn: Connection, silence_id: int) -> Silence:
    """Give one silence; NotFoundError when there is none."""
    row = conn.execute(_ALL.where(silences.c.id == silence_id)).mappings().first()
    if row is None:
        raise NotFoundError(f"there is no silence {silence_id}: `tocsin silences list` shows their numbers")
    return Silence(**row)


def since(conn: Connection, time: datetime) -> list[Silence]:
    """List the silences that end after a time, first one first: those to come and in force among them."""
    rows = conn.execute(_ALL.where(silences.c.ends > time).order_by(silences.c.id))
    return [Silence(**row) for row in rows.mappings()]


def expire(conn: Connection, silence_id: int, now: datetime) -> Silence:
    """End a silence now; ConflictError when it has ended already."""
    silence = get(conn, silence_id)
    if silence.ends <= now:
        raise ConflictError(f"silence {silence_id} ended at {silence.ends:%Y-%m-%d %H:%M} UTC")
    values = {"ends": now, "starts": min(silence.starts, now), "expired": True}
    conn.execute(update(silences).where(silences.c.id == silence_id).values(**values))
    return get(conn, silence_id)
