"""How much one document may list: what lists more is no list of news, and would fill the memory."""

from collections.abc import Iterable
from itertools import islice
from typing import TypeVar

from daemon.errors import ParseError

T = TypeVar("T")

_ENTRIES = 50_000  # as the sitemap protocol has it, https://www.sitemaps.org/protocol.html
# An XML element takes up to 150 bytes of memory: that many tags and the text around them fill 50 MB. It is
# ten an entry, which a full sitemap has; of 2,100 real feeds the largest has 87,000.
_TAGS = 520_000
# A JSON text's values take up to 64 bytes of memory each, its objects three times that. A feed of 10 MB that
# holds prose has a third of this.
_VALUES = 500_000


def bounded(entries: Iterable[T]) -> list[T]:
    """Gather a document's entries; ParseError("too_large") if it lists too many."""
    found = list(islice(entries, _ENTRIES + 1))
    if len(found) > _ENTRIES:
        raise _too_large(f"more than {_ENTRIES:,} entries")
    return found


def check_xml(body: bytes) -> None:
    """Raise ParseError("too_large") if an XML document has more tags than a list of news does."""
    if len(body) > _TAGS * len("<a>") and body.count(b"<") > _TAGS:
        raise _too_large(f"more than {_TAGS:,} tags")


def check_json(text: str) -> None:
    """Raise ParseError("too_large") if a JSON text holds more values than a feed does."""
    if text.count(",") + text.count("[") + 3 * text.count("{") > _VALUES:
        raise _too_large(f"more than {_VALUES:,} values")


def _too_large(what: str) -> ParseError:
    return ParseError("too_large", f"This has {what}, more than any list of news.")
