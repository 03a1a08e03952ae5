"""Find the article that a question is about: in the archive by its address, or in a file."""

import re
from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from daemon.dedup import canonical_url
from daemon.errors import NotFoundError, ParseError
from daemon.jobs.backtest import as_asked
from daemon.model import Article
from daemon.parse import decode, extract_article
from daemon.store import articles, entries

# How a page begins; lines of warnings by the program that made it may come first.
_PAGE: Final = re.compile(
    r"[\s\ufeff]*+<[a-z!?/]|.{1,1000}?\n[ \t]*+<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL
)


def stored_article(conn: Connection, url: str, tags: Mapping[str, tuple[str, ...]]) -> Article:
    """Give the article that an address means, as it was read; `tags` are those of the sources.

    Raises NotFoundError when it was never listed, or not read.
    """
    known = entries.find(conn, [f"url:{canonical_url(url).hard}"])
    if not known:
        raise NotFoundError(never_listed(url))
    for entry in known:
        if stored := articles.of_entry(conn, entry.id):
            return as_asked(stored, tags)
    raise NotFoundError(f"{url} was listed but not read: {known[0].reason}")


def never_listed(url: str) -> str:
    """Say that no source listed an address, and where to look for it."""
    return f"{url} was never listed by a source that is watched; `tocsin sources test` shows what one lists"


def article_in(content: bytes, *, url: str = "") -> Article:
    """Read a file's content: an HTML page, or plain text whose first line is the title.

    Raises ParseError when it is empty, a page cannot be read, or a large file is no text.
    """
    written = decode(content)
    if not written.strip():
        raise ParseError("empty", "There is no article in it: it is empty.")
    if _PAGE.match(written):
        return extract_article(content, url=url, content_type="text/html")
    title, _, text = written.strip().partition("\n")
    return Article(url=url, title=title.strip(), text=text.strip())
