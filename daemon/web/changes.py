"""A revision as prose: what was struck out and what was put in, word by word."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from markupsafe import Markup

_HEAD = re.compile(r"\A--- .*\n\+\+\+ .*\n")
_PIECES = re.compile(r"[^\S\n]*(?:\w+|[^\s\w])|\s")
# Less, and two paragraphs have only small words in common: one takes the other's place.
_ALIKE = 0.5
# So far on one looks for what became of a paragraph, and so many are compared: a page must come at once.
_AHEAD, _MOST = 3, 40
_GAP = "\u22ef\n"


def prose(diff: str) -> Markup:
    """Show a unified diff of paragraphs, a line for each, with the words that went and came marked."""
    return Markup("").join(shown for was, now in _runs(_HEAD.sub("", diff)) for shown in _told(was, now))


def _runs(diff: str) -> Iterator[tuple[list[str], list[str]]]:
    """Give the paragraphs in order: those that stand in place of each other, as they were and as they are."""
    was: list[str] = []
    now: list[str] = []
    for line in diff.splitlines():
        sign, text = line[:1], f"{line[1:]}\n"
        if sign in {"-", "+"}:
            (was if sign == "-" else now).append(text)
            continue
        yield was, now
        was, now = [], []
        if sign == " ":
            yield [text], [text]
        elif not line.startswith("@@ -1"):
            yield [_GAP], [_GAP]
    yield was, now


def _told(was: Sequence[str], now: Sequence[str]) -> Iterator[Markup]:
    come = 0
    for old in was:
        ahead = now[come : come + _AHEAD] if len(was) <= _MOST else ()
        found = next((place for place, new in enumerate(ahead) if _are_alike(old, new)), None)
        if found is None:
            yield _put("del", old)
            continue
        yield _put("ins", "".join(now[come : come + found]))
        yield from _words(old, now[come + found])
        come += found + 1
    yield _put("ins", "".join(now[come:]))


def _are_alike(old: str, new: str) -> bool:
    pair = SequenceMatcher(None, _PIECES.findall(old), _PIECES.findall(new))
    return pair.quick_ratio() >= _ALIKE and pair.ratio() >= _ALIKE


def _words(old: str, new: str) -> Iterator[Markup]:
    was, now = _PIECES.findall(old), _PIECES.findall(new)
    for operation, a, b, c, d in SequenceMatcher(None, was, now).get_opcodes():
        if operation != "equal":
            yield _put("del", "".join(was[a:b]))
        yield _put("" if operation == "equal" else "ins", "".join(now[c:d]))


def _put(tag: str, text: str) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(tag, text) if tag and text else Markup("{}").format(text)
