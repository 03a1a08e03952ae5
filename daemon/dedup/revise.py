"""What changed between two states of one article."""

from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from enum import StrEnum

from daemon.dedup.facts import counts
from daemon.dedup.lists import anywhere
from daemon.dedup.tokens import fold_width, tokens
from daemon.model import Article

_EMPTIED = 0.1  # share of the words; a text of which less is left was emptied
_SLIP = 0.7  # so much alike, two runs of words are one with a slip mended (difflib's ratio)
_SLIP_WORDS = 3
_DIFF_LINES = 400
_LONGEST = 5000  # words compared
_SHOWN = 5  # figures named in the reason

_CORRECTION = anywhere("corrections")


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
    edits = _edits(before[:_LONGEST], after[:_LONGEST])
    figures = [edit for edit in edits if _changes_figures(edit)]
    found: dict[Change, str] = {}
    notice = next((line for line in _new_lines(old, new) if _CORRECTION.search(line)), None)
    if notice is not None:
        found[Change.CORRECTION] = f"correction: «{notice.strip()[:200]}»"
    if figures:
        shown = ", ".join(f"{' '.join(gone)} → {' '.join(come)}" for gone, come in figures[:_SHOWN])
        found[Change.FIGURES] = f"figures: {shown}"
    if not all(edit in figures or _is_slip(edit) for edit in edits) or len(before) != len(after) > _LONGEST:
        found[Change.UPDATE] = f"text went from {len(before)} to {len(after)} words"
    return found or {Change.WORDING: "wording only"}


def _edits(before: list[str], after: list[str]) -> list[tuple[list[str], list[str]]]:
    """Give the runs of words that stand in place of each other; one of the two may be empty."""
    return [
        (before[a:b], after[c:d])
        for operation, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes()
        if operation != "equal"
    ]


def _changes_figures(edit: tuple[list[str], list[str]]) -> bool:
    gone, come = ([word for word in run if counts(word)] for run in edit)
    return bool(gone) and bool(come) and gone != come and max(map(len, edit)) <= _SLIP_WORDS


def _is_slip(edit: tuple[list[str], list[str]]) -> bool:
    gone, come = (" ".join(run) for run in edit)
    if max(map(len, edit)) > _SLIP_WORDS or counts(gone) or counts(come):
        return False
    return not gone or not come or SequenceMatcher(None, gone, come).ratio() >= _SLIP


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
