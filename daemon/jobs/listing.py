"""A source's document: known again where it is the very same."""

import sys
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from daemon import dedup, model, parse
from daemon.fetch import Fetched
from daemon.model import Source


def digest(source: Source, answer: Fetched) -> bytes:
    """Digest a document with all that decides what comes of it: where it is the same, nothing new would."""
    how = (source.kind, source.listing, source.full_text, answer.url, answer.content_type)
    key = blake2b(repr(how).encode("utf-8", "surrogatepass"), key=_reader(), digest_size=32).digest()
    return blake2b(answer.body, key=key, digest_size=16).digest()


@cache
def _reader() -> bytes:
    """Digest what reads, word for word: a release that reads better reads all anew."""
    made_with = (sys.version, *map(version, ("lxml", "selectolax", "w3lib")))
    reader = blake2b(repr(made_with).encode(), digest_size=32)
    for room in (parse, dedup, model):
        for folder in room.__path__:
            for file in sorted(Path(folder).glob("*.py")):
                reader.update(file.read_bytes())
    return reader.digest()
