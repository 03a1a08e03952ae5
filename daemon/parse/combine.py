"""One article from what the page says and what the feed said: nothing the publisher said is lost."""

import re
from dataclasses import replace

from daemon.model import Article, Entry, Precision

_WORD = re.compile(r"\w+")
_PRECISE = {Precision.SECOND, Precision.MINUTE}


def combine(page: Article | None, entry: Entry) -> Article:
    """Fill what the page lacks from the entry; without a page the entry is the article.

    The longer of the page's text and the feed's content is the text. A headline or summary of the
    feed whose words the page does not contain is put in front of it, since a rule may ask for them. The
    page's date counts if it has a time of day, else the feed's.
    """
    if page is None:
        page = Article(url=entry.url, title=entry.title, text=entry.content or entry.summary)
    text = max(page.text, entry.content, key=len)
    # A page's title may carry the site's name; within it, the feed's headline is the headline.
    title = entry.title if entry.title and entry.title in page.title else page.title or entry.title
    summary = page.summary or entry.summary
    known = f"{title} {summary} {text}"
    extra = [part for part in (entry.title, entry.summary) if not _contains(known, part)]
    precise = page.published and page.published_precision in _PRECISE
    dated = page if precise or not entry.published else entry
    return replace(
        page,
        url=page.url or entry.url,
        title=title,
        text="\n\n".join([*extra, text] if text else extra),
        summary=summary,
        authors=page.authors or entry.authors,
        published=dated.published,
        published_precision=dated.published_precision,
        modified=page.modified or entry.updated,
        language=page.language or entry.language,
        image=page.image or entry.image,
        tags=page.tags or entry.categories,
    )


def _contains(text: str, part: str) -> bool:
    known = set(_WORD.findall(text.casefold()))
    return known.issuperset(_WORD.findall(part.casefold()))
