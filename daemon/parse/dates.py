"""Dates as publishers write them, to aware UTC times; a time without a zone is taken as UTC."""

import re
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

from daemon.model import Precision
from daemon.parse.datewords import fold, in_24_hours, month_in_language, month_named, offset_named

_LONGEST = 200  # characters; what is longer is no date
_YEARS = range(1900, 2200)  # outside, a year is a placeholder such as 0001 or a broken counter
_RFC822 = re.compile(
    r"(?:[^\W\d]{2,9}\.?,?\s*)?(\d{1,2})[\s-]([A-Za-z]{3,9})\.?[\s-](\d{4}|\d{2})"
    r",?\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d*)?)?\s*([+-]\d{2}:?\d{2}|(?![AaPp][Mm])[A-Za-z]{1,5})?"
)
_ISO = re.compile(
    r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?"
    r"(?:\s*[Tt ,]\s*(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d*)?)?\s*"
    r"([+-]\d{2}:?\d{2}|(?![AaPp][Mm])[A-Za-z]{1,5})?)?"
)
_MONTHS = dict(
    zip(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        (f"{number:02}" for number in range(1, 13)),
        strict=True,
    )
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})\s*([+-]\d{2}:?\d{2}|[Zz])?")
_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?([1-7]))?")
_DAY_OF_YEAR = re.compile(r"(\d{4})-(\d{3})")
_EPOCH = re.compile(r"(\d{9,10})(?:\.\d*)?|(\d{9,10})\d{3}")  # in seconds or milliseconds
_TIME = re.compile(
    r"(?<![\d.:])(\d{1,2})\s?[:h.時时시点]\s?(\d{2})(?:[:.분分]\s?(\d{2})(?:[.,]\d+)?)?(?![\d:])"
    r"|(?<![\d.:])(\d{1,2})\s?(?=[ap]m\b)"
)
_ZONE = re.compile(r"([+-])(\d{1,2}):?(\d{2})?\b|\b([^\W\d_]{1,5})\b")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})\s?[일日]?(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d:])")
_VIETNAMESE = re.compile(r"(\d{1,2})\s+(?:thang|thg)\s+(\d{1,2}),?\s+(?:nam\s+)?(\d{4})")
_WORD = re.compile(r"[^\W\d_][^\s\d.,،;:()/|-]*")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|2[0-5])\d{2}(?!\d)")
_DAY = re.compile(r"(?<![\d:.])([0-3]?\d)(?![\d:]|\s?[ap]m\b)")
_NEAR = 10  # characters from a day to its month («17 de la »)
_MONTH_FIRST = {"", "en", "en-us", "en-ca", "en-ph", "fil"}  # who reads 03/04 as the fourth of March

Found = tuple[datetime, Precision]
Day = tuple[int, int, int]
Clock = tuple[str | None, str | None, str | None]


def parse_date(text: str, *, language: str = "") -> tuple[datetime | None, Precision]:
    """Read `text` as a time in UTC, with the precision it was given in; None when it is not one.

    `language` (in lower case, «en» or «en-gb») decides between month names that several languages share
    and between 03/04 and 04/03. Relative dates («two hours ago») need a clock and give None. The
    ladder goes from fast forms to slow: RFC 822, ISO 8601, then words and numbers in any order.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None, Precision.SECOND
    found = _usual(text) or _rfc822(text) or _iso(text) or _epoch(text) or _wild(fold(text), language)
    return found or (None, Precision.SECOND)


def exchanged(text: str) -> str:
    """The text with day and month in each other's place, where it reads either way; "" where it does not."""
    match = _YEAR_LAST.search(text)
    if not match or match[1] == match[3] or max(int(match[1]), int(match[3])) > 12:  # noqa: PLR2004 — months
        return ""
    return f"{text[: match.start(1)]}{match[3]}{match[2]}{match[1]}{text[match.end(3) :]}"


def _usual(text: str) -> Found | None:
    """Read «Mon, 02 Jan 2006 15:04:05 +0000», which most feeds write to the letter."""
    month = _MONTHS.get(text[8:11])
    if month is None or text[3:5] != ", " or text[25:26] != " ":
        return None
    zone = "Z" if text[26:] == "GMT" else text[26:]
    try:
        moment = datetime.fromisoformat(f"{text[12:16]}-{month}-{text[5:7]}T{text[17:25]}{zone}")
    except ValueError:
        return None  # the patterns below are more patient
    return _in_utc(moment, Precision.SECOND)


def _rfc822(text: str) -> Found | None:
    match = _RFC822.fullmatch(text)
    month = match and month_named(match[2].lower(), "en")
    if not match or not month:
        return None
    return _moment(
        (_full_year(match[3]), month, int(match[1])), (match[4], match[5], match[6]), match[7] or ""
    )


def _iso(text: str) -> Found | None:
    try:
        if len(text) >= len("2001-02-03T04:05:06") and text[4] == "-":
            precision = Precision.SECOND if text[16] == ":" else Precision.MINUTE
            return _in_utc(datetime.fromisoformat(text), precision)
    except ValueError:
        pass  # the pattern below is more patient
    if match := _COMPACT.fullmatch(text):
        return _moment(
            (int(match[1]), int(match[2]), int(match[3])), (match[4], match[5], match[6]), match[7] or ""
        )
    match = _ISO.fullmatch(text)
    if not match:
        return _counted(text)
    if match[4] and not match[3]:
        return None
    precision = Precision.DAY if match[3] else Precision.MONTH if match[2] else Precision.YEAR
    day = (int(match[1]), int(match[2] or 1), int(match[3] or 1))
    return _moment(day, (match[4], match[5], match[6]), match[7] or "", precision)


