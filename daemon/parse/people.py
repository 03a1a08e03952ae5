"""Bylines as publishers write them → people's names."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from daemon.parse.datewords import fold, month_named
from daemon.parse.plain import resolved
from daemon.parse.words import word_set

# What leads a byline, in the languages of the news: «By Jane Doe», «Von Jana Doe», «Текст: Яна Доу».
_VERB: Final = (
    r"(?:(?:this|the)\s+(?:article|post|story)\s+(?:was|is)\s+)?"
    r"(?:(?:written|posted|published|reported|submitted|story|words|text|texte|article|review(?:ed)?|photos?|"
    r"geschrieben|verfasst|escrito|publicado|publié|écrit|rédigé|propos\s+recueillis|opublikowan[eoy]|napisan[eay]|"
    r"scritto|a\s+cura|gepubliceerd|geschreven|skrevet|skriven|scris)\s+)?"
)
_BY: Final = (
    r"(?:by|von|vom|par|por|di|da|de|od|przez|af|av|door|oleh|bởi|από|autor(?:in|en|ka|zy|es|a)?|auteurs?|authors?|"
    r"writers?|redakteur(?:in)?|redaktion|reporter|contributors?|autore|forfatter|text|tekst|texte|teksti|foto|"
    r"oprac(?:ował[ay]?|\.)|napisała?|napsala?|kirjoittaja|toimittaja|yazan|írta|szerző|penulis|tác\s+giả|"
    r"автор(?:ка|и|ы)?|текст|от|від|συντάκτ(?:ης|ρια)|γράφ(?:ει|ουν)\s+(?:ο|η|οι)|"
    r"بقلم|كتبت?|إعداد|نویسنده|به\s+قلم|מאת|取材・文|撰文|本[报報][记記]者|文|作者|著者|執筆|[记記]者|글)"
)
# Words that lead a byline only before a colon, since they begin sentences and titles too.
_COLON: Final = (
    r"(?:interviews?|protokoll|bericht|reportage|journalist(?:in)?|korrespondent(?:in)?|redacción|redazione|texto|"
    r"testo|haber|muhabir|журналист|корреспондент|подготовил[аи]?|підготу(?:вав|вала|вали))"
)
# But «Di Wu» is a name.
_LEAD: Final = re.compile(
    rf"^\W*(?!d[aei]\s+\S+$)(?:{_VERB}{_BY}(?:(?=[\s:：|,/／＝｜])\s*[:：\-–|,/／＝｜]?\s*|(?-i:(?=[A-Z][a-z])))|{_COLON}\s?[:：]\s*)",
    re.IGNORECASE,
)
# What ends one: «홍길동 기자».
_TAILS: Final = ("기자", "특파원")
_TAIL: Final = re.compile(rf"\s*(?:선임|수습|인턴)?(?:{'|'.join(_TAILS)})$")
# A picture's maker is not the text's: «Photo by Jane Doe», «Foto: Jana Vogel».
_PICTURE: Final = re.compile(
    r"\W*(?:photo(?:graph)?s?|fotos?|bild(?:er)?|images?|pictures?|illustrations?|symbolbild|credits?)\b",
    re.IGNORECASE,
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
_AND: Final = (
    r"(?:AND|And|and|und|et|y|e|i|és|og|och|en|и|і|та|ja|ve|dan|și|şi|και|ו|و|with|mit|avec|"
    r"im\s+Gespräch\s+mit|in\s+conversation\s+with)"
)
_BETWEEN: Final = re.compile(
    rf"\s*([,،;|•·／、](?:\s*{_AND}\s)?|/|\s[-–—]\s|\s?&\s|\s{_AND}\s|\son\s|\s(?:am|le)\s(?=\d))\s*"
)
# Where, or for whom, it was written: «Jane Doe in Berlin», «Jana Vogel, Kyjiw».
_FROM_PLACE: Final = re.compile(
    r"^(\S+(?:\s\S+){1,2}?)\s(?:in|aus|from|at|reporting|reports|à|depuis|en|em|desde|w|v|ve|în|в|у|из|з)"
    r"\s[^\W\d_a-zß-ÿа-яіїєґ].*"
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
_NOBODY: Final = (
    r"(?:wp|wordpress|web)?_?admin\w*|administrator|webmaster|guest|unknown|anonymous|(?:no\s)?author|user|"
    r"name|none|null|by|link"
)
_ROLE: Final = re.compile(
    rf"^(?:{_NOBODY}|editors?|staff|"
    r"contributors?|(?:the\s)?teams?|ph\.?d\.?|(?:senior|staff|chief|managing|contributing|associate|deputy|news|"
    r"shipping|sports?|head\sof|member\sof)\b.*|m\.?d\.?|jr\.?|sr\.?|(?:sr\.?|vice)\s.*|envoyée?\sspéciale?)$",
    re.IGNORECASE,
)
# Last words of what is a post: «Political editor», «Chefredakteurin».
_POSTS: Final = word_set(
    "editor reporter correspondent writer journalist expert director ceo founder professor specialist "
    "manager editor-in-chief analyst columnist contributor producer author officer president nutritionist "
    "dietitian consultant attorney strategist photographer "
    "redakteur redakteurin chefredakteur chefredakteurin korrespondent korrespondentin reporterin autor "
    "autorin pressesprecher pressesprecherin fotograf fotografin journaliste rédacteur rédactrice "
    "correspondant correspondante periodista redactor redactora corresponsal giornalista corrispondente "
    "jornalista dziennikarz dziennikarka журналіст журналістка журналист журналистка кореспондент "
    "кореспондентка корреспондент редактор редакторка обозреватель оглядач"
)
_NO_HOUSE: Final = re.compile(rf"https?:|www\.|[@{{}}<>=%#]|^\W*$|^(?:{_NOBODY})$", re.IGNORECASE)
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
_LONGEST_WORD: Final = 12
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


def is_house(name: str) -> bool:
    """Whether a byline that holds nobody's name is a desk or an agency at least: «Staff», «news desk»."""
    return 1 < len(name) <= _LONGEST_NAME and not _NO_HOUSE.search(name)


