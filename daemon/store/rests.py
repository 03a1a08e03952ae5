"""Rests: until when a host or a channel is to be left alone by every process, and by the one after it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select

from daemon.store import conflict
from daemon.store.tables import rests


class Rest(StrEnum):
    """Who rests, a host from requests or a channel from messages; and until when a burst to one counts."""

    HOST = "host"
    CHANNEL = "channel"
    BURST = "burst"


_NEW = conflict.insert(rests)
_PUT = _NEW.on_conflict_do_update(
    index_elements=("kind", "name"),
    set_={"until": _NEW.excluded.until},
    where=_NEW.excluded.until > rests.c.until,
)


def put(conn: Connection, kind: Rest, name: str, until: datetime) -> None:
    """Let somebody be left alone until a time, or for longer where that was noted before."""
    conn.execute(_PUT, {"kind": kind, "name": name, "until": until})


def get(conn: Connection, kind: Rest, name: str) -> datetime | None:
    """Give until when somebody is to be left alone, which may have passed; None if nobody said."""
    return conn.scalar(select(rests.c.until).where(rests.c.kind == kind, rests.c.name == name))


def resting(kind: Rest, name: ColumnElement[str], at: ColumnElement[Any] | datetime) -> ColumnElement[bool]:
    """Ask, within a question about rows, whether the one that `name` names is to be left alone at a time."""
    return (
        select(rests.c.name)
        .where(rests.c.kind == kind, rests.c.name == name, rests.c.until > at)
        .correlate_except(rests)
        .exists()
    )


def end_of_channel(conn: Connection, channel: str) -> None:
    """Let a channel rest no more: it has come to be another's."""
    mine = rests.c.kind.in_((Rest.CHANNEL, Rest.BURST)) & (rests.c.name == channel)
    conn.execute(delete(rests).where(mine))


def forget(conn: Connection, before: datetime) -> int:
    """Forget the rests that were over before a time; give how many."""
    return conn.execute(delete(rests).where(rests.c.until < before)).rowcount
