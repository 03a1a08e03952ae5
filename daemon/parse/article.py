"""An article page → the Article it publishes."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Final

from daemon.errors import ParseError
from daemon.model import Article, ArticleSelectors, Precision
from daemon.parse.body import find_body
from daemon.parse.charset import decode
from daemon.parse.dates import parse_date
from daemon.parse.language import detect_language, language_code
from daemon.parse.metadata import read_metadata
from daemon.parse.outline import outline
from daemon.parse.page import open_page
from daemon.parse.prose import read_prose
from daemon.parse.shown import date_in_address, lines_near, shown_authors, shown_dates

_NO_SELECTORS: Final = ArticleSelectors()


def extract_article(
    body: bytes | str,
    *,
    url: str = "",
    content_type: str | None = None,
    selectors: ArticleSelectors = _NO_SELECTORS,  # noqa: ARG001 - TODO
) -> Article:
    """Read the text and metadata of an article's page; ParseError when it is no page to read."""
    html = body if isinstance(body, str) else decode(body, content_type)
    tree = open_page(html)
    told = read_metadata(tree, url)
    shown = outline(tree)
    near = lines_near(shown, told.title)
    body = find_body(shown)
    text = read_prose(shown, body, told.title) if body else ""
    if not text and not told.title:
        raise ParseError("empty", "The page holds neither a title nor a text.")
    language = language_code(told.language) or detect_language(text or told.title)
    published, precision = _first_date(
        chain(told.published, (date_in_address(url),), shown_dates(tree, near)), language
    )
    modified, _ = _first_date(told.modified, language)
    return Article(
        url=url,
        canonical_url=told.canonical_url,
        title=told.title,
        text=text,
        summary=told.summary,
        authors=told.authors or shown_authors(tree, near, told.site_name),
        published=published,
        published_precision=precision,
        modified=modified,
        language=language,
        site_name=told.site_name,
        image=told.image,
        section=told.section,
        tags=told.tags,
        paywalled=told.paywalled,
    )


def _first_date(texts: Iterable[str], language: str) -> tuple[datetime | None, Precision]:
    for text in texts:
        found, precision = parse_date(text, language=language)
        if found:
            return found, precision
    return None, Precision.SECOND
