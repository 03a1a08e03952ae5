"""What waits for channels, taken without any manners: one delivery of each, the oldest first."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from daemon.store import claims
from daemon.store.deliveries import Delivery


def claim_due(
    conn: Connection, now: datetime, *, channels: Collection[str], lease: timedelta
) -> list[Delivery]:
    taken = []
    for channel in channels:
        if claims.is_due(conn, channel, now):
            waiting = claims.begun(conn, channel, now) or claims.fresh(conn, channel, now, 200)
            taken += claims.take(conn, [waiting[0].id], now, lease)
    return taken
