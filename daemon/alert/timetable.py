"""The next time on a timetable, by a clock that may be put forward or back meanwhile."""

from datetime import date, datetime, time, timedelta, tzinfo

from daemon.alert.quiet import moments
from daemon.model import Channel, Mode, Timetable

_DAYS = 9  # from a day before to a week after: a timetable has a day in each week


def digest_after(channel: Channel, after: datetime) -> datetime | None:
    """Give the first hour of a channel's digest after a time, None for one that is told at once."""
    if channel.mode is not Mode.DIGEST or channel.digest is None:
        return None
    return next_time(channel.digest, channel.time_zone, after)


def next_time(timetable: Timetable, zone: tzinfo, after: datetime) -> datetime:
    """Give the first time of a timetable after a moment.

    A time that the clock shows twice counts twice; one that it skips counts when it has been put forward.
    Not APScheduler's cron: that takes «00:00 mon» a week late when the clock changes on the Sunday before.
    """
    first = after.astimezone(zone).date() - timedelta(days=1)
    days = (first + timedelta(days=shift) for shift in range(_DAYS + 1))
    coming = (
        moment
        for day in days
        if day.weekday() in timetable.days
        for at in timetable.times
        for moment in _shown(day, at, zone)
        if moment > after
    )
    return min(coming)


def _shown(day: date, at: time, zone: tzinfo) -> tuple[datetime, ...]:
    first, second = moments(day, at, zone)
    return (first, second) if second > first else (first,)
