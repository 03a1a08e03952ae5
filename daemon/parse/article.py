"""An article page → the Article it publishes."""

from datetime import UTC, datetime
from typing import Final

from daemon.errors import ParseError
from daemon.model import Article, ArticleSelectors, Precision
from daemon.parse.body import read_body
from daemon.parse.language import detect_language, language_code
from daemon.parse.metadata import read_metadata
from daemon.parse.outline import outline
from daemon.parse.page import open_page

_NO_SELECTORS: Final = ArticleSelectors()


def extract_article(
    body: bytes | str,
    *,
    url: str = "",
    content_type: str | None = None,  # noqa: ARG001 - decides once charset.py is here
    selectors: ArticleSelectors = _NO_SELECTORS,  # noqa: ARG001 - as above
) -> Article:
    """Read the text and metadata of an article's page; ParseError when it is no page to read."""
    html = body if isinstance(body, str) else body.decode("utf-8", "replace")
    tree = open_page(html)
    told = read_metadata(tree, url)
    text = read_body(outline(tree), told.title)
    if not text and not told.title:
        raise ParseError("empty", "The page holds neither a title nor a text.")
    published, precision = _first_date(told.published)
    modified, _ = _first_date(told.modified)
    return Article(
        url=url,
        canonical_url=told.canonical_url,
        title=told.title,
        text=text,
        summary=told.summary,
        authors=told.authors,
        published=published,
        published_precision=precision,
        modified=modified,
        language=language_code(told.language) or detect_language(text or told.title),
        site_name=told.site_name,
        image=told.image,
        section=told.section,
        tags=told.tags,
        paywalled=told.paywalled,
    )


def _first_date(texts: tuple[str, ...]) -> tuple[datetime | None, Precision]:
    for text in texts:
        try:
            found = datetime.fromisoformat(text.strip())
        except ValueError:
            continue
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC), Precision.SECOND
    return None, Precision.SECOND
