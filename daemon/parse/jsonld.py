"""The schema.org description that a page carries as JSON-LD: the object that is the article."""

import re
from collections.abc import Iterator
from typing import Any, Final

from daemon.parse.jsonscript import ARTICLE_TYPE, load

_PAGE_TYPE: Final = re.compile(r"(?:Page|CreativeWork|LearningResource|Course|Book|Guide)$")
_MOST_OBJECTS: Final = 2000
_NESTED: Final = frozenset({dict, list})


def read_objects(scripts: list[str]) -> list[dict[str, Any]]:
    """All JSON-LD objects of a page in order, those nested in others after them."""
    found: list[Any] = [value for script in scripts for value in load(script)]
    objects: list[dict[str, Any]] = []
    for each in found:  # grows while it is read: breadth first, without recursion
        if isinstance(each, dict):
            objects.append(each)
            found += [value for value in each.values() if value.__class__ in _NESTED]
        elif isinstance(each, list):
            found += each
        if len(found) > _MOST_OBJECTS:
            break
    return objects


def types_of(item: dict[str, Any]) -> list[str]:
    """The short names of an object's types."""
    return [name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in texts(item.get("@type"))]


def find_article(objects: list[dict[str, Any]], addresses: tuple[str, ...] = ()) -> dict[str, Any]:
    """What the objects say of the page's article, the one that is an article before those about the page.

    Of several articles the one that has one of the page's `addresses` counts, else the first.
    """
    articles = [item for item in objects if any(ARTICLE_TYPE.search(name) for name in types_of(item))]
    pages = [item for item in objects if any(_PAGE_TYPE.search(name) for name in types_of(item))]
    if len(articles) > 1:
        own = {_bare(address) for address in addresses if address}
        articles.sort(key=lambda item: own.isdisjoint(_bare(place) for place in _places(item)))
    return {
        key: value
        for item in reversed(articles[:1] + pages[:1])
        for key, value in item.items()
        if value or value is False
    }


def _places(item: dict[str, Any]) -> list[str]:
    return texts([item.get("@id"), item.get("url"), item.get("mainEntityOfPage")])


def _bare(address: str) -> str:
    return address.partition("#")[0].rstrip("/")


def resolved(value: Any, objects: list[dict[str, Any]]) -> list[Any]:
    """The items of a value, each that only refers to another object replaced by that object."""
    named = {item["@id"]: item for item in objects if isinstance(item.get("@id"), str) and "name" in item}
    found = []
    for item in _flat(value):
        reference = item.get("@id") if isinstance(item, dict) else item
        found.append(named.get(reference, item) if isinstance(reference, str) else item)
    return found


def people(items: list[Any]) -> list[Any]:
    """Those of some authors that are not said to be organisations: the publisher's own name is no byline."""
    return [item for item in items if not (isinstance(item, dict) and _is_organisation(item))]


def _is_organisation(item: dict[str, Any]) -> bool:
    return any(name.endswith(("Organization", "Corporation")) for name in types_of(item))


def texts(value: Any) -> list[str]:
    """The plain strings in a value: a string, a number, an object with one name or several, or a list."""
    said = (text for item in _flat(value) for text in _flat(_said(item)))
    return [line for text in said if _is_plain(text) and (line := str(text).strip())]


def _said(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    return item.get("name") or item.get("@value") or item.get("@id") or item.get("url")


def _is_plain(item: Any) -> bool:
    return isinstance(item, str | int) and not isinstance(item, bool)


def updates(article: dict[str, Any]) -> str:
    """The text of a live blog: its updates in their order, each below its headline."""
    found = (item for item in _flat(article.get("liveBlogUpdate")) if isinstance(item, dict))
    return "\n\n".join(
        text for item in found for text in texts([item.get("headline"), item.get("articleBody")])
    )


def is_free(article: dict[str, Any]) -> Any:
    """What an article says of whether it is free; where it says nothing, what a part of it says."""
    parts = (part for part in _flat(article.get("hasPart")) if isinstance(part, dict))
    told = (item.get("isAccessibleForFree") for item in (article, *parts))
    return next((free for free in told if free is not None), None)


def addresses(value: Any, objects: list[dict[str, Any]]) -> list[str]:
    """The addresses in a value: a string, what has one or refers to what has one, or a list of those."""
    located = {item["@id"]: item for item in objects if isinstance(item.get("@id"), str) and _located(item)}
    found = []
    for item in _flat(value):
        named = located.get(item.get("@id", ""), item) if isinstance(item, dict) else item
        found += texts(_located(named) if isinstance(named, dict) else named)[:1]
    return found


def _located(item: dict[str, Any]) -> Any:
    return item.get("url") or item.get("contentUrl")


def _flat(value: Any) -> Iterator[Any]:
    """The items of a value that may be one of them, a list, or a list of lists."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, list):
            yield from item
        else:
            yield item
