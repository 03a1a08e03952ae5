"""The small words of sentences: how many, how long, how fast."""

from datetime import datetime, timedelta

from daemon.alert import Spread
from daemon.model import Precision

_AS_PUBLISHED = {Precision.YEAR: "%Y", Precision.MONTH: "%Y-%m", Precision.DAY: "%Y-%m-%d"}


def told(spread: Spread) -> str:
    """Tell a spread in a few words."""
    of = counted(spread.count, "alert")
    return f"half within {spell(spread.p50)}, 95 % within {spell(spread.p95)} ({of})"


def counted(count: int, one: str, many: str = "") -> str:
    """Write so many of something."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def spell(span: timedelta) -> str:
    """Write a span by its greatest unit: «1.2 s», «7 min», «3 h»."""
    seconds = span.total_seconds()
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"  # noqa: PLR2004  below it, tenths tell


def published(time: datetime | None, precision: Precision) -> str:
    """Write when a publisher says something came out, no more exactly than that was said."""
    return time.strftime(_AS_PUBLISHED.get(precision, "%Y-%m-%d %H:%M:%S UTC")) if time else ""
