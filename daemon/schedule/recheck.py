"""When an article's page is read again, to see whether it has changed."""

from datetime import datetime, timedelta
from math import ceil

from daemon.schedule.budget import Budget

# After it was found; most corrections come within the hour, hardly any after the day.
_AFTER = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
# A page that is missing is looked for once more before anybody is told: sites lose pages for minutes.
_SECOND_LOOK = timedelta(minutes=15)
_IN_DOUBT = timedelta(hours=6)

# So many requests as polling may make, once more, go to what was read already.
_SHARE = 0.1
RECHECK_SPAN = timedelta(minutes=6)
"""Over so long `recheck_room` spreads what it allows."""


def plan_recheck(found: datetime, now: datetime) -> datetime | None:
    """Give the next time to read an article's page again, None after the last."""
    return next((found + after for after in _AFTER if found + after > now), None)


def plan_second_look(missing: datetime, now: datetime) -> datetime | None:
    """Give the time to look once more for a page first found `missing`, None when that is hours ago."""
    return now + _SECOND_LOOK if now - missing < _IN_DOUBT else None


def recheck_room(budget: Budget, made: int) -> int:
    """Give how many pages may be read again now, after `made` in the last six minutes."""
    return max(0, ceil(budget.per_hour * _SHARE * (RECHECK_SPAN / timedelta(hours=1))) - made)
