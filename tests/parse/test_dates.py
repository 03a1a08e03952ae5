"""Dates in the forms that publishers use."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model import Precision
from daemon.parse import parse_date

FORMS = [
    ("Fri, 12 Sep 2025 10:30:00 +0200", "", "2025-09-12T08:30:00", "second"),
    ("Fri, 12 Sep 2025 10:30 GMT", "", "2025-09-12T10:30:00", "minute"),
    ("Thu, 12 Sep 2025 8:05 PM EDT", "", "2025-09-13T00:05:00", "minute"),
    ("12 Sep 97 10:30:00 EST", "", "1997-09-12T15:30:00", "second"),
    ("Sat, 7 Sep 2002 24:00:01 EST", "", "2002-09-08T05:00:01", "second"),
    ("Thu Jan  1 10:00:00 CET 2004", "", "2004-01-01T09:00:00", "second"),
    ("2025-09-12T10:30:00Z", "", "2025-09-12T10:30:00", "second"),
    ("2025-09-12T10:30:00.123456789+05:30", "", "2025-09-12T05:00:00", "second"),
    ("2025-09-12 10:30", "", "2025-09-12T10:30:00", "minute"),
    ("2025-09-12T10:30+02:00", "", "2025-09-12T08:30:00", "minute"),
    ("20250912T103000Z", "", "2025-09-12T10:30:00", "second"),
    ("2025-09-12", "", "2025-09-12T00:00:00", "day"),
    ("2025-09", "", "2025-09-01T00:00:00", "month"),
    ("2025", "", "2025-01-01T00:00:00", "year"),
    ("1757673000", "", "2025-09-12T10:30:00", "second"),
    ("1757673000123", "", "2025-09-12T10:30:00", "second"),
    ("1757673000.25", "", "2025-09-12T10:30:00", "second"),
    ("20250912103000", "", "2025-09-12T10:30:00", "second"),
    ("20250912103000+0200", "", "2025-09-12T08:30:00", "second"),
    ("2025-W37-5", "", "2025-09-12T00:00:00", "day"),
    ("2025W375", "", "2025-09-12T00:00:00", "day"),
    ("2025-W37", "", "2025-09-08T00:00:00", "month"),
    ("2025-255", "", "2025-09-12T00:00:00", "day"),
    ("Fri, 12 Sep 2025 10:30:00 \u22120500", "", "2025-09-12T15:30:00", "second"),
    ("September 2025", "", "2025-09-01T00:00:00", "month"),
    ("вересень 2025", "uk", "2025-09-01T00:00:00", "month"),
    ("Fri, 2006/09/15 08:19:53 EDT", "", "2006-09-15T12:19:53", "second"),
    ("Sep 12, 2025 10:30 AM ET", "", "2025-09-12T14:30:00", "minute"),
    ("Jan 12, 2025 10:30 AM ET", "", "2025-01-12T15:30:00", "minute"),
    ("Wednesday, 3rd May 2023 at 6pm GMT+3", "en", "2023-05-03T15:00:00", "minute"),
    ("12 września 2025, 10:30", "pl", "2025-09-12T10:30:00", "minute"),
    ("5 listopada 2024", "pl", "2024-11-05T00:00:00", "day"),
    ("5. listopada 2024", "hr", "2024-10-05T00:00:00", "day"),
    ("12 липня 2024 о 14:05", "uk", "2024-07-12T14:05:00", "minute"),
    ("12 сентября 2025, 14:05 МСК", "ru", "2025-09-12T11:05:00", "minute"),
    ("12. März 2024", "de", "2024-03-12T00:00:00", "day"),
    ("12.03.2024 um 14.30 Uhr", "de", "2024-03-12T14:30:00", "minute"),
    ("mar., 5 nov. 2024 3:15 pm", "es", "2024-11-05T15:15:00", "minute"),
    ("12 de septiembre de 2025", "es", "2025-09-12T00:00:00", "day"),
    ("vendredi 1er août 2025 à 7h05", "fr", "2025-08-01T07:05:00", "minute"),
    ("05 Σεπ 2024 11:30 μμ", "el", "2024-09-05T23:30:00", "minute"),
    ("5 كانون الثاني 2024", "ar", "2024-01-05T00:00:00", "day"),
    ("٥ يناير ٢٠٢٤", "ar", "2024-01-05T00:00:00", "day"),
    ("3 בספטמבר 2025", "he", "2025-09-03T00:00:00", "day"),
    ("ม.ค. 5 2567", "th", "2024-01-05T00:00:00", "day"),
    ("2024年1月2日 15:04", "ja", "2024-01-02T15:04:00", "minute"),
    ("2024년 1월 2일 오후 3:04:05", "ko", "2024-01-02T15:04:05", "second"),
    ("17. jan. 2025 14.05.00", "da", "2025-01-17T14:05:00", "second"),
    ("17\u200f/01\u200f/2025", "ar", "2025-01-17T00:00:00", "day"),
    ("17 जून, 2025", "hi", "2025-06-17T00:00:00", "day"),
    ("17 มิ.ย. 2568", "th", "2025-06-17T00:00:00", "day"),
    ("17 ta’ Jannar 2025", "mt", "2025-01-17T00:00:00", "day"),
    ("17 thg 1, 2025", "vi", "2025-01-17T00:00:00", "day"),
    ("2 tháng 9, 2024", "vi", "2024-09-02T00:00:00", "day"),
    ("03/04/2024", "en", "2024-03-04T00:00:00", "day"),
    ("03/04/2024", "fr", "2024-04-03T00:00:00", "day"),
    ("23/04/2024", "en", "2024-04-23T00:00:00", "day"),
    ("von Jana · April 19, 2019 · Mac · 7 Kommentare", "de", "2019-04-19T00:00:00", "day"),
    ("17 Mac 2025", "ms", "2025-03-17T00:00:00", "day"),
    ("Updated: August 5, 2025", "en", "2025-08-05T00:00:00", "day"),
]


@pytest.mark.parametrize(("text", "language", "moment", "precision"), FORMS)
def test_a_date_is_read_with_its_precision(text, language, moment, precision):
    assert parse_date(text, language=language) == (
        datetime.fromisoformat(moment).replace(tzinfo=UTC),
        Precision(precision),
    )


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "today",
            "two hours ago",
            "1 1 1 1",
            "99:99",
            "9" * 300,
            "2024-13-45",
            "31 Feb 2024",
            "0000-00-00",
        ),
        *("Mon, 01 Jan 0001 00:00:00 GMT", "-0001-11-30T00:00:00+00:00"),
    ],
)
def test_what_is_no_date_is_none(text):
    assert parse_date(text)[0] is None


moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2099, 12, 31)).map(  # noqa: DTZ001 — zone below
    lambda moment: moment.replace(microsecond=0)
)
offsets = st.integers(min_value=-14 * 60, max_value=14 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)


@given(moment=moments, offset=offsets)
def test_standard_forms_come_back_as_they_went(moment, offset):
    local = moment.replace(tzinfo=offset)
    for text in (local.isoformat(), format_datetime(local), local.strftime("%d %B %Y %H:%M:%S %z")):
        assert parse_date(text) == (local.astimezone(UTC), Precision.SECOND)


@given(text=st.text(max_size=60), language=st.sampled_from(["", "en", "pl", "xx"]))
def test_any_text_is_a_date_or_none(text, language):
    moment, precision = parse_date(text, language=language)
    assert moment is None or moment.utcoffset() == timedelta(0)
    assert isinstance(precision, Precision)
