"""The next time on a timetable, by a clock that may be put forward or back meanwhile."""

from datetime import date, datetime, time, timedelta, tzinfo

from daemon.alert.quiet import moments
from daemon.model import Channel, Mode

_DAYS = 9  # from a day before to a week after: a timetable has a day in each week


def digest_after(channel: Channel, after: datetime) -> datetime | None:
    """Give the first hour of a channel's digest after a time, None for one that is told at once.

    A time that the clock shows twice counts twice; one that it skips counts when it has been put forward.
    Not APScheduler's cron: that takes «00:00 mon» a week late when the clock changes on the Sunday before.
    """
    timetable = channel.digest
    if channel.mode is not Mode.DIGEST or timetable is None:
        return None
    first = after.astimezone(channel.time_zone).date() - timedelta(days=1)
    days = (first + timedelta(days=shift) for shift in range(_DAYS + 1))
    coming = (
        moment
        for day in days
        if day.weekday() in timetable.days
        for at in timetable.times
        for moment in _shown(day, at, channel.time_zone)
        if moment > after
    )
    return min(coming)


def _shown(day: date, at: time, zone: tzinfo) -> tuple[datetime, ...]:
    first, second = moments(day, at, zone)
    return (first, second) if second > first else (first,)
