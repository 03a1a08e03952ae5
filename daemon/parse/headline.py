"""The titles that a page gives → the headline, without the site's name."""

import re
from collections.abc import Callable, Iterable
from typing import Final

_SEPARATOR: Final = re.compile(r"\s+(?:[|\-–—•·»«:/~]|::|\|\|)\s+|\s*\|\s*|\s+[»›]\s*")
_PARTING: Final = tuple(":：｜|_-–—")
# Marks that part a section from a headline; dashes and colons also stand within headlines.
_BARS: Final = ("|", "»", "›", "/", "::")
_YEAR: Final = re.compile(r"\b20\d\d\b")
_WORD: Final = re.compile(r"\w+")
_FEW: Final = 2
# A heading of so few words may be the site's name, or that of a section or of a button.
_MOST_IN_LABEL: Final = 4
_LONGEST_ARTICLE: Final = len("the")  # which titles leave out
_LEAST_IN_HEADLINE: Final = 3
# The share of its words that a lesser heading must share with what the page calls itself to be its headline.
_SURELY: Final = 0.9


def choose_headline(
    main: list[str], lesser: Callable[[], list[str]], told: list[str], site: str, host: str
) -> tuple[str, str]:
    """Choose among the headings a page shows the one most like the titles it declares, else the first title.

    Give it as a title, and as the page has it ("" for a title that no heading says).

    Shown headings come before declared titles, for those are cut, decorated, or written for search engines.
    But a heading that names the site is none; nor is a short one that says little of any title, where a
    `lesser` heading says a title, or where it has no word of theirs.
    """
    if len(main) == 1 and main[0] in told and _is_undoubted(main[0], site, host):  # as on most pages
        return main[0], main[0]
    titles = {title: _words(title) for each in told if (title := _named(each, site, host))}
    if len(main) == 1 and len(titles.get(main[0], ())) > _MOST_IN_LABEL:
        return without_site(main[0], site, host), main[0]
    heading, (_, shared) = _likest(main, titles, site, host)
    if not heading or _is_label(heading, shared, titles):
        other, (likeness, more) = _likest(lesser(), titles, site, host)
        if likeness >= _SURELY and (not heading or more >= max(shared + 1, _LEAST_IN_HEADLINE)):
            heading = other
        elif not heading or not shared:
            return next(iter(titles), next(iter(told), "")), ""
    return without_site(heading, site, host), heading


def _named(title: str, site: str, host: str) -> str:
    """The title without the site's name; "" when that is all it is."""
    title = without_site(without_site(title, site, host), site, host)  # «Port closed | Post | post.example»
    return "" if names_site(title, site, host) else title


def _is_undoubted(heading: str, site: str, host: str) -> bool:
    return len(_words(heading)) > _MOST_IN_LABEL and _named(heading, site, host) == heading


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _likest(
    headings: list[str], titles: dict[str, set[str]], site: str, host: str
) -> tuple[str, tuple[float, int]]:
    """The heading most like a title, with the share and the number of its words that the title has."""
    likeness = {each: _likeness(each, titles) for each in headings if not names_site(each, site, host)}
    best = max(likeness, key=likeness.__getitem__, default="")
    return best, likeness.get(best, (0.0, 0))


def _likeness(heading: str, titles: dict[str, set[str]]) -> tuple[float, int]:
    words = _words(heading)
    likeness = (0.0, 0)
    for others in titles.values():
        shared = len(words & others)
        alike = min(len(words), len(others)) >= _FEW or words == others
        likeness = max(likeness, (shared / max(1, len(words)) if alike else 0.0, shared))
    return likeness


def _is_label(heading: str, shared: int, titles: dict[str, set[str]]) -> bool:
    least = min((len(words) for words in titles.values()), default=0)
    return least >= _LEAST_IN_HEADLINE and shared < least / 2 and len(_words(heading)) <= _MOST_IN_LABEL


def without_kicker(heading: str, told: Iterable[str], site: str, host: str, *, is_parted: bool) -> str:
    """Cut off what stands above the headline in one heading with it: a topic, a section, a date.

    What the page tells of its title shows where the headline begins. Where no element may have parted them
    («Harbour: drones seen»), only a date or what a mark sets apart is cut.
    """
    if not is_parted and not _YEAR.search(heading) and not any(map(heading.__contains__, _BARS)):
        return heading
    for title in filter(None, (_named(each, site, host) for each in told)):
        front = heading.removesuffix(title) if heading.endswith(title) else ""
        kicker = _WORD.findall(front)
        is_one = len(kicker) <= _MOST_IN_LABEL <= len(_WORD.findall(title))
        if not is_parted and not front.rstrip().endswith(_BARS) and not _YEAR.search(front):
            continue
        if is_one and len("".join(kicker)) > _LONGEST_ARTICLE:
            return title
    return heading


def without_section(title: str, url: str) -> str:
    """Cut a section off the end of a title that its address names: «Port closed | Opinion», /opinion/…."""
    marks = list(_SEPARATOR.finditer(title))
    if not marks or not marks[-1][0].strip().endswith(_BARS):
        return title
    front, last = title[: marks[-1].start()], title[marks[-1].end() :]
    is_section = len(last.split()) <= _FEW and f"/{_squeeze(last)}/" in url.casefold()
    return front if is_section and len(front.split()) > _FEW else title


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
