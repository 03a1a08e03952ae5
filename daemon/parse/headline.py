"""The titles that a page gives → the headline, without the site's name."""

import re
from typing import Final

_SEPARATOR: Final = re.compile(r"\s+(?:[|\-–—•·»«:/~]|::|\|\|)\s+|\s*\|\s*|\s+[»›]\s*")
_PARTING: Final = tuple(":：｜|_-–—")
_WORD: Final = re.compile(r"\w+")


_FEW: Final = 2


def choose_headline(headings: list[str], told: list[str], site: str, host: str, *, least: float) -> str:
    """Choose among the headings a page shows the one most like the titles it declares; "" when none is.

    Shown headings come before declared titles, for those are cut, decorated, or written for search engines;
    but a heading that names the site is none, nor one that shares less than `least` of its
    words with any title.
    """
    titles = [without_site(title, site, host) for title in told]
    titles = [title for title in titles if not names_site(title, site, host)]
    likeness = {each: _likeness(each, titles) for each in headings if not names_site(each, site, host)}
    best = max(likeness, key=likeness.__getitem__, default="")
    return without_site(best, site, host) if best and likeness[best] >= least else ""


def best_title(told: list[str], site: str, host: str) -> str:
    """The first declared title that is more than the site's name, without that name."""
    titles = [without_site(title, site, host) for title in told]
    return next((title for title in titles if not names_site(title, site, host)), next(iter(told), ""))


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
    title = _without_exactly(title, site)
    parts = _SEPARATOR.split(title)
    marks = list(_SEPARATOR.finditer(title))
    if not marks:
        return title
    if names_site(parts[-1], site, host):
        return title[: marks[-1].start()].strip()
    if names_site(parts[0], site, host):
        return title[marks[0].end() :].strip()
    return title


def _without_exactly(title: str, site: str) -> str:
    """Cut off the site's whole name where a mark that may also stand within headlines parts it."""
    folded, name = title.casefold(), site.casefold()
    if name and len(folded) == len(title) > len(site) == len(name):
        before, after = title[: -len(site)].rstrip(), title[len(site) :].lstrip()
        if folded.endswith(name) and before[-1:] in _PARTING:
            return before[:-1].rstrip() or title
        if folded.startswith(name) and after[:1] in _PARTING:
            return after[1:].lstrip() or title
        if folded.endswith((f"({name})", f"（{name}）")):
            return title[: -len(site) - 2].rstrip() or title
    return title


def _squeeze(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))


def names_site(part: str, site: str, host: str) -> bool:
    """Whether a part of a title, or an author, is the site itself."""
    name = _squeeze(part)
    if not name:
        return True
    plain = host.replace("-", "").replace(".", "")
    return bool(site and name == _squeeze(site)) or (name.removeprefix("the") or name) in plain
