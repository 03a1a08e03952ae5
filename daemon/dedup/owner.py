"""Who stands behind a site, as far as its address and its pages tell."""

import re

from daemon.dedup.address import canonical_url
from daemon.dedup.lists import lines, words
from daemon.dedup.tokens import fold_width
from daemon.model import Article

_HOSTING = words("hosting")
_NO_NAMES = frozenset(lines("imprints"))
_CLOSING_CHARACTERS = 600
_COUNTRY = 2  # letters of a country's domain
_MARK = r"(?:©|\(c\)|\bcopyright\b|\ball rights reserved\b[^\w\n]{0,3}(?:by )?)"
# «© 2019–2026 Lantern Media Group. All rights reserved.»: the name ends where the sentence does.
_COPYRIGHT = re.compile(
    rf"(?:^|\n)\W{{0,4}}{_MARK}(?:\(c\)|[\s\d,;:–—©-]){{0,30}}(?:by )?([^\W\d_][^\n.,;|©]{{2,60}})",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"[\d.]+|\[.*\]")


def registrable(host: str) -> str:
    """Give the part of a host that one owner registered; an IP address with its port is its own.

    By a short list of what lies under countries and hosting firms, not by the whole Public Suffix List:
    a suffix that it lacks makes one voice of two, which is the safer error.
    """
    name = host.partition(":")[0]
    if not name or _NUMERIC.fullmatch(name) or host.startswith("["):
        return host
    labels = name.split(".")
    suffix = ".".join(labels[-2:])
    shared = suffix in _HOSTING or (len(labels[-1]) == _COUNTRY and labels[-2:-1] and labels[-2] in _HOSTING)
    return ".".join(labels[-3 if shared else -2 :])


def domain_of(url: str) -> str:
    """Give the registrable domain of an address, or ""."""
    return registrable(canonical_url(url).soft.partition("/")[0])


def names_of(article: Article) -> tuple[str, ...]:
    """Give the folded names by which a page calls its publisher: the site's, and its copyright line's."""
    named = (article.site_name, holder(article.text))
    folded = (" ".join(fold_width(name).casefold().split()) for name in named)
    return tuple(dict.fromkeys(name for name in folded if len(name) > 1 and name not in _NO_NAMES))


def holder(text: str) -> str:
    """Give whom the last lines of a text name as holder of the copyright, or ""."""
    found = _COPYRIGHT.findall(text[-_CLOSING_CHARACTERS:])
    return found[-1].partition(" All rights")[0].strip() if found else ""
