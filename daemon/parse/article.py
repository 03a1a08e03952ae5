"""An article page → the Article it publishes."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from daemon.errors import ParseError
from daemon.model import Article, ArticleSelectors, Precision
from daemon.parse.body import find_body
from daemon.parse.charset import decode
from daemon.parse.chosen import choose_prose, choose_texts, remove_chosen
from daemon.parse.dates import exchanged, parse_date
from daemon.parse.headline import names_site
from daemon.parse.language import detect_language, language_code
from daemon.parse.metadata import Metadata, host_of, read_metadata
from daemon.parse.outline import Outline, outline
from daemon.parse.packing import unpacked
from daemon.parse.page import open_page
from daemon.parse.people import read_people
from daemon.parse.plain import to_plain
from daemon.parse.prose import read_prose
from daemon.parse.shown import Shown, date_in_address
from daemon.parse.words import word_set

_NO_SELECTORS: Final = ArticleSelectors()
# What a page shows of an article that only a script, or JSON-LD, holds whole is not longer than this.
_TEASER: Final = 300
# How documents begin that list articles or describe them to programs, and are none.
_LIST: Final = re.compile(
    r"\s*+(?:<[?!][^>]{0,500}+>\s*+)*+<(?:\w{1,20}:)?(?:(rss|feed|rdf)|urlset|sitemapindex)\b", re.IGNORECASE
)
# What is a page all the same: a licence in RDF, a custom element or a script's notice may stand before it.
_PAGE: Final = re.compile(r"<(?:!doctype html|html|body)\b", re.IGNORECASE)
# Endings of hosts that anybody takes, wherever he lives.
_NO_LANDS: Final = word_set("ai cc co fm gg io is la ly me sh so to tv ws")
_A_DAY: Final = timedelta(days=1)
_DATA: Final = re.compile(r'\s*+(?:\[\s*+)?\{\s*+"[^"\n]{1,100}"\s*+:')


def extract_article(
    body: bytes | str,
    *,
    url: str = "",
    content_type: str | None = None,
    selectors: ArticleSelectors = _NO_SELECTORS,
) -> Article:
    """Read the text and metadata of an article's page; ParseError when it is no page to read.

    `url` is where the page came from, `content_type` the HTTP header's value; what `selectors` name is
    believed before anything else.
    """
    html = body if isinstance(body, str) else decode(unpacked(body), content_type)
    _refuse_lists(html)
    tree = open_page(html)
    remove_chosen(tree, selectors.remove)
    told = read_metadata(tree, url)
    title = next(iter(choose_texts(tree, selectors.title)), "")
    heading, title = title or told.heading, title or told.title
    page = outline(tree)
    shown = Shown(tree, page, heading)
    text = choose_prose(tree, selectors.body, heading) or _text(page, heading, told)
    if not text and not title:
        raise ParseError("empty", "The page holds neither a title nor a text.")
    language = language_code(told.language) or detect_language(text or title)
    region = _region(told.language, host_of(url or told.canonical_url)) or language
    modified, _ = _first_date(told.modified, region)
    published, precision = _first_date(choose_texts(tree, selectors.published), region)
    if not published:
        published, precision = _published(_dates(told, shown, url), shown, modified, region)
    return Article(
        url=url,
        canonical_url=told.canonical_url,
        title=title,
        text=text,
        summary=told.summary,
        authors=read_people(choose_texts(tree, selectors.authors))
        or _authors(told, shown, host_of(url or told.canonical_url)),
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


def _region(declared: str, host: str) -> str:
    """The language and, for one that several lands write their own way, the land: «en-gb», «en-au»."""
    region = declared.strip().lower().replace("_", "-")
    land = host.rpartition(".")[2]
    is_land = len(land) == len("gb") and land not in _NO_LANDS
    return f"{region}-{land}" if region == "en" and is_land else region


def _refuse_lists(html: str) -> None:
    """Raise ParseError where a link led to a feed, a sitemap or JSON: as a page, they would be gibberish."""
    found = _LIST.match(html)
    if not (found or _DATA.match(html)) or _PAGE.search(html):
        return
    what = "JSON" if not found else "a feed" if found[1] else "a sitemap"
    raise ParseError("not_a_page", f"This is {what}, not the page of an article.")


def _text(page: Outline, heading: str, told: Metadata) -> str:
    """The article's text, as the page shows it; as JSON-LD has it, where the page shows but a teaser."""
    holder = find_body(page)
    text = read_prose(page.root, holder, heading, told.summary) if holder else ""
    if not len(text) < _TEASER < len(told.body):
        return text
    body = to_plain(told.body)
    return to_plain(body) if "</" in body else body  # markup that was escaped twice


def _dates(told: Metadata, shown: Shown, url: str) -> Iterator[str]:
    """What may be the date of publication, the more trustworthy place first; what is shown, only if asked."""
    yield from told.published
    yield from map(date_in_address, (url, told.canonical_url))
    yield from shown.dates()


def _authors(told: Metadata, shown: Shown, host: str) -> tuple[str, ...]:
    """Who wrote it, as the page declares it; a login or the house only where it shows nobody's name."""
    people = tuple(name for name in told.authors if not names_site(name, told.site_name, host))
    if any(" " in name or not name.isascii() for name in people):
        return people
    return shown.authors(told.site_name, people) or told.authors or told.house or shown.house()


def _published(
    dates: Iterable[str], shown: Shown, modified: datetime | None, region: str
) -> tuple[datetime | None, Precision]:
    """The first date; the one that is shown, for a page that says it was changed before it was published."""
    date, precision = _first_date(dates, region)
    if date and modified and date - modified > _A_DAY:
        earlier, finer = _first_date(shown.dates(), region)
        if earlier and earlier <= modified:
            return earlier, finer
    return date, precision


def _first_date(texts: Iterable[str], language: str) -> tuple[datetime | None, Precision]:
    """The first text that is a date to the day; without one, the first that names a month or a year."""
    coarse: tuple[datetime | None, Precision] = (None, Precision.SECOND)
    texts = iter(texts)
    for text in texts:
        found, precision = parse_date(text, language=language)
        if found and precision not in {Precision.YEAR, Precision.MONTH}:
            other = exchanged(text) if language.startswith("en") else ""
            return (_confirmed(found, other, texts, language) if other else found), precision
        if found and not coarse[0]:
            coarse = found, precision
    return coarse


def _confirmed(date: datetime, other: str, texts: Iterable[str], language: str) -> datetime:
    """The date, or its `other` reading where the page first gives that day in words or for machines.

    English is read in lands that write the month first and in lands that write the day first.
    """
    exchanged_date, _ = parse_date(other, language=language)
    for text in texts:
        found, _ = parse_date(text, language=language)
        if found and exchanged_date and not exchanged(text):
            if found.date() == exchanged_date.date():
                return exchanged_date
            if found.date() == date.date():
                return date
    return date
