"""Times of day as the configuration writes them: quiet hours, and when digests come."""

import re
from datetime import time
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from daemon.config.fields import wrong
from daemon.config.suggest import did_you_mean
from daemon.model import Quiet, Timetable

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_QUIET = re.compile(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORDS = {"daily": range(7), "weekdays": range(5), "weekends": range(5, 7)}
_WORDS |= {day: range(number, number + 1) for number, day in enumerate(_DAYS)}


def parse_quiet(value: Any) -> Quiet:
    """Read «22:00-07:00»."""
    found = _QUIET.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise wrong("no hours", 'write from when to when: "22:00-07:00"')
    quiet = Quiet(_time(found[1]), _time(found[2]))
    if quiet.start == quiet.end:
        raise wrong("hours that never end", "change one of the two; enabled = false silences a channel")
    return quiet


def parse_timetable(value: Any) -> Timetable:
    """Read «07:30 weekdays», «08:00,18:00» or «09:00 mon,thu»."""
    times, _, days = value.strip().partition(" ") if isinstance(value, str) else ("", "", "")
    if not times:
        raise wrong("no time of day", 'write when, and on which days: "07:30 weekdays"')
    numbers = {number for word in days.split(",") if days for number in _day(word.strip().lower())}
    return Timetable(
        tuple(sorted({_time(each) for each in times.split(",")})), tuple(sorted(numbers or range(7)))
    )


def parse_heartbeat(value: Any) -> Timetable:
    """Read «daily 08:00», the hours and the days in either order."""
    words = value.split() if isinstance(value, str) else []
    return parse_timetable(" ".join(sorted(words, key=lambda word: not word[0].isdigit())) or value)


def _time(text: str) -> time:
    found = _TIME.fullmatch(text)
    if not found:
        raise wrong(f"no time of day: «{text}»", 'write hours and minutes, from 00:00 to 23:59: "07:30"')
    return time(int(found[1]), int(found[2]))


def _day(word: str) -> range:
    if word not in _WORDS:
        hint = did_you_mean(word, _WORDS) or f"write one of: {', '.join(_WORDS)}"
        raise wrong(f"no day: «{word}»", hint)
    return _WORDS[word]


QuietHours = Annotated[
    Quiet,
    BeforeValidator(parse_quiet),
    WithJsonSchema({"type": "string", "pattern": _QUIET.pattern, "examples": ["22:00-07:00"]}),
]
TimetableText = Annotated[
    Timetable,
    BeforeValidator(parse_timetable),
    WithJsonSchema({"type": "string", "examples": ["07:30 weekdays", "08:00,18:00", "09:00 mon,thu"]}),
]
HeartbeatText = Annotated[
    Timetable,
    BeforeValidator(parse_heartbeat),
    WithJsonSchema({"type": "string", "examples": ["daily 08:00", "08:00 weekdays"]}),
]
