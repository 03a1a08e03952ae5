"""What changed between two states of one article."""

from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from enum import StrEnum

from daemon.dedup.lists import anywhere, words
from daemon.dedup.tokens import fold_width, tokens
from daemon.model import Article

# A text that shrinks below this share of its words was emptied.
_EMPTIED = 0.1
# Alike from here on, two words are one word with a slip corrected.
_SLIP = 0.7
_FEW = 3  # words
_DIFF_LINES = 400

_CORRECTION = anywhere("corrections")
_COUNTING = words("counting")


class Change(StrEnum):
    """What kind of change a revision is, the gravest first."""

    WITHDRAWN = "withdrawn"
    CORRECTION = "correction"
    FIGURES = "figures"
    HEADLINE = "headline"
    UPDATE = "update"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Revision:
    """What changed: every kind of it, gravest first (none if nothing did), a sentence, and a diff.

    `diff` is in unified format over title and paragraphs, at most 400 lines.
    """

    changes: tuple[Change, ...]
    reason: str
    diff: str = ""

    @property
    def change(self) -> Change | None:
        """The gravest kind, None if nothing changed."""
        return self.changes[0] if self.changes else None


def withdrawn(old: Article, reason: str) -> Revision:
    """Give the revision of an article whose page is gone; `reason` says how that showed."""
    return Revision((Change.WITHDRAWN,), reason, _diff(old, Article()))


def revise(old: Article, new: Article) -> Revision:
    """Say what changed in an article that was fetched again."""
    before, after = _words(old.text), _words(new.text)
    if before and len(after) < _EMPTIED * len(before):
        return withdrawn(old, f"emptied: {len(after)} of {len(before)} words are left")
    found: dict[Change, str] = {}
    if _words(old.title) != _words(new.title):
        found[Change.HEADLINE] = f"headline was «{old.title}», is «{new.title}»"
    if before != after:
        found |= _changes(old, new, before, after)
    changes = tuple(change for change in Change if change in found)
    if not changes:
        return Revision((), "no word changed")
    return Revision(changes, "; ".join(found[change] for change in changes), _diff(old, new))


def _changes(old: Article, new: Article, before: list[str], after: list[str]) -> dict[Change, str]:
    found: dict[Change, str] = {}
    notice = next((line for line in _new_lines(old, new) if _CORRECTION.search(line)), None)
    if notice is not None:
        found[Change.CORRECTION] = f"correction: «{notice.strip()[:200]}»"
    gone, come = _replaced(before, after)
    figures = [
        pair
        for pair in zip(gone, come, strict=True)
        if any(map(_counts, pair[0])) and any(map(_counts, pair[1]))
    ]
    if figures:
        found[Change.FIGURES] = "figures: " + ", ".join(
            f"{' '.join(a)} → {' '.join(b)}" for a, b in figures[:5]
        )
    if _is_wording(before, after):
        if not found:
            found[Change.WORDING] = "wording only"
    elif not figures or _adds(before, after):
        found[Change.UPDATE] = f"text went from {len(before)} to {len(after)} words"
    return found


def _replaced(before: list[str], after: list[str]) -> tuple[list[list[str]], list[list[str]]]:
    """Give the runs of words that stand in place of each other."""
    gone, come = [], []
    for operation, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "replace":
            gone.append(before[a:b])
            come.append(after[c:d])
    return gone, come


def _counts(word: str) -> bool:
    return word[0].isdecimal() or word in _COUNTING


def _is_wording(before: list[str], after: list[str]) -> bool:
    """Tell whether only slips were mended: words replaced by words much like them, few come or go."""
    for operation, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "equal":
            continue
        old, new = " ".join(before[a:b]), " ".join(after[c:d])
        longest = max(b - a, d - c)
        if longest > _FEW or (old and new and SequenceMatcher(None, old, new).ratio() < _SLIP):
            return False
    return True


def _adds(before: list[str], after: list[str]) -> bool:
    return abs(len(after) - len(before)) > _FEW


def _new_lines(old: Article, new: Article) -> list[str]:
    known = set(old.text.splitlines())
    return [line for line in new.text.splitlines() if line.strip() and line not in known]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in tokens(fold_width(text))]


def _diff(old: Article, new: Article) -> str:
    before, after = (
        [article.title, *(line for line in article.text.splitlines() if line)] for article in (old, new)
    )
    lines = unified_diff(before, after, "before", "after", lineterm="", n=1)
    return "\n".join(line for line, _ in zip(lines, range(_DIFF_LINES), strict=False))
