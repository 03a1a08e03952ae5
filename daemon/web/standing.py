"""How things stand: the daemon's pulse, how late each stage is, what is wrong, what polling has spent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from daemon.jobs import Context
from daemon.model import DeliveryState
from daemon.runtime.status import take_stock
from daemon.store import alerts, lateness, polls

# Counting a million entries takes a moment; nobody needs it anew for each page.
FRESH = timedelta(seconds=5)
TOLD = 8  # sources that fail, in sentences
_HOUR = timedelta(hours=1)
_WAITING = (DeliveryState.PENDING.value, DeliveryState.FAILED.value)


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stood at a time. `late` says by how much each stage lags, `requests` what the hour cost."""

    at: datetime
    digest: str
    status: Mapping[str, Any]
    late: Mapping[str, timedelta]
    requests: int
    budget: float
    latest_alert: int

    def serves(self, now: datetime, digest: str) -> bool:
        """Say whether this is still true enough."""
        return self.digest == digest and self.at <= now < self.at + FRESH

    @property
    def waiting(self) -> int:
        """Count the deliveries that wait to be sent."""
        return sum(self.status["deliveries"][state] for state in _WAITING)

    @property
    def worst(self) -> timedelta:
        """Give the lag of the stage that lags most."""
        return max(self.late.values(), default=timedelta())


def look(conn: Connection, context: Context) -> Standing:
    """Take stock of the store and of the configuration that runs."""
    now = context.now()
    due = lateness.longest_due(conn)
    return Standing(
        at=now,
        digest=context.config.digest,
        status=take_stock(conn, now, most=TOLD),
        late={stage: max(now - at, timedelta()) if at else timedelta() for stage, at in due.items()},
        requests=polls.count_since(conn, now - _HOUR),
        budget=context.config.polling.budget,
        latest_alert=alerts.latest_id(conn),
    )
