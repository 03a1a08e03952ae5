"""The titles that a page gives → the headline, without the site's name."""

import re
from typing import Final

_SEPARATOR: Final = re.compile(r"\s+(?:[|\-–—•·»«:/~]|::|\|\|)\s+|\s*\|\s*|\s+[»›]\s*")
_WORD: Final = re.compile(r"\w+")


def without_site(title: str, site: str, host: str) -> str:
    """Cut the site's name (or what is in its host's name) off either end of a title."""
    parts = _SEPARATOR.split(title)
    marks = list(_SEPARATOR.finditer(title))
    if not marks:
        return title
    if _names_site(parts[-1], site, host):
        return title[: marks[-1].start()].strip()
    if _names_site(parts[0], site, host):
        return title[marks[0].end() :].strip()
    return title


def _squeeze(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))


def _names_site(part: str, site: str, host: str) -> bool:
    name = _squeeze(part)
    if not name:
        return True
    return bool(site and (name == _squeeze(site))) or name in host.replace("-", "").replace(".", "")
