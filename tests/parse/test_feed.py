"""Feeds of every format, and what is none."""

import pytest

from daemon.errors import ParseError
from daemon.parse import parse_feed


def test_a_web_page_is_no_feed_and_the_error_says_what_to_do():
    with pytest.raises(ParseError, match=r"tocsin discover https://example\.org/") as caught:
        parse_feed(b"<!doctype html><title>News</title>", url="https://example.org/")
    assert caught.value.kind == "html"
