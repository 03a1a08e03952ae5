"""The schema.org description that a page carries as JSON-LD: the object that is the article."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

# Every type of schema.org's CreativeWork that a text is published as ends in one of these.
_ARTICLE_TYPE: Final = re.compile(r"(?:Article|Posting|Report|Review|Recipe|NewsItem)$")
_PAGE_TYPE: Final = re.compile(r"(?:Page|CreativeWork|LearningResource|Course|Book|Guide)$")
_MOST_OBJECTS: Final = 2000
_NESTED: Final = frozenset({dict, list})
# Publishers wrap the JSON in comments or CDATA, and leave commas at the end of lists.
_WRAPPING: Final = re.compile(r"^\s*(?:<!--|<!\[CDATA\[|//<!\[CDATA\[)|(?:-->|\]\]>|//\]\]>)\s*;?\s*$")
_TRAILING_COMMA: Final = re.compile(r",(\s*[}\]])")


def read_objects(scripts: list[str]) -> list[dict[str, Any]]:
    """All JSON-LD objects of a page in order, those nested in others after them."""
    found: list[Any] = [data for script in scripts if (data := _load(script)) is not None]
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


def _load(script: str) -> Any:
    text = _WRAPPING.sub("", script)
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def types_of(item: dict[str, Any]) -> list[str]:
    """The short names of an object's types."""
    return [name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in texts(item.get("@type"))]


def find_article(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """What the objects say of the page's article, the one that is an article before those about the page."""
    articles = [item for item in objects if any(_ARTICLE_TYPE.search(name) for name in types_of(item))]
    pages = [item for item in objects if any(_PAGE_TYPE.search(name) for name in types_of(item))]
    return {
        key: value
        for item in reversed(articles[:1] + pages[:1])
        for key, value in item.items()
        if value or value is False
    }


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
    """The plain strings in a value that may be a string, a list, or an object with a name."""
    return [text for item in _flat(value) if (text := _text(item))]


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
    """The items of a value that may be one of them or a list."""
    if isinstance(value, list):
        yield from value
    else:
        yield value


def _text(item: Any) -> str:
    if isinstance(item, dict):
        item = item.get("name") or item.get("@value") or item.get("@id") or item.get("url") or ""
    if isinstance(item, list):
        item = item[0] if item else ""
    return item.strip() if isinstance(item, str) else ""
