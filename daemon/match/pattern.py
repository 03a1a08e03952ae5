r"""Regular expressions that cannot stall: RE2's engine, run only where a literal of theirs occurs.

RE2 reads a text once, whatever the expression, https://github.com/google/re2/wiki/WhyRE2. Its `\w`, `\s`
and `\b` know ASCII alone, so they are rewritten for all scripts; `\b` may stand at the two ends only.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import re2  # type: ignore[import-untyped] # it ships no types

from daemon.errors import QueryError
from daemon.match.nodes import Anchor, Cost, Node
from daemon.match.reading import Reading
from daemon.match.text import WORD
from daemon.model import Span

LEAST_LETTERS = 3
_LONGEST = 1000  # characters; RE2 is slow with thousands of branches
_MOST_SPANS = 20
_DEEPEST = 50
_LETTER = r"\pL\pN\pM_"
_CLASSES = {"w": _LETTER, "s": r"\s\p{Z}"}
_PIECE = re.compile(
    r"\\p\{[^}]*\}|\\[pP].|\\x\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?P?<\w+>|\(\?[\w-]*[:)]|.",
    re.DOTALL,
)
_QUANTIFIER = re.compile(r"[*+?]\??|\{(\d+)[^}]*\}\??")


@dataclass(slots=True, eq=False)
class Matches(Node):
    """A regular expression; `terms` are words that hold a literal of it, one of which must occur."""

    pattern: str
    terms: frozenset[int]
    fields: tuple[str, ...]
    label: str

    def holds(self, reading: Reading) -> bool:
        if self.terms.isdisjoint(reading.present):
            return False
        find = compiled(self.pattern).search
        return any(find(field.text) for field in reading[self.fields].fields)

    def spans(self, reading: Reading) -> list[Span]:
        found: list[Span] = []
        for field in reading[self.fields].fields:
            text, after = field.text, 0
            while len(found) < _MOST_SPANS and (match := compiled(self.pattern).search(text, after)):
                start, after = match.span(1)
                found.append(Span(field.name, start, after, text[start:after]))
        return found

    def anchor(self, cost: Cost) -> Anchor:
        return sum(map(cost, self.terms)), tuple((term, term, 0) for term in sorted(self.terms))


@lru_cache(10_000)
def compiled(pattern: str) -> "re2._Regexp":
    """Compile a rewritten pattern once in each process."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(pattern, options)


def rewrite(pattern: str, at: int) -> str:
    """Give the pattern that runs; raise QueryError for what RE2 or we cannot do."""
    if len(pattern) > _LONGEST:
        message = f"the expression has more than {_LONGEST} characters"
        raise QueryError(at, message, "put words into a list, [[lists]], and write #name")
    before, body, after = _boundaries(pattern)
    if (before or after) and _has_branches(body):
        raise QueryError(at, "\\b beside | has two meanings", "write /\\b(?:one|two)\\b/")
    if r"\b" in _PIECE.findall(body) or r"\B" in _PIECE.findall(body):
        raise QueryError(
            at, "\\b may stand at the two ends only", "split the expression with AND, or drop the \\b"
        )
    inner = "".join(_rewritten(piece) for piece in _PIECE.findall(body))
    left = f"(?:^|[^{_LETTER}])" if before else ""
    right = f"(?:$|[^{_LETTER}])" if after else ""
    whole = f"{left}({inner}){right}"
    try:
        compiled(inner)
        compiled(whole)
    except re2.error as error:
        reason = error.args[0].decode() if error.args else "it does not parse"
        raise QueryError(at, f"not a regular expression: {reason}", _hint(pattern)) from None
    return whole


def _hint(pattern: str) -> str:
    """Say what to write in place of what RE2 does not have."""
    if re.search(r"\(\?<?[=!]", pattern):
        return "there is no looking ahead or behind: join two expressions by AND, NOT or NEAR"
    if re.search(r"\\[1-9]", pattern):
        return "what was found before cannot be asked for again: write it out"
    return "see https://github.com/google/re2/wiki/Syntax"


def literals(pattern: str, at: int) -> tuple[str, ...]:
    """Give words or parts of words of which one must occur where the pattern matches."""
    found = _Literals(_boundaries(pattern)[1], at).either()
    if not found:
        raise QueryError(
            at,
            f"the expression has no {LEAST_LETTERS} letters in a row that must occur",
            "add a literal, as in /dron(e|y)s?/, so that not every article must be searched",
        )
    return found


def _boundaries(pattern: str) -> tuple[bool, str, bool]:
    before = pattern.startswith(r"\b")
    body = pattern[2:] if before else pattern
    after = body.endswith(r"\b") and not body.endswith(r"\\b")
    return before, body[:-2] if after else body, after


def _has_branches(body: str) -> bool:
    depth = 0
    for piece in _PIECE.findall(body):
        depth += piece.startswith("(") - (piece == ")" or (piece.startswith("(?") and piece.endswith(")")))
        if piece == "|" and not depth:
            return True
    return False


def _rewritten(piece: str) -> str:
    if piece in {r"\w", r"\s"}:
        return f"[{_CLASSES[piece[1]]}]"
    if piece in {r"\W", r"\S"}:
        return f"[^{_CLASSES[piece[1].lower()]}]"
    if piece.startswith("["):
        return re.sub(r"\\([ws])", lambda found: _CLASSES[found[1]], piece)
    return piece


class _Literals:
    """Finds the literal that is hardest to miss: the longest run of letters outside any option."""

    def __init__(self, pattern: str, at: int) -> None:
        self.at = at
        self.pieces = _PIECE.findall(pattern)
        self.next = 0
        self.depth = 0

    def peek(self) -> str:
        return self.pieces[self.next] if self.next < len(self.pieces) else ""

    def either(self) -> tuple[str, ...]:
        """Give one literal for each branch, or none if a branch has none."""
        branches = [self.sequence()]
        while self.peek() == "|":
            self.next += 1
            branches.append(self.sequence())
        return tuple(word for branch in branches for word in branch) if all(branches) else ()

    def sequence(self) -> tuple[str, ...]:
        choices: list[tuple[str, ...]] = []
        run = ""
        while self.peek() not in {"", "|", ")"}:
            piece = self.peek()
            self.next += 1
            inner: tuple[str, ...] = ()
            if piece.startswith("(") and not piece.endswith(")"):
                inner = self.group()
            optional, repeated = self.quantifier()
            if len(piece) == 1 and piece.isalnum() and not repeated:
                run += piece
                continue
            choices.append(_word_in(run + piece if piece.isalnum() and not optional else run))
            choices.append(() if optional else inner)
            run = ""
        choices.append(_word_in(run))
        return max(choices, key=lambda words: min(map(len, words), default=0))

    def group(self) -> tuple[str, ...]:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise QueryError(self.at, "the expression is nested too deeply", "split it in two")
        inner = self.either()
        self.next += 1
        self.depth -= 1
        return inner

    def quantifier(self) -> tuple[bool, bool]:
        """Skip a quantifier; say whether what it follows may be absent, and whether there was one."""
        found = _QUANTIFIER.match("".join(self.pieces[self.next : self.next + 12]))
        if found is None:
            return False, False
        self.next += len(found[0])
        return found[0][0] in "*?" or found[1] == "0", True


def _word_in(run: str) -> tuple[str, ...]:
    longest = max(WORD.findall(run), key=len, default="")
    unspaced = len(longest) == 1 and longest >= "\u0e00"
    return (longest,) if len(longest) >= LEAST_LETTERS or unspaced else ()