def _counted(text: str) -> Found | None:
    """Read a day by its number in the week («2025-W37-5») or in the year («2025-255»)."""
    try:
        if match := _WEEK.fullmatch(text):
            day = datetime.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
            return _in_utc(day, Precision.DAY if match[3] else Precision.MONTH)
        if match := _DAY_OF_YEAR.fullmatch(text):
            return _in_utc(datetime.strptime(text, "%Y-%j"), Precision.DAY)  # noqa: DTZ007 — no zone is UTC
    except ValueError:
        pass  # there is no such day
    return None


def _epoch(text: str) -> Found | None:
    """Read seconds or milliseconds since 1970."""
    match = _EPOCH.fullmatch(text)
    return (datetime.fromtimestamp(int(match[1] or match[2]), UTC), Precision.SECOND) if match else None


def _wild(text: str, language: str) -> Found | None:
    """Read a date in words or numbers; `text` is folded."""
    text = text.replace("\N{MINUS SIGN}", "-")
    day, rest = _numeric(text, language) or _named(text, language.partition("-")[0]) or (None, "")
    if day is None:
        return None
    if not day[2]:
        return _moment((day[0], day[1], 1), (None, None, None), "", Precision.MONTH)
    time = _TIME.search(rest)
    if time is None:
        return _moment(day, (None, None, None), "")
    hour = in_24_hours(int(time[1] or time[4]), rest)
    return _moment(day, (str(hour), time[2] or "0", time[3]), rest[time.end() :])


def _numeric(text: str, language: str) -> tuple[Day, str] | None:
    """Find a date in numbers; give it with the text around it."""
    if match := _YEAR_FIRST.search(text):
        day = (int(match[1]), int(match[2]), int(match[3]))
    elif match := _VIETNAMESE.search(text):
        day = (int(match[3]), int(match[2]), int(match[1]))
    elif (match := _YEAR_LAST.search(text)) and (len(match[4]) > 2 or not _YEAR.search(text)):  # noqa: PLR2004 — two digits may be a clock
        first, second = int(match[1]), int(match[3])
        month_first = match[2] == "/" and language in _MONTH_FIRST
        if first > 12 or (second <= 12 and not month_first):  # noqa: PLR2004 — there are 12 months
            first, second = second, first
        day = (_full_year(match[4]), first, second)
    else:
        return None
    return day, text[: match.start()] + " " + text[match.end() :]


def _named(text: str, language: str) -> tuple[Day, str] | None:
    """Find a date whose month is a word; give it with the text, its year and day blanked.

    The day is 0 where there is none.
    """
    year = _YEAR.search(text)
    month = _month_in(text, language)
    if year is None or month is None:
        return None
    rest = text[: year.start()] + " " * 4 + text[year.end() :]
    number, start, end = month
    before = list(_DAY.finditer(rest, max(0, start - _NEAR), start))
    day = before[-1] if before else _DAY.search(rest, end)
    if day is None:
        return ((int(year[0]), number, 0), "")
    return (int(year[0]), number, int(day[1])), rest[: day.start()] + "  " + rest[day.end() :]


def _month_in(text: str, language: str) -> tuple[int, int, int] | None:
    """Find the word that names a month: its number, start and end; the last, if there are several.

    The last, because abbreviated weekdays («mar.» for martes, mardi, marți) stand before the month; but one
    in the text's own language rather than a word that is a month in another («Mac» is March in Malay).
    """
    found = None
    is_own = False
    words = list(_WORD.finditer(text))
    for word, following in zip_longest(words, words[1:]):
        pair = following and month_named(f"{word[0]}_{following[0]}", language)
        number = pair or month_named(word[0], language) or month_named(word[0].removeprefix("ב"), language)
        if number and (not is_own or pair or month_in_language(word[0], language)):
            found = number, word.start(), (following if pair and following else word).end()
            is_own = month_in_language(word[0], language) is not None
    return found


def _full_year(digits: str) -> int:
    """Read a two-digit year as RFC 5322 does: 50 and above lie in the last century."""
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004 — two digits
        return year
    return year + (1900 if year >= 50 else 2000)  # noqa: PLR2004 — see the docstring


def _moment(day: Day, clock: Clock, zone: str, precision: Precision = Precision.DAY) -> Found | None:
    """Put a time together; None if there is no such day. A clock makes `precision` finer."""
    hour, minute, second = clock
    if hour is not None:
        precision = Precision.SECOND if second else Precision.MINUTE
    year, month, number = day
    if year > 2400:  # noqa: PLR2004 — the Buddhist era, as Thai sites count
        year -= 543
    try:
        local = datetime(year, month, number, tzinfo=UTC)
        local += timedelta(hours=int(hour or 0), minutes=int(minute or 0), seconds=int(second or 0))
        return _in_utc(local - _offset(zone.lower(), local), precision)
    except (ValueError, OverflowError):
        return None


def _offset(zone: str, local: datetime) -> timedelta:
    """Read the first zone in a text: +0200, UTC+2, CEST, «(Moscow, MSK)»; UTC if there is none."""
    for sign, hours, minutes, name in _ZONE.findall(zone):
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
            return -offset if sign == "-" else offset
        if name in ("gmt", "utc"):
            continue  # an offset may follow
        if (found := offset_named(name, local)) is not None:
            return found
    return timedelta(0)


def _in_utc(moment: datetime, precision: Precision) -> Found | None:
    if moment.year not in _YEARS:
        return None
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.replace(microsecond=0) if moment.microsecond else moment, precision
