"""The next time on a timetable, by APScheduler's cron."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache

from apscheduler.triggers.cron import CronTrigger

from daemon.model import Channel, Mode, Timetable


def digest_after(channel: Channel, time: datetime) -> datetime | None:
    """Give the first hour of a channel's digest after a time, None for one that is told at once."""
    if channel.mode is not Mode.DIGEST or channel.digest is None:
        return None
    # Without a previous time: given one, APScheduler stays for ever in an hour that the clock shows twice.
    after = time + timedelta(microseconds=1)
    triggers = _triggers(channel.digest, channel.time_zone)
    following = (trigger.get_next_fire_time(None, after) for trigger in triggers)
    return min((at.astimezone(UTC) for at in following if at), default=None)


@cache
def _triggers(timetable: Timetable, zone: tzinfo) -> tuple[CronTrigger, ...]:
    return tuple(
        CronTrigger(day_of_week=timetable.day_names, hour=at.hour, minute=at.minute, timezone=zone)
        for at in timetable.times
    )
