"""The titles that a page gives → the headline, without the site's name."""

import re
from typing import Final

_SEPARATOR: Final = re.compile(r"\s+(?:[|\-–—•·»«:/~]|::|\|\|)\s+|\s*\|\s*|\s+[»›]\s*")
_WORD: Final = re.compile(r"\w+")


# A lesser heading that shares this share of its words with what the page calls itself is its headline.
_SAME: Final = 0.9
_FEW: Final = 2


def choose_headline(main: list[str], lesser: list[str], told: list[str], site: str, host: str) -> str:
    """Choose between the headings a page shows and the titles it declares, the likeliest first.

    A main heading (h1) wins, for declared titles are cut, decorated, or written for search engines; of
    several the one most like them, but never one that names the site.
    """
    titles = [without_site(title, site, host) for title in told]
    titles = [title for title in titles if not _names_site(title, site, host)]
    main = [heading for heading in main if not _names_site(heading, site, host)]
    likeness = {heading: _likeness(heading, titles) for heading in main + lesser}
    if best := max(main, key=likeness.__getitem__, default=""):
        return without_site(best, site, host)
    best = max(lesser, key=likeness.__getitem__, default="")
    return best if best and likeness[best] >= _SAME else next(iter([*titles, *told]), "")


def _likeness(heading: str, titles: list[str]) -> float:
    words = set(_WORD.findall(heading.casefold()))
    likeness = 0.0
    for title in titles:
        others = set(_WORD.findall(title.casefold()))
        shorter = min(len(words), len(others))
        if shorter >= _FEW or words == others:
            likeness = max(likeness, len(words & others) / max(1, len(words)))
    return likeness


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
