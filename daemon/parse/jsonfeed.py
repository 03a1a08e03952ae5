"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read with the patience that its publishers need."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from daemon.errors import ParseError
from daemon.model import Entry, Feed
from daemon.parse.address import join
from daemon.parse.bounds import check_json
from daemon.parse.dates import parse_date
from daemon.parse.language import language_code
from daemon.parse.plain import paragraphs, to_line, to_plain
from daemon.parse.wordpress import are_posts, read_posts

_DECODER = json.JSONDecoder(strict=False)
_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # one character in two escapes
_SURROGATE = re.compile(rf"(\\\\|{_PAIR})|\\u[dD][89a-fA-F][0-9a-fA-F]{{2}}")


def read_json_feed(text: str, *, url: str = "") -> Feed:
    """Read a JSON Feed or WordPress's posts; ParseError if `text` is not JSON or holds no list of items."""
    check_json(text)
    try:
        feed, _ = _DECODER.raw_decode(_without_halves(text).lstrip())  # caches sign what they serve behind it
    except (ValueError, RecursionError) as error:
        raise ParseError("json", f"This begins like JSON and is not: {error}.") from error
    if are_posts(feed):
        return read_posts(feed, url=url)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ParseError("not_a_feed", "This is JSON, but no JSON Feed: it has no list of «items».")
    base = url or _text(feed, "feed_url") or _text(feed, "home_page_url")
    language, authors = _language(feed), _authors(feed)
    return Feed(
        title=to_line(_text(feed, "title")),
        url=join(base, _text(feed, "home_page_url")),
        language=language,
        entries=tuple(
            _entry(item, base, language, authors) for item in feed["items"] if isinstance(item, dict)
        ),
        next_page=join(base, _text(feed, "next_url")),
    )


def _without_halves(text: str) -> str:
    """Leave out halves of a character, which no encoding can write."""
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _SURROGATE.sub(lambda match: match[1] or "\\ufffd", text)


def _entry(item: Mapping[str, Any], base: str, language: str, authors: tuple[str, ...]) -> Entry:
    language = _language(item) or language
    published, precision = parse_date(_text(item, "date_published"), language=language)
    return Entry(
        id=_text(item, "id"),
        url=join(base, _text(item, "url") or _text(item, "external_url") or _page_named(item)),
        title=to_line(_text(item, "title")),
        summary=to_plain(_text(item, "summary")),
        content=to_plain(_text(item, "content_html")) or paragraphs(_text(item, "content_text")),
        authors=_authors(item) or authors,
        published=published,
        published_precision=precision,
        updated=parse_date(_text(item, "date_modified"), language=language)[0],
        language=language,
        categories=_labels(_listed(item.get("tags"))),
        image=join(base, _text(item, "image") or _text(item, "banner_image") or _picture(item)),
    )


def _page_named(item: Mapping[str, Any]) -> str:
    """Give an item's id where it is the address of a page, as the format asks for."""
    id_ = _text(item, "id")
    return id_ if id_.lower().startswith(("http:", "https:")) else ""


def _picture(item: Mapping[str, Any]) -> str:
    attached = (each for each in _listed(item.get("attachments")) if isinstance(each, dict))
    pictures = (_text(each, "url") for each in attached if _text(each, "mime_type").startswith("image/"))
    return next(pictures, "")


def _text(found: Mapping[str, Any], key: str) -> str:
    """Give a value as text; numbers serve as ids in the wild."""
    value = found.get(key)
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _authors(item: Mapping[str, Any]) -> tuple[str, ...]:
    people = _listed(item.get("authors") or item.get("author"))
    names = (_text(person, "name") if isinstance(person, dict) else person for person in people)
    return _labels(names)


def _listed(value: object) -> list[Any]:
    """Give a list; publishers put a lone value where one belongs."""
    return value if isinstance(value, list) else [value]


def _labels(found: Iterable[object]) -> tuple[str, ...]:
    lines = (to_line(label) for label in found if isinstance(label, str))
    return tuple(dict.fromkeys(filter(None, lines)))


def _language(found: Mapping[str, Any]) -> str:
    return language_code(_text(found, "language"))
