"""Posts as WordPress's own interface lists them (developer.wordpress.org/rest-api/reference/posts)."""

from collections.abc import Iterable, Mapping
from typing import Any

from daemon.model import Entry, Feed
from daemon.parse.address import join
from daemon.parse.dates import parse_date
from daemon.parse.markup import HTML, text_written
from daemon.parse.plain import to_line


def are_posts(found: object) -> bool:
    """Tell WordPress's posts from any other list: each has a title that was rendered."""
    return isinstance(found, list) and all(
        isinstance(post, dict) and isinstance(post.get("title"), dict) for post in found
    )


def read_posts(posts: Iterable[Mapping[str, Any]], *, url: str = "") -> Feed:
    """Read a list of posts; their ids are those that the site's feed gives."""
    return Feed(url=join(url, "/") if url else "", entries=tuple(_entry(post, url) for post in posts))


def _entry(post: Mapping[str, Any], base: str) -> Entry:
    published, precision = parse_date(_text(post, "date_gmt"))
    return Entry(
        id=_rendered(post, "guid"),
        url=join(base, _text(post, "link")),
        title=to_line(_rendered(post, "title")),
        summary=text_written((HTML, _rendered(post, "excerpt"))),
        content=text_written((HTML, _rendered(post, "content"))),
        authors=_names(_embedded(post, "author")),
        published=published,
        published_precision=precision,
        updated=parse_date(_text(post, "modified_gmt"))[0],
        categories=_names(term for terms in _embedded(post, "wp:term") for term in _listed(terms)),
    )


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    return value.strip() if isinstance(value, str) else ""


def _rendered(post: Mapping[str, Any], key: str) -> str:
    value = post.get(key)
    return _text(value, "rendered") if isinstance(value, dict) else ""


def _embedded(post: Mapping[str, Any], key: str) -> list[Any]:
    value = post.get("_embedded")
    return _listed(value.get(key)) if isinstance(value, dict) else []


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _names(found: Iterable[object]) -> tuple[str, ...]:
    names = (to_line(_text(each, "name")) for each in found if isinstance(each, dict))
    return tuple(dict.fromkeys(filter(None, names)))
