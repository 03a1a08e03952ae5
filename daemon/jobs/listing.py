"""A source's document: what of it is known again need not be read."""

import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from daemon import dedup, model, parse
from daemon.dedup import EntryKeys, entry_mark, listing_keys
from daemon.fetch import Fetched
from daemon.jobs.context import Compute
from daemon.jobs.pages import parser_of
from daemon.model import Feed, Source


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was read: a feed without those entries that were `known` by these marks.

    `keys` and `marks` are those of its entries; an index, which lists no news, has none.
    """

    feed: Feed
    keys: tuple[EntryKeys, ...] = ()
    marks: tuple[bytes, ...] = ()
    known: tuple[bytes, ...] = ()

    @property
    def listed(self) -> int:
        """How many entries the document lists."""
        return len(self.feed.entries) + len(self.known)


async def read_answer(compute: Compute, source: Source, answer: Fetched, known: Collection[bytes]) -> Reading:
    """Read what is new in a document, by `compute` in a process that may be killed; raises ParseError.

    `known` are marks: what bears one is listed as it was when it was stored, and its texts stay unread.
    """
    key = _key(source.full_text)
    return await compute(read_document, parser_of(source, answer), known=frozenset(known), key=key)


def read_document(parser: Callable[[], Feed], *, known: frozenset[bytes], key: bytes) -> Reading:
    """Have a document parsed and key its entries, but for those whose marks, made with this `key`, are known.

    Raises ParseError.
    """
    feed = parser()
    if feed.is_index:
        return Reading(feed)
    marked = [(entry_mark(entry, key), entry) for entry in feed.entries]
    new = [(mark, entry) for mark, entry in marked if mark not in known]
    entries = tuple(entry for _, entry in new)
    neighbours = [entry for mark, entry in marked if mark in known]
    return Reading(
        replace(feed, entries=entries),
        listing_keys(entries, neighbours),
        tuple(mark for mark, _ in new),
        tuple(mark for mark, _ in marked if mark in known),
    )


def digest(source: Source, answer: Fetched) -> bytes:
    """Digest a document with all that decides what comes of it: where it is the same, nothing new would."""
    key = _key(source.kind, source.listing, source.full_text, answer.url, answer.content_type)
    return blake2b(answer.body, key=key, digest_size=16).digest()


def _key(*how: object) -> bytes:
    """Digest the reader, and by what else it decides."""
    return blake2b(repr(how).encode("utf-8", "surrogatepass"), key=_reader(), digest_size=32).digest()


@cache
def _reader() -> bytes:
    """Digest what reads, word for word: a release that reads better reads all anew."""
    made_with = (sys.version, *map(version, ("lxml", "selectolax", "w3lib")))
    reader = blake2b(repr(made_with).encode(), digest_size=32)
    for room in (parse, dedup, model):
        for folder in room.__path__:
            for file in sorted(Path(folder).rglob("*.*")):  # programs, and the word lists that they read by
                if file.suffix != ".pyc":
                    reader.update(file.read_bytes())
    return reader.digest()
