"""What sources listed last, as far as it must be known to read of the next listing only what is new."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from struct import Struct

from sqlalchemy import Connection, bindparam, select

from daemon.store import conflict
from daemon.store.columns import UtcTime
from daemon.store.prepared import Prepared
from daemon.store.tables import listings


@dataclass(frozen=True, slots=True)
class LastListing:
    """A source's last document, as `digest` knows it again; b"" is none that could be known.

    `marks` tells the entry that each listed item was stored as, by the item's mark of twelve bytes.
    """

    digest: bytes = b""
    marks: Mapping[bytes, int] = field(default_factory=dict)


NEVER_LISTED = LastListing()

_MARK = Struct("<12sq")
_FIELDS = ("digest", "marks")
_PUT = Prepared(conflict.upsert(listings, ("source_id",), ("at", *_FIELDS)), ("source_id", "at", *_FIELDS))
_GET = Prepared(
    select(*(listings.c[name] for name in _FIELDS)).where(
        listings.c.source_id == bindparam("source"), listings.c.at == bindparam("moment", type_=UtcTime)
    )
)


def put(conn: Connection, source_id: int, at: datetime, listing: LastListing) -> None:
    """Keep what a source listed at a time; it belongs in the transaction that stores its entries."""
    packed = b"".join(_MARK.pack(mark, entry_id) for mark, entry_id in listing.marks.items())
    _PUT(conn, source_id=source_id, at=at, digest=listing.digest, marks=packed)


def last(conn: Connection, source_id: int, at: datetime | None) -> LastListing:
    """Give what a source listed at a time; `NEVER_LISTED` where that was not kept.

    Give the time at which it listed last: what was kept before tells nothing of what came since, as from a
    program of an earlier release.
    """
    rows = _GET.rows(conn, source=source_id, moment=at) if at else ()
    if not rows:
        return NEVER_LISTED
    digest, packed = rows[0]
    return LastListing(digest, dict(_MARK.iter_unpack(packed)))
