"""Attempts: what was tried for a delivery, and what came of it each time."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from daemon.model import Outcome
from daemon.store.tables import attempts


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. Without an end its outcome was never written: Tocsin was stopped, or is at it."""

    delivery_id: int
    began_at: datetime
    ended_at: datetime | None
    outcome_kind: str
    outcome_detail: str
    next_attempt_at: datetime | None


_COLUMNS = tuple(attempts.c[item.name] for item in fields(Attempt))
_tries = attempts.alias()
_latest = select(func.max(_tries.c.id)).where(_tries.c.delivery_id == bindparam("delivery")).scalar_subquery()
_END = (
    update(attempts)
    .where(attempts.c.id == _latest, attempts.c.ended_at.is_(None))
    .values(
        ended_at=bindparam("now"),
        outcome_kind=bindparam("kind"),
        outcome_detail=bindparam("detail"),
        next_attempt_at=bindparam("again"),
    )
)


def begin(conn: Connection, delivery_id: int, now: datetime) -> None:
    """Note that an attempt begins."""
    conn.execute(insert(attempts), {"delivery_id": delivery_id, "began_at": now})


def end(
    conn: Connection, delivery_id: int, outcome: Outcome, now: datetime, again_at: datetime | None
) -> None:
    """Note what came of the attempt under way, and when the next is to be."""
    told = {"kind": outcome.kind, "detail": outcome.detail, "now": now, "again": again_at}
    conn.execute(_END, {"delivery": delivery_id, **told})


def of_delivery(conn: Connection, delivery_id: int) -> list[Attempt]:
    """List a delivery's attempts, first one first."""
    query = select(*_COLUMNS).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.id)
    return [Attempt(**row) for row in conn.execute(query).mappings()]
