"""May an entry ring at all? Old news must not, and must not vanish either."""

from datetime import datetime, timedelta

from daemon.model import Entry, Fate, Verdict


def admit(entry: Entry, *, first_poll: bool, max_age: timedelta, now: datetime) -> Verdict:
    """Judge a newly listed entry: `NEW` will be read and matched, `BACKLOG` is only recorded.

    An entry without a date counts as fresh: a missed alert is worse than a late one.
    """
    if first_poll:
        return Verdict(Fate.BACKLOG, "listed when its source was polled for the first time")
    if entry.published and now - entry.published > max_age:
        return Verdict(
            Fate.BACKLOG,
            f"published {entry.published:%Y-%m-%d %H:%M} UTC, longer ago than {_hours(max_age)} (max_age)",
        )
    return Verdict(Fate.NEW, "waiting to be read")


def _hours(age: timedelta) -> str:
    return f"{age.total_seconds() / 3600:g} h"
