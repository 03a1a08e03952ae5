"""Quiet hours, by a clock that may be put forward or back meanwhile."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from daemon.model import Quiet


def quiet_until(quiet: Quiet | None, zone: tzinfo, now: datetime) -> datetime | None:
    """Give the end of the quiet hours that a moment lies in, None outside of them.

    Where a clock shows an hour twice, both are quiet; where it skips the end, the hours end after it.
    """
    if quiet is None:
        return None
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=shift) for shift in (-1, 0, 1)]
    ends = [end for start, end in (_hours(quiet, zone, day) for day in days) if start <= now < end]
    return max(ends, default=None)


def _hours(quiet: Quiet, zone: tzinfo, day: date) -> tuple[datetime, datetime]:
    """Give the quiet hours that begin on a day, at the earliest, and end at the latest."""
    last = day if quiet.start < quiet.end else day + timedelta(days=1)
    return min(moments(day, quiet.start, zone)), max(moments(last, quiet.end, zone))


def moments(day: date, at: time, zone: tzinfo) -> tuple[datetime, ...]:
    """Give the moments that a reading of the clock may mean: two where it comes twice, or never."""
    return tuple(datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
