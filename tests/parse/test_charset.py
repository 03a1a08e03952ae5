"""Charsets: what is declared, what is true, and what is left when both fail."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.errors import ParseError
from daemon.parse import decode

RUSSIAN = "Учения на границе начались утром, сообщил губернатор области"
JAPANESE = "国境での演習は今朝始まったと知事が発表した。住民に影響はない"
CHINESE = "边境演习今天早上开始，州长说。居民不受影响，学校照常上课"


@pytest.mark.parametrize(
    ("text", "encoding", "content_type"),
    [
        (RUSSIAN, "windows-1251", "text/html; charset=windows-1251"),
        (RUSSIAN, "koi8-r", None),
        (RUSSIAN, "utf-8", "text/html; charset=ISO-8859-1"),
        (RUSSIAN, "windows-1251", "text/html; charset=utf-8"),
        (f'<?xml version="1.0" encoding="windows-1251"?>{RUSSIAN}', "windows-1251", None),
        (f"<meta charset=koi8-r><p>{RUSSIAN}", "koi8-r", None),
        (f'<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">{RUSSIAN}', "koi8-r", None),
        (f"<meta charset=utf-16><p>{RUSSIAN}", "utf-8", None),
        (f"<p>{RUSSIAN}", "utf-16-le", None),
        (f"<p>{RUSSIAN}", "utf-16-be", "text/html; charset=utf-8"),
        (f"<p>{RUSSIAN}", "utf-32-le", None),
        (JAPANESE, "shift_jis", "text/html; charset=Shift_JIS"),
        (JAPANESE, "euc-jp", None),
        (JAPANESE, "iso2022_jp", "text/html; charset=iso-2022-jp"),
        ("“smart” €", "windows-1252", "text/html; charset=iso-8859-1"),
        ("———— Port closed ————", "windows-1252", "text/html; charset=iso-8859-1"),
        (RUSSIAN, "windows-1251", "text/html; charset=ISO-8859-1"),
        (f"<meta charset=windows-1252><p>{RUSSIAN}", "koi8-r", None),
        (f"<meta charset=gbk><p>{CHINESE}", "gbk", "text/html; charset=ISO-8859-1"),
        (f"<meta charset=iso-8859-1><p>{JAPANESE}", "euc-jp", None),
        ("<meta charset=iso-8859-2><p>Łódź, żółw", "iso-8859-2", "text/html; charset=ISO-8859-1"),
        ("<meta charset=utf-8><p>«Élan», dit-il…", "windows-1252", "text/html; charset=ISO-8859-1"),
        ("Łódź", "iso-8859-2", "text/html; charset=latin2"),
        ("плутон", "utf-8", "text/html; charset=rot13"),
    ],
)
def test_text_comes_back_as_it_was_written(text, encoding, content_type):
    assert decode(text.encode(encoding), content_type) == text


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_outranks_what_is_declared(mark):
    assert decode(RUSSIAN.encode(mark), "text/html; charset=windows-1251") == RUSSIAN


def test_stray_windows_quotes_in_utf_8_are_read_as_quotes():
    assert decode("Zażółć gęślą jaźń ".encode() * 3 + b"\x93ok\x94").endswith("“ok”")


def test_one_bad_byte_does_not_turn_the_charset():
    body = RUSSIAN.encode("windows-1251") + b"\x98"
    assert decode(body, "text/html; charset=windows-1251").startswith(RUSSIAN)


def test_a_film_is_no_text():
    with pytest.raises(ParseError) as caught:
        decode(random.Random(1).randbytes(200_000))
    assert caught.value.kind == "binary"


@pytest.mark.parametrize(
    "start",
    [
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"PK\x03\x04",
        b"\0\0\0\x18ftypmp42",
        b"RIFF\0\0\0\0WEBP",
    ],
)
def test_a_small_file_that_is_no_text_is_known_by_how_it_begins(start):
    with pytest.raises(ParseError) as caught:
        decode(start + random.Random(1).randbytes(2_000))
    assert caught.value.kind == "binary"


@given(
    body=st.binary(max_size=100).map(b" ".__add__),
    label=st.sampled_from([None, "utf-8", "gbk", "utf-7", "punycode", "idna", "x"]),
)
def test_any_bytes_are_text(body, label):
    assert isinstance(decode(body, label and f"text/html; charset={label}"), str)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_utf_8_is_never_changed(text):
    assert decode(("a" + text).encode()) == "a" + text
