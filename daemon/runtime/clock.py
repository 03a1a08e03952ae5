"""The one place that reads the clock; everywhere else time is an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Tell the time, aware and in UTC."""
    return datetime.now(UTC)
