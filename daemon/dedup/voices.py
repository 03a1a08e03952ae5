"""How many independent voices tell a story."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from daemon.dedup.lists import lines
from daemon.dedup.owner import domain_of, holder, names_of
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
_OPENING = 60  # letters and figures, some ten words: two authors do not begin alike for so long


@dataclass(frozen=True, slots=True)
class Telling:
    """One article of a story, as far as it matters for who speaks.

    `original` is the article it copies (its own id if none), `agency` from `agency_of`, `owners` what
    its publisher is known by: the domains of its address and of the one that its page names as its own,
    and the names that the page gives its publisher. `opening` is how its text begins, "" if it is too short
    to tell one text from another.
    """

    article: int
    original: int
    owners: tuple[str, ...] = ()
    agency: str = ""
    opening: str = ""


def agency_of(article: Article) -> str:
    """Give the news agency that an article credits, in one word, or ""."""
    for name in (*article.authors, article.site_name, holder(article.text)):
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
    domains = dict.fromkeys(map(domain_of, (article.url, article.canonical_url)))
    owners = (*filter(None, domains), *(f"«{name}»" for name in names_of(article)))
    return Telling(identifier, original, owners, agency_of(article), _opening(article.text))


def _opening(text: str) -> str:
    letters = "".join(filter(str.isalnum, fold_width(text[: 4 * _OPENING]).casefold()))
    return letters[:_OPENING] if len(letters) >= _OPENING else ""


def voices(tellings: Iterable[Telling]) -> tuple[tuple[int, ...], ...]:
    """Group a story's articles by the voice that speaks in them; as many groups as voices.

    One voice is one owner, one agency, or one text: whoever copies another's article, begins as it does,
    or names it as the canonical one, repeats that voice. An agency's report does not tie its printers
    together: what they write themselves is theirs.
    """
    group: dict[str, str] = {}

    def find(key: str) -> str:
        while group.setdefault(key, key) != key:
            key = group[key]
        return key

    known = list(tellings)
    for one in known:
        spoken_by = [f"agency {one.agency}"] if one.agency else [f"owner {name}" for name in one.owners]
        text = [f"text {one.opening}"] if one.opening else []
        for link in (f"article {one.original}", *spoken_by, *text):
            group[find(link)] = find(f"article {one.article}")
    spoken: dict[str, list[int]] = {}
    for one in known:
        spoken.setdefault(find(f"article {one.article}"), []).append(one.article)
    return tuple(tuple(articles) for articles in spoken.values())
