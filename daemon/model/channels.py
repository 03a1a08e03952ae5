"""Who is told, and how they like it: channels, routes, and what waits for them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from daemon.model.asked import Severity
from daemon.model.secret import Secret

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORDS = {(0, 1, 2, 3, 4, 5, 6): "daily", (0, 1, 2, 3, 4): "weekdays", (5, 6): "weekends"}
_UTC = ZoneInfo("UTC")


class Mode(StrEnum):
    """When a channel is told: as things happen, or at set times."""

    INSTANT = "instant"
    DIGEST = "digest"


class FollowUps(StrEnum):
    """What a channel hears after an alert: nothing, who else tells the story, or corrections too."""

    NONE = "none"
    VOICES = "voices"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which only what is critical rings, by the channel's clock; `end` may be tomorrow's."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Timetable:
    """Times of day, and the days of the week (Monday is 0) on which they count."""

    times: tuple[time, ...]
    days: tuple[int, ...] = tuple(range(7))

    @property
    def day_names(self) -> str:
        """The days as the configuration and cron write them: «mon,tue»."""
        return ",".join(_DAYS[day] for day in self.days)

    def __str__(self) -> str:
        times = ",".join(f"{at:%H:%M}" for at in self.times)
        return f"{times} {_WORDS.get(self.days, self.day_names)}"


@dataclass(frozen=True, slots=True)
class Channel:
    """Where to tell: an Apprise address, with what it subscribes to and its manners.

    `template` and `digest_template` are the texts of the user's own templates, "" for Tocsin's. `digest` is
    there in digest mode. A `canary` shows that alerts reach it.
    """

    name: str
    url: Secret
    tags: tuple[str, ...] = ()
    min_severity: Severity = Severity.INFO
    rules: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    enabled: bool = True
    mode: Mode = Mode.INSTANT
    digest: Timetable | None = None
    quiet: Quiet | None = None
    group_wait: timedelta = timedelta()
    max_per_hour: int | None = None
    follow_ups: FollowUps = FollowUps.ALL
    time_zone: tzinfo = _UTC
    template: str = ""
    digest_template: str = ""
    canary: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """Alerts that meet all of its conditions go to its channels too; an empty condition is met."""

    channels: tuple[str, ...]
    name: str = ""
    rules: tuple[str, ...] = ()
    rule_tags: tuple[str, ...] = ()
    min_severity: Severity = Severity.INFO
    sources: tuple[str, ...] = ()
    source_tags: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class Held(StrEnum):
    """For what a delivery is kept waiting though it could be sent."""

    NOT = ""
    GROUP = "group"
    QUIET = "quiet"
    DIGEST = "digest"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that waits, as far as it matters for when it is sent.

    What tells of one `article` goes as one message, and what tells of one `story` where a channel waits
    for it; `since` is when it was queued.
    """

    id: int
    article: str
    story: str
    severity: Severity
    since: datetime
    held: Held = Held.NOT


@dataclass(frozen=True, slots=True)
class Subject:
    """What of an alert decides whom it reaches, beside its rule."""

    source: str = ""
    source_tags: tuple[str, ...] = ()
    language: str = ""
    entities: tuple[str, ...] = ()
