"""Sources in an order and by what is asked of them, a page at a time, however many there are."""

from collections.abc import Collection
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, tuple_

from daemon.store.sources import SourceState, present
from daemon.store.tables import sources
from daemon.store.words import holds, is_one_of


class Order(StrEnum):
    """In which order sources are listed: those that never poll again, or never did, come last."""

    NAME = "name"
    NEXT = "next"
    POLLED = "polled"
    FAILURES = "failures"


# Whether the greatest comes first.
_ORDERS: dict[Order, tuple[ColumnElement[Any], bool]] = {
    Order.NAME: (sources.c.name, False),
    Order.NEXT: (func.coalesce(sources.c.next_poll_at, datetime.max.replace(tzinfo=UTC)), False),
    Order.POLLED: (func.coalesce(sources.c.last_poll_at, datetime.min.replace(tzinfo=UTC)), True),
    Order.FAILURES: (sources.c.failures, True),
}


def browse(  # noqa: PLR0913  one parameter for each thing that may be asked
    conn: Connection,
    by: Order,
    *,
    words: str = "",
    which: str = "",
    names: Collection[str] | None = None,
    after: int | None = None,
    limit: int = 100,
) -> list[SourceState]:
    """List sources in an order, those after the source `after`, the ids breaking ties.

    `words` stand in the name or the address; `which` is "failing", "paused" or "" for all. `names`, where
    given, are the only ones.
    """
    column, descending = _ORDERS[by]
    query = select(sources.c.id).where(sources.c.retired_at.is_(None), *_asked(words, which))
    if names is not None:
        query = query.where(is_one_of(sources.c.name, names))
    if after is not None:
        here = tuple_(column, sources.c.id)
        there = select(column, sources.c.id).where(sources.c.id == after).scalar_subquery()
        query = query.where(here < there if descending else here > there)
    ordered = (column.desc(), sources.c.id.desc()) if descending else (column, sources.c.id)
    # The numbers first: to sort whole rows of a hundred thousand sources takes four times as long.
    page = query.order_by(*ordered).limit(limit)
    rows = conn.execute(present().where(sources.c.id.in_(page)).order_by(*ordered))
    return [SourceState(**row) for row in rows.mappings()]


def _asked(words: str, which: str) -> list[ColumnElement[bool]]:
    asked = [or_(holds(sources.c.name, word), holds(sources.c.url, word)) for word in words.split()]
    of_kind: dict[str, ColumnElement[bool]] = {"failing": sources.c.failures > 0, "paused": sources.c.paused}
    return [*asked, of_kind[which]] if which in of_kind else asked
