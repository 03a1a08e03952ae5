"""HTML text → a Lexbor tree, whatever was put into the text to make that slow."""

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from daemon.errors import ParseError
from daemon.parse.words import word_set

# Lexbor takes time quadratic in the attributes of one tag: 100,000 of them keep it busy for 30 s. Real
# tags past this length carry embedded images or a script's state, nothing that an article needs.
LONGEST_TAG: Final = 8192
# It is also quadratic in the depth of the tree (200,000 nested divs: 12 s). Real pages stay below 100.
DEEPEST: Final = 512
# Formatting left open is opened again in every block that follows, a copy each.
MOST_COPIES: Final = 1_000_000
# A page with fewer tags than this cannot be slow, however it nests.
FEW_TAGS: Final = 2000

# A tag as the HTML standard cuts it: «>» ends it, except in a quoted value; a quote opens a value only
# after «=». Possessive throughout, so that it stays linear.
_TAG = re.compile(r"""<[a-zA-Z](?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>?""")
_NAME = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9-]*)")

# The second line: they end by themselves where the next one begins, and nest only through what holds them.
_UNNESTED: Final = word_set(
    "area base br col embed hr img input link meta param source track wbr "
    "p li dt dd option optgroup tr td th thead tbody tfoot"
)
_FORMATTING: Final = word_set("a b big code em font i nobr s small strike strong tt u")


def open_page(html: str) -> LexborHTMLParser:
    """Parse a page in time linear in its length; ParseError when its nesting is hostile."""
    html = _TAG.sub(_shorten, html.replace("\0", ""))
    _refuse_hostile_nesting(html)
    try:
        return LexborHTMLParser(html)
    except (SelectolaxError, ValueError, UnicodeError, MemoryError) as error:
        raise ParseError("html", f"The page cannot be read as HTML: {error}.") from error


def _shorten(match: re.Match[str]) -> str:
    tag = match[0]
    if len(tag) <= LONGEST_TAG or "</" in tag[:LONGEST_TAG]:
        return tag
    name = _NAME.match(tag)
    return f"{name[0]}>" if name else ""


def _refuse_hostile_nesting(html: str) -> None:
    """Count what is open at each tag, as a parser's stack would, without building anything."""
    if html.count("<") < FEW_TAGS:
        return
    open_tags: dict[str, int] = {}
    depth = formatting = copies = 0
    for name in _NAME.findall(html.lower()):
        if name[0] == "/":
            name = name[1:]  # noqa: PLW2901 - the closing tag's own name
            if open_tags.get(name):
                open_tags[name] -= 1
                depth -= 1
                formatting -= name in _FORMATTING
            continue
        copies += formatting
        if name in _UNNESTED:
            continue
        open_tags[name] = open_tags.get(name, 0) + 1
        depth += 1
        formatting += name in _FORMATTING
        if depth > DEEPEST or copies > MOST_COPIES:
            raise ParseError("nesting", f"The page nests its tags deeper than {DEEPEST}; it was not read.")