def without_lead(byline: str) -> str:
    """The byline without what leads it: «By Jane Doe» → «Jane Doe»."""
    name = _LEAD.sub("", byline, count=1)
    return _bare(_TAIL.sub("", name) if name.endswith(_TAILS) else name)


def find_people(text: str, *, marked: bool = False, sure: bool = False, site: str = "") -> tuple[str, ...]:
    """The names in a line of the page that is a byline: it is marked as one, or says «by».

    Stricter than `read_people`: every piece must look like a person's name, else it is no byline. Only a
    line that is `sure` to be one may hold a mere pen name.
    """
    text = " ".join(text[:_LONGEST_BYLINE].split())
    lead = _LEAD.match(text) or text.endswith(_TAILS)
    if (not lead and not marked and not sure) or _PICTURE.match(text):
        return ()
    found: list[str] = []
    for name in read_people([_undated(text)], site=site):
        if sure:
            fits = len(name.split()) <= _MOST_WORDS and not _LABEL.search(name)
        else:
            fits = _looks_like_a_person(name) and bool(lead or " " in name or name.lower() == name.upper())
        if not fits:
            break
        found.append(name)
    return tuple(found)


def find_people_within(text: str, *, site: str = "") -> tuple[str, ...]:
    """The names after the first «by» in a short line, which may begin with a date or a label."""
    lead = _LEAD_WITHIN.search(text)
    if not lead or _PICTURE.match(text):
        return ()
    dated = any(map(str.isdigit, text))
    name = without_rest(_undated(text[lead.end() :]))
    return find_people(f"by {name}", site=site) or (find_people(name, sure=True, site=site) if dated else ())


def without_rest(text: str) -> str:
    """The name at the beginning of what also says where or when: «Jane Doe in Harbours» → «Jane Doe»."""
    return _AFTER_NAME.sub("", text)


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


@lru_cache(maxsize=256)  # pages tell the same names in many places
def _split(byline: str) -> tuple[str, ...]:
    text = " ".join(resolved(byline[:_LONGEST_BYLINE]).split())
    if "://" in text or text.startswith("www."):
        return ()
    first, *others = _BETWEEN.split(without_lead(_ASIDE.sub("", text)))
    first = _bare(first)
    names = [first] if _is_name(first) else []
    is_in_post = not names
    for mark, raw in zip(others[::2], others[1::2], strict=True):
        piece = _bare(raw)
        # After a whole name a single word is a place, an agency, a degree or a post, which may go on.
        if " " in first and _CREDENTIAL.match(piece):
            continue
        if (" " in first and " " not in piece) or not _is_name(piece):
            is_in_post = True
        elif mark != "," or not is_in_post:
            names.append(piece)
            is_in_post = False
    if " " not in first and others[:1] == ["/"] and any(" " in name for name in names):
        names = [name for name in names if name != first]  # an agency: «AFP/Jane Doe»
    return tuple(_FROM_PLACE.sub(r"\1", _POST.sub("", _HONORIFIC.sub("", name))) for name in names)


def _bare(piece: str) -> str:
    return piece.strip(" .,:-–—|•●\"'«»“”()*")


def _is_name(name: str) -> bool:
    return (
        1 < len(name) <= _LONGEST_NAME
        and name.rpartition(" ")[2].lower() not in _POSTS
        and not _NOT_A_NAME.search(name)
        and not _ROLE.match(name)
    )


def _looks_like_a_person(name: str) -> bool:
    words = name.split()
    if len(words) > _MOST_WORDS or ":" in name or _LABEL.search(name):
        return False
    if not name.isascii() and name.lower() == name.upper():
        return max(map(len, words)) <= _LONGEST_WORD  # a script without capitals, maybe without spaces
    capital = sum(word[:1].isupper() for word in words)
    return capital > 0 and all(word[:1].isupper() or word.lower() in _PARTICLES for word in words)
