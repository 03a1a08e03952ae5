"""Bylines as publishers write them → people's names."""

import re
from collections.abc import Iterable
from typing import Final

from daemon.parse.datewords import fold, month_named
from daemon.parse.plain import resolved
from daemon.parse.words import word_set

# What leads a byline, in the languages of the news: «By Jane Doe», «Von Jana Doe», «Текст: Яна Доу».
_VERB: Final = (
    r"(?:(?:written|posted|published|reported|submitted|story|words|text|texte|article|review(?:ed)?|photos?|"
    r"geschrieben|verfasst|escrito|publicado|publié|écrit|rédigé|opublikowan[eoy]|napisan[eay]|scritto|gepubliceerd)"
    r"\s+)?"
)
_BY: Final = (
    r"(?:by|von|vom|par|por|di|da|de|od|przez|af|av|door|oleh|bởi|autor(?:in|en|ka|zy|es|a)?|auteurs?|authors?|"
    r"writers?|redakteur(?:in)?|redaktion|reporter|contributors?|autore|forfatter|text|tekst|texte|foto|автор(?:ка|и|ы)?|текст|от|文|作者|記者|记者)"
)
_LEAD: Final = re.compile(
    rf"^\W*{_VERB}{_BY}(?:(?=[\s:：|,])\s*[:：\-–|,]?\s*|(?-i:(?=[A-Z][a-z])))", re.IGNORECASE
)
# The same after a date or a label in front: «12 May 2025 by Jane Doe», «Ein Artikel von Jana Vogel».
_LEAD_WITHIN: Final = re.compile(
    r"(?:^|[\s|•·–—-])(?:by|von|par|por|door|av|af|przez|от|від)\s+(?=[^\W\d_])", re.IGNORECASE
)
# What follows a name in a line that holds a date or a section too.
_AFTER_NAME: Final = re.compile(
    r"\s(?:in|under|for|at|am|on|le|el|il|dnia|published|posted|updated|view|veröffentlicht)\s.*",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"\s*(?:[,;|•·／、]|\s/\s|\s[-–—]\s|\s?&\s|\s(?:AND|And|and|und|et|y|e|i|és|og|och|en|и|і|та|with|mit|avec)\s"
    r"|\son\s|\s(?:am|le)\s(?=\d))\s*"
)
_NOT_A_NAME: Final = re.compile(
    r"https?:|www\.|@|\d{2}|[{}<>=%_#]|\b(?:comments?|updated|published|min(?:ute)?s? read|view all|"
    r"uncategorized)\b",
    re.IGNORECASE,
)
# Words on buttons, tabs and labels, which stand where names may.
_LABEL: Final = re.compile(
    r"\b(?:follow|subscribe|share|read|view|sign|log|login|learn|written|posted|reviewed|reviewer|facebook|"
    r"twitter|instagram|linkedin|youtube|pinterest|email|newsletter|guidelines|articles?|blog|team|home|contact|"
    r"about|lifestyle|photo|more|all|the|your|our|privacy|news|search|menu|advert\w*|sponsored|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|über|autoren?|inhalte|kommentare?|mehr|alle|"
    r"veröffentlicht|eingetragen|rezept|pressemitteilung|interview|grader)\b",
    re.IGNORECASE,
)
_ROLE: Final = re.compile(
    r"^(?:(?:wp|wordpress|web)?_?admin\w*|administrator|editors?|staff|guest|unknown|anonymous|(?:no\s)?author|user|none|null|by|link|"
    r"contributors?|(?:the\s)?teams?|ph\.?d\.?|(?:senior|staff|chief|managing|contributing|associate|deputy|news|"
    r"shipping|sports?)\b.*|m\.?d\.?|jr\.?|sr\.?|.*\b(?:editor|reporter|correspondent|writer|journalist|expert|director|ceo|"
    r"founder|professor|specialist|manager|redakteurin?|editor-in-chief))$",
    re.IGNORECASE,
)
_CREDENTIAL: Final = re.compile(r"^(?:[A-Z][A-Za-z]?\.?){2,6}$|^[A-Z-]{2,8}(?: \d+)?$")
_HONORIFIC: Final = re.compile(r"^(?:dr|prof|mr|mrs|ms|sir|mag|dipl)\b\.?\s+(?=\S+\s)", re.IGNORECASE)
# A post in front of a name: «FOCUS-Online-Experte Robin Roe».
_POST: Final = re.compile(
    r"^(?:[\w-]+-)?(?:experte|expertin|redakteurin?|korrespondentin?|reporterin?|autorin?|themenstarter)\s+(?=\S+\s\S)",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(r"\s*\([^()]*\)")
_PARTICLES: Final = word_set(
    "de del della di da dos das du des la le el al bin ibn ben abu van von der den ter ten vom zu zur y "
    "e of af av the san st mc o d' и ван фон де"
)
_BEFORE_DATE: Final = word_set("on at am le el il op den dnia vom updated published")
_LONGEST_NAME: Final = 60
_LONGEST_BYLINE: Final = 300
_MOST_WORDS: Final = 5
_MOST_NAMES: Final = 20


def read_people(bylines: Iterable[str], *, site: str = "") -> tuple[str, ...]:
    """The names in some bylines that a page declares, in order and once each, without the site's own."""
    names: dict[str, str] = {}
    for byline in bylines:
        for name in _split(byline):
            if name.casefold() != site.casefold():
                names.setdefault(name.casefold(), name)
    return tuple(names.values())[:_MOST_NAMES]


def find_people(text: str, *, marked: bool = False, sure: bool = False, site: str = "") -> tuple[str, ...]:
    """The names in a line of the page that is a byline: it is marked as one, or says «by».

    Stricter than `read_people`: every piece must look like a person's name, else it is no byline. Only a
    line that is `sure` to be one may hold a mere pen name.
    """
    text = " ".join(text[:_LONGEST_BYLINE].split())
    lead = _LEAD.match(text)
    if not lead and not marked and not sure:
        return ()
    found: list[str] = []
    for name in read_people([_undated(text)], site=site):
        if sure:
            fits = len(name.split()) <= _MOST_WORDS and not _LABEL.search(name)
        else:
            fits = _looks_like_a_person(name) and bool(lead or " " in name or not name.isascii())
        if not fits:
            break
        found.append(name)
    return tuple(found)


def find_people_within(text: str, *, site: str = "") -> tuple[str, ...]:
    """The names after the first «by» in a short line, which may begin with a date or a label."""
    lead = _LEAD_WITHIN.search(text)
    if not lead:
        return ()
    dated = any(map(str.isdigit, text))
    name = _AFTER_NAME.sub("", _undated(text[lead.end() :]))
    return find_people(f"by {name}", site=site) or (find_people(name, sure=True, site=site) if dated else ())


def _undated(text: str) -> str:
    """Cut a line where the date in it begins; itself when it begins with one."""
    words = text.split()
    end = next((place for place, word in enumerate(words) if any(map(str.isdigit, word))), len(words))
    if end == len(words):
        return text
    while end and (
        words[end - 1].lower() in _BEFORE_DATE or month_named(fold(words[end - 1]).strip(".,"), "")
    ):
        end -= 1
    return " ".join(words[:end]) or text


def _split(byline: str) -> list[str]:
    text = " ".join(resolved(byline[:_LONGEST_BYLINE]).split())
    if "://" in text or text.startswith("www."):
        return []
    text = _LEAD.sub("", _ASIDE.sub("", text), count=1)
    pieces = [piece.strip(" .:-–—|•●\"'«»“”()*") for piece in _BETWEEN.split(text)]
    names = [
        piece
        for place, piece in enumerate(pieces)
        if _is_name(piece) and not (place and _CREDENTIAL.match(piece))
    ]
    return [_POST.sub("", _HONORIFIC.sub("", name)) for name in names]


def _is_name(name: str) -> bool:
    return 1 < len(name) <= _LONGEST_NAME and not _NOT_A_NAME.search(name) and not _ROLE.match(name)


def _looks_like_a_person(name: str) -> bool:
    words = name.split()
    if len(words) > _MOST_WORDS or _LABEL.search(name):
        return False
    if not name.isascii() and name.lower() == name.upper():
        return True  # a script without capitals
    capital = sum(word[:1].isupper() for word in words)
    return capital > 0 and all(word[:1].isupper() or word.lower() in _PARTICLES for word in words)
