"""The JSON in a page's scripts, however it was put there; broken, it still tells who wrote what, and when."""

import json
import re
from html import unescape
from typing import Any, Final

# Every type of schema.org's CreativeWork that a text is published as ends in one of these.
ARTICLE_TYPE: Final = re.compile(r"(?:Article|Posting|Report|Review|Recipe|NewsItem)$")

_DECODER: Final = json.JSONDecoder(strict=False)
# Publishers wrap the JSON in comments or CDATA, and end it as a statement.
_WRAPPING: Final = re.compile(
    r"^[\s\ufeff]*(?:<!--|<!\[CDATA\[|//<!\[CDATA\[)|(?:-->|\]\]>|//\]\]>)\s*+;?\s*+$"
)
_BETWEEN: Final = re.compile(r"[\s;,\ufeff]*")
_TRAILING_COMMA: Final = re.compile(r",(\s*+[}\]])")
# A string, kept, or a comment; possessive, so that it stays linear.
_STRING_OR_COMMENT: Final = re.compile(
    r'("(?:[^"\\]++|\\.)*+"?+)|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?+', re.DOTALL
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = '"\\/bfnrtu'

_MOST_BROKEN: Final = 50_000  # characters; what describes an article has a few thousand before its text
_STRING: Final = r'"(.{1,300}?)"\s*+(?=[,\]}"]|\Z)'  # its quotation marks within may not be escaped
_TYPE: Final = re.compile(r'"@type"\s*+:\s*+(?:\[\s*+)?"([^"]{1,100})"')
_PLAIN: Final = {
    name: re.compile(rf'"{name}"\s*+:\s*+{_STRING}') for name in ("headline", "datePublished", "dateModified")
}
_AUTHOR: Final = re.compile(rf'"author"\s*+:\s*+(?:\[\s*+)?(?:\{{[^{{}}]{{0,300}}?"name"\s*+:\s*+)?{_STRING}')


def load(script: str) -> list[Any]:
    """The values in a script, one after the other; [] where there is nothing to be made of it."""
    if found := _values(script):  # as nearly all can be read
        return found
    text = _WRAPPING.sub("", script)
    if '"' not in text:
        text = unescape(text)
    return _values(text) or _values(_mended(text)) or _plain_fields(text[:_MOST_BROKEN])


def _values(text: str) -> list[Any]:
    found: list[Any] = []
    place = _skip(text, 0)
    while place < len(text):
        try:
            value, end = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        found.append(value)
        place = _skip(text, end)
    return found


def _skip(text: str, place: int) -> int:
    between = _BETWEEN.match(text, place)
    return between.end() if between else place


def _mended(text: str) -> str:
    """Take comments and needless commas out of JSON, and backslashes before what needs none."""
    return _TRAILING_COMMA.sub(r"\1", _STRING_OR_COMMENT.sub(lambda part: _valid(part[1] or ""), text))


def _valid(string: str) -> str:
    return _ESCAPE.sub(lambda pair: pair[0] if pair[1] in _ESCAPES else pair[1], string)


def _plain_fields(text: str) -> list[Any]:
    """Read what broken JSON about an article says of it in so many words."""
    types = _TYPE.findall(text)
    if not any(map(ARTICLE_TYPE.search, types)):
        return []
    said = {name: match[1] for name, pattern in _PLAIN.items() if (match := pattern.search(text))}
    author = _AUTHOR.search(text)
    return [{"@type": types, **said, **({"author": author[1]} if author else {})}]
