"""What in a text is not the text: the site's own lines, bylines and datelines."""

import re
from hashlib import blake2b

from daemon.dedup.lists import starts
from daemon.dedup.tokens import fold_width

# A line longer than this is prose, whatever it starts with.
_LONGEST_FURNITURE = 160
_BYLINE_LINES = 3

_FURNITURE = starts("furniture")
_BYLINE = re.compile(rf"{starts('bylines').pattern}\s*:?\s*[^.!?]{{2,90}}\W*$", re.IGNORECASE)
# «PLACE, Nov 22 (Agency) - », «Place, 22 ноября. Agency —», «新华社北京11月22日电».
_DATELINE = re.compile(
    r"\s*(?:"
    r"(?:[^\W\d_][\w.'’/,\s]{1,48}?\s*)?(?:,\s*[\w.]+\s*\d{1,2}[\w.,\s]{0,12}\s*)?\([^)\n]{2,40}\)\s*(?:[-–—:]+|--)\s*"
    r"|[A-ZА-ЯЁІЇЄҐŁŚŻÄÖÜ][\w.'’\s]{1,40}[,.]\s*(?:\d{1,2}\W{1,2}[\w.]{3,12}|[\w.]{3,12}\s\d{1,2})[\w.,\s/]{0,40}\s*(?:[-–—]+|--)\s+"
    r"|[A-ZА-ЯЁІЇЄҐŁŚŻÄÖÜ][A-ZА-ЯЁІЇЄҐŁŚŻÄÖÜ.'’\s,/]{2,40}\s*(?:[-–—]+|--|:)\s+"
    r"|\W?[\u4e00-\u9fff]{2,5}(?:社|网|報)[\u4e00-\u9fff]{0,8}\d{1,2}月\d{1,2}日(?:电|電|讯|訊)\W*"
    r"|【[^】\n]{2,24}】"
    r")"
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
    head = [line for line in kept[:_BYLINE_LINES] if not _BYLINE.match(line)]
    kept = head + kept[_BYLINE_LINES:]
    if kept:
        kept[0] = _DATELINE.sub("", kept[0], count=1) if _DATELINE.match(kept[0]) else kept[0]
    return [line for line in kept if line]
