"""How many independent voices tell a story."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from daemon.dedup.address import canonical_url
from daemon.dedup.lists import lines
from daemon.dedup.tokens import fold_width
from daemon.model import Article

_AGENCY_OF = {
    form.strip(): agency
    for agency, _, forms in (line.partition(":") for line in lines("agencies"))
    for form in forms.split(",")
}
_FORMS = "|".join(sorted(map(re.escape, _AGENCY_OF), key=len, reverse=True))
# A credit is a whole author or site name, a dateline's «(Agency)» or «— Agency», or a closing line.
_WHOLE = re.compile(rf"\W*(?:by |with |from )?({_FORMS})\W*", re.IGNORECASE)
_DATELINE = re.compile(
    rf"^(?:\w+\.\s*\d{{1,2}}\s\w+\.|[^.!?\n]{{0,80}}[(/,.–—-])\s*({_FORMS})\s*(?:[)/–—.,]|--?)", re.IGNORECASE
)
_HANZI_DATELINE = re.compile(r"^\W?(新华社|新華社|法新社|路透社|共同通信|時事通信)")
_LEAD_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Telling:
    """One article of a story, as far as it matters for who speaks.

    `site` is the host or source it came from, `agency` from `agency_of`, `original` the article it
    copies (its own id if none), `canonical` the host that its page names as its own address.
    """

    article: int
    site: str
    original: int
    agency: str = ""
    canonical: str = ""


def agency_of(article: Article) -> str:
    """Give the news agency that an article credits, in one word, or ""."""
    for name in (*article.authors, article.site_name):
        if whole := _WHOLE.fullmatch(fold_width(name)):
            return _AGENCY_OF[whole[1].lower()]
    lead = fold_width(article.text[:_LEAD_CHARACTERS]).lstrip()
    if found := _DATELINE.match(lead) or _HANZI_DATELINE.match(lead):
        return _AGENCY_OF[found[1].lower()]
    last = article.text.rstrip().rpartition("\n")[2][-_LEAD_CHARACTERS:]
    closing = _WHOLE.fullmatch(fold_width(last))
    return _AGENCY_OF[closing[1].lower()] if closing else ""


def telling(article: Article, identifier: int, original: int) -> Telling:
    """Give what matters of an article for who speaks."""
    return Telling(
        article=identifier,
        site=_site(article.url),
        original=original,
        agency=agency_of(article),
        canonical=_site(article.canonical_url),
    )


def voices(
    tellings: Iterable[Telling], owners: Mapping[str, str] | None = None
) -> tuple[tuple[int, ...], ...]:
    """Group a story's articles by the voice that speaks in them; as many groups as voices.

    One voice is one owner (`owners`: site → owner), one site, one agency, or one text: whoever copies
    another's article, or names it as the canonical one, repeats that voice.
    """
    group: dict[str, str] = {}

    def find(key: str) -> str:
        while group.setdefault(key, key) != key:
            key = group[key]
        return key

    known = list(tellings)
    for one in known:
        site = (owners or {}).get(one.site, one.site)
        links = [f"article {one.original}"]
        if one.agency:
            links.append(f"agency {one.agency}")
        else:
            links += [f"owner {(owners or {}).get(name, name)}" for name in (site, one.canonical) if name]
        for link in links:
            group[find(link)] = find(f"article {one.article}")
    spoken: dict[str, list[int]] = {}
    for one in known:
        spoken.setdefault(find(f"article {one.article}"), []).append(one.article)
    return tuple(tuple(articles) for articles in spoken.values())


def _site(url: str) -> str:
    return canonical_url(url).soft.partition("/")[0]
