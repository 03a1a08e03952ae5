"""What sources listed last, as far as it must be known to read of the next listing only what is new."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from daemon.store import conflict
from daemon.store.columns import UtcTime
from daemon.store.prepared import Prepared
from daemon.store.tables import listings


@dataclass(frozen=True, slots=True)
class LastListing:
    """A source's last document, as `digest` knows it again; b"" is none that could be known."""

    digest: bytes = b""


NEVER_LISTED = LastListing()

_FIELDS = ("digest",)
_PUT = Prepared(conflict.upsert(listings, ("source_id",), ("at", *_FIELDS)), ("source_id", "at", *_FIELDS))
_GET = Prepared(
    select(*(listings.c[name] for name in _FIELDS)).where(
        listings.c.source_id == bindparam("source"), listings.c.at == bindparam("moment", type_=UtcTime)
    )
)


def put(conn: Connection, source_id: int, at: datetime, listing: LastListing) -> None:
    """Keep what a source listed at a time; it belongs in the transaction that stores its entries."""
    _PUT(conn, source_id=source_id, at=at, digest=listing.digest)


def last(conn: Connection, source_id: int, at: datetime | None) -> LastListing:
    """Give what a source listed at a time; `NEVER_LISTED` where that was not kept.

    Give the time at which it listed last: what was kept before tells nothing of what came since, as from a
    program of an earlier release.
    """
    rows = _GET.rows(conn, source=source_id, moment=at) if at else ()
    return LastListing(*rows[0]) if rows else NEVER_LISTED
