"""The words in dates: months in sixty languages, zones by their letters, morning and evening."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files


def fold(text: str) -> str:
    """Bring to one spelling: lower case, no accents, no dots in «a.m.», digits from 0 to 9.

    Only the accents of alphabets go; in India's scripts marks are vowels. Marks of direction go too.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(map(_digit, _ACCENTS.sub("", decomposed)))
    return re.sub(r"(?<=[^\s\d])\.(?=[^\W\d])", "", unicodedata.normalize("NFC", plain))


_ACCENTS = re.compile("[\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def month_named(word: str, language: str = "") -> int | None:
    """Give the month (1 to 12) that `word`, folded, names in `language` or, failing that, in any.

    Where languages disagree («listopad» is November in Polish, October in Croatian), the one that
    comes first in months.tsv wins: its lines are ordered by how much news there is.
    """
    return month_in_language(word, language) or _months("").get(word)


def month_in_language(word: str, language: str) -> int | None:
    """Give the month that `word`, folded, names in `language`; in any, for a language "" or unknown."""
    return _months(language).get(word)


@cache
def _months(language: str) -> dict[str, int]:
    """Give the names of one language's months, or of all."""
    names: dict[str, int] = {}
    for code, months in _languages():
        if language in ("", code, code.partition("-")[0]):
            for name, month in months:
                names.setdefault(name, month)
    return names


@cache
def _languages() -> list[tuple[str, list[tuple[str, int]]]]:
    """Read months.tsv (from Unicode CLDR 47): a language, then its twelve months."""
    lines = files("daemon.parse").joinpath("months.tsv").read_text("utf-8").splitlines()
    return [(code, list(_spellings(months))) for code, _, months in (line.partition("\t") for line in lines)]


def _spellings(months: str) -> Iterator[tuple[str, int]]:
    for number, spellings in enumerate(months.split(" "), start=1):
        for spelling in spellings.split("|"):
            yield fold(spelling), number


_HOURS = {  # hours east of Greenwich; where letters are shared, what news sites mean by them
    **dict.fromkeys(("z", "gmt", "utc", "ut", "wet", "h"), 0.0),
    **dict.fromkeys(("bst", "cet", "west", "mez", "wat"), 1.0),
    **dict.fromkeys(("cest", "mesz", "eet", "sast", "cat"), 2.0),
    **dict.fromkeys(("eest", "msk", "мск", "trt", "eat", "idt"), 3.0),
    **dict.fromkeys(("gst", "samt"), 4.0),
    **dict.fromkeys(("pkt", "yekt", "uzt"), 5.0),
    **dict.fromkeys(("ict", "wib"), 7.0),
    **dict.fromkeys(("sgt", "hkt", "pht", "awst", "wita"), 8.0),
    **dict.fromkeys(("jst", "kst", "wit"), 9.0),
    "irst": 3.5,
    "ist": 5.5,
    "npt": 5.75,
    "mmt": 6.5,
    "acst": 9.5,
    "acdt": 10.5,
    "aest": 10.0,
    "aedt": 11.0,
    "nzst": 12.0,
    "nzdt": 13.0,
    "nst": -3.5,
    "ndt": -2.5,
    "ast": -4.0,
    "adt": -3.0,
    "akst": -9.0,
    "akdt": -8.0,
    "hst": -10.0,
    "est": -5.0,
    "edt": -4.0,
    "cst": -6.0,
    "cdt": -5.0,
    "mst": -7.0,
    "mdt": -6.0,
    "pst": -8.0,
    "pdt": -7.0,
    "brt": -3.0,
    "art": -3.0,
    "clt": -4.0,
    "clst": -3.0,
    "cot": -5.0,
    "pet": -5.0,
    "vet": -4.0,
}
_AMERICAN = {"et": -5, "ct": -6, "mt": -7, "pt": -8}  # standard or daylight time, as the day has it


def offset_named(zone: str, local: datetime) -> timedelta | None:
    """Give the offset from UTC that the letters of `zone`, in lower case, mean at a local time."""
    if zone in _HOURS:
        return timedelta(hours=_HOURS[zone])
    if zone in _AMERICAN:
        return timedelta(hours=_AMERICAN[zone] + _is_american_summer(local))
    return None


def _is_american_summer(local: datetime) -> bool:
    """Tell daylight time: from the second Sunday of March to the first of November (since 2007)."""
    start, end = (_sunday_from(local.replace(month=month, day=day)) for month, day in ((3, 8), (11, 1)))
    return start.date() <= local.date() < end.date()


def _sunday_from(day: datetime) -> datetime:
    return day + timedelta(days=6 - day.weekday())


_EVENING = re.compile(
    r"(?<![^\W\d])(?:pm|p m|μμ|md|ptg|ch|chieu|toi|م|مساء|ب ظ|오후|下午|晚上|午後|หลังเที่ยง)(?![^\W\d])"
)
_MORNING = re.compile(r"(?<![^\W\d])(?:am|a m|πμ|sa|sang|ص|صباحا|ق ظ|오전|上午|凌晨|午前)(?![^\W\d])")


def in_24_hours(hour: int, text: str) -> int:
    """Turn an hour of a twelve-hour clock, if `text` (folded) says so, into one of twenty-four."""
    noon = 12
    if hour < noon and _EVENING.search(text):
        return hour + noon
    if hour == noon and _MORNING.search(text):
        return 0
    return hour
