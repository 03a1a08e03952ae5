"""What in a text is not the text: the site's own lines, bylines and datelines."""

import re
from hashlib import blake2b

from daemon.dedup.lists import starts
from daemon.dedup.tokens import fold_width

# A line longer than this is prose, whatever it starts with.
_LONGEST_FURNITURE = 160
_BYLINE_LINES = 4
_DATELINE_LINES = 5
_LONGEST_DATELINE = 80  # characters

_FURNITURE = starts("furniture")
_BYLINE = re.compile(rf"{starts('bylines').pattern}\s*:?\s*[^.!?]{{2,90}}\W*$", re.IGNORECASE)
# A heading, a name, a button: short, without figures and without a sentence's end.
_LONGEST_LABEL = 60
_LABEL = re.compile(rf"[^\d\n]{{0,{_LONGEST_LABEL - 1}}}[^\d.!?…:;,。！？\"'”’»)\]\n]\s*")
# «PLACE, Nov 22 (Agency) - », «Place, 22 ноября. Agency —», «新华社北京11月22日电».
# Possessive: a run of capitals is one name, not four in every way there is to cut it.
_CAPITAL = r"[^\W\d_a-zß-öø-ÿа-яёіїєґąćęłńóśźż]"
_PLACE = rf"(?:{_CAPITAL}\w*+(?:[.'’-]\w++)*+\.?[\s,/]*+){{1,4}}"
_DATE = r"(?:\d{1,2}\.?\s[^\W\d_]{3,12}\.?|[^\W\d_]{3,12}\.?\s\d{1,2})(?:,?\s\d{4})?"
_DATELINE = re.compile(
    rf"\s*(?:{_PLACE})?(?:{_DATE}[,.\s]*)?\([^)\n]{{2,40}}\)\s*(?:[-–—:]+)\s*"
    rf"|\s*(?:{_PLACE}|(?={_CAPITAL}\w{{3}})){_DATE}[\w.,\s/]{{0,30}}\s*(?:[-–—:]+)\s+"
    r"|\s*[A-ZА-ЯЁІЇЄҐŁŚŻÄÖÜ][A-ZА-ЯЁІЇЄҐŁŚŻÄÖÜ.'’\s,/]{2,40}\s*(?:[-–—:]+)\s+"
    rf"|\s*{_PLACE}\s*(?:[–—]|--)\s+"
    r"|\W?[\u4e00-\u9fff]{2,5}(?:社|网|報)[\u4e00-\u9fff]{0,8}\d{1,2}月\d{1,2}日(?:电|電|讯|訊)\W*"
    r"|【[^】\n]{2,24}】"
)
# «Posted on March 14, 2013 at 12:41 PM GMT», «Last updated: 14 Sept 2013 13:26»: a day, a year, a time.
_STAMP = re.compile(
    r"\W*(?:[^\W\d_]+\W+){0,3}?(?:\d{1,2}\.?\s[^\W\d_]{3,12}\.?|[^\W\d_]{3,12}\.?\s\d{1,2})\s?,?\s(?:19|20)\d\d\b"
    r"[\W\d]*(?:[^\W\d_]{2}\s+\d[\W\d]*)?(?i:[ap]\.?\s?m\b)?[\W\d]*(?:[A-Z]{2,5}\b)?[\W\d]*"
)


def line_key(line: str) -> int:
    """Give the signed 64-bit key of one line; case and white space make no difference."""
    folded = " ".join(fold_width(line).casefold().split())
    digest = blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def line_keys(text: str) -> tuple[int, ...]:
    """Give the distinct keys of a text's lines, in order, for the store to count by host."""
    return tuple(dict.fromkeys(line_key(line) for line in text.splitlines() if line.strip()))


def own_lines(text: str, known_lines: frozenset[int]) -> list[str]:
    """Give the lines that tell the article: no furniture of the site, no byline, no dateline."""
    lines = [line for line in text.splitlines() if line.strip()]
    if known_lines:
        lines = [line for line in lines if line_key(line) not in known_lines]
    kept = [line for line in lines if len(line) > _LONGEST_FURNITURE or not _FURNITURE.match(line)]
    prose = [line for line in kept if not _is_label(line)]
    if 2 * sum(map(len, prose)) > sum(map(len, kept)):
        kept = prose
    head = [line for line in kept[:_BYLINE_LINES] if not _BYLINE.match(line)]
    kept = head + kept[_BYLINE_LINES:]
    for at, line in enumerate(kept[:_DATELINE_LINES]):
        if dateline := _DATELINE.match(line[:_LONGEST_DATELINE]):
            kept[at] = line[dateline.end() :]
            break
    return [line for line in kept[:_DATELINE_LINES] if line and not _is_stamp(line)] + kept[_DATELINE_LINES:]


def _is_label(line: str) -> bool:
    """Tell whether a line only names something; of one too long the expression would try every end."""
    return len(line.rstrip()) <= _LONGEST_LABEL and _LABEL.fullmatch(line) is not None


def _is_stamp(line: str) -> bool:
    """Tell whether a line only says when it was published."""
    return len(line) <= _LONGEST_DATELINE and _STAMP.fullmatch(line) is not None
