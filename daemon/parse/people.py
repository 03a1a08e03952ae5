"""Bylines as publishers write them → people's names."""

import re
from collections.abc import Iterable
from typing import Final

_LEAD: Final = re.compile(
    r"^(?:(?:written|posted|published|reported|story|words|text|article|geschrieben|escrito|publié|écrit|autor)\s+)?"
    r"(?:by|von|par|por|de|di|da|od|af|av|door|autor(?:in|en|ka|zy)?|author|автор(?:ка)?|текст|tekst)\b\s*[:\-–|]?\s*",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"\s*(?:[,;|/•·]|\s(?:and|und|et|y|e|i|és|og|och|en|и|і|та|&|with)\s)\s*", re.IGNORECASE
)
_NOT_A_NAME: Final = re.compile(
    r"https?:|www\.|@|\.(?:com|org|net)\b|\d{3}|^(?:admin|administrator|editor|staff|guest|unknown|anonymous|redaktion)$",
    re.IGNORECASE,
)
_LONGEST_NAME: Final = 60
_MOST: Final = 20


def read_people(bylines: Iterable[str], *, site: str = "") -> tuple[str, ...]:
    """The names in some bylines, in order and once each, without the site's own."""
    names: dict[str, str] = {}
    for byline in bylines:
        text = _LEAD.sub("", " ".join(byline[:500].split()), count=1)
        for piece in _BETWEEN.split(text):
            name = piece.strip(" .:-–—|\"'«»")
            if _is_name(name) and name.casefold() != site.casefold():
                names.setdefault(name.casefold(), name)
    return tuple(names.values())[:_MOST]


def _is_name(name: str) -> bool:
    return 1 < len(name) <= _LONGEST_NAME and not _NOT_A_NAME.search(name)
