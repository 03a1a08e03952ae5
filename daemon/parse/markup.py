"""Texts as publishers write them, in one kind of markup or another, read when somebody asks for them."""

import binascii
import re
from collections.abc import Sequence
from typing import Final

from daemon.model import Written, unread
from daemon.parse.plain import paragraphs, to_plain

# How a markup is to be read. What is said to be text may be HTML all the same; what is plain is not.
HTML: Final = "html"
TEXT: Final = "text"
PLAIN: Final = "plain"
BASE64: Final = "base64"

_LOOKS_LIKE_MARKUP: Final = re.compile(r"</\w+>|<br ?/?>|&#?\w+;|<(?:p|a|img|b|i)\b[^<>]*>", re.IGNORECASE)


def text_written(written: Sequence[str]) -> str:
    """Give a text for an `Entry`: the first of several, each given by its kind and its markup in turn."""
    return unread(tuple(written), read_first) if any(written[1::2]) else ""


def read_first(written: Written) -> str:
    """Read the first of several texts that is there, paragraphs split by a blank line."""
    for at in range(0, len(written), 2):
        if text := _read(written[at], written[at + 1]):
            return text
    return ""


def _read(kind: str, markup: str) -> str:
    if kind == HTML:
        return to_plain(markup)
    if kind == BASE64:
        try:
            return to_plain(binascii.a2b_base64(markup).decode("utf-8", "replace"))
        except (binascii.Error, ValueError):
            return to_plain(markup)
    is_plain = kind == PLAIN or not _LOOKS_LIKE_MARKUP.search(markup)
    return paragraphs(markup) if is_plain else to_plain(markup)
