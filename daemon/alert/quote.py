"""The sentence in which a rule matched, with the match marked."""

import re
from collections.abc import Iterable, Sequence

from daemon.model import Article, Piece, Span

LONGEST = 400
"""Characters of a quotation: about two long sentences, and what a chat shows without folding."""

_WORD = 40  # letters: no word goes on for longer beyond a match in it

# A sentence ends at a blank line, at a full stop of the scripts that put no space after it, or at a
# closing mark followed by a space and no small letter. One letter before the mark is an abbreviation
# («U.S. Army», «J. Smith»), not an end.
_END = re.compile(
    r"""\n\s*\n | (?<=[。！？]) | (?:(?<=[^\W_]{2}[.!?…؟۔।])|(?<=[.!?…؟۔।]["'”’»)\]]))\s+(?=[^\sa-zа-я])""",
    re.VERBOSE,
)

# Words that end with a full stop within a sentence, and are no sentence's last: ranks and titles mostly.
_ABBREVIATED = re.compile(
    r"""\b(?: mr|mrs|ms|dr|prof|st|sen|rep|gov|hon|rev|jr|sr|vs|approx|inc|ltd|corp
    | gen|col|lt|maj|capt|cpt|sgt|cpl|pvt|adm|cmdr|brig
    | płk|ppłk|por|ppor|kpt|mjr|kmdr|inż|tzw|tys|mln|mld | obst|oblt|hptm|bzw|ca|nr
    | им|тыс|млн|млрд|ген|полк|кап )\.$""",
    re.VERBOSE | re.IGNORECASE,
)

# A letter of a script that puts spaces between words: not Thai, Lao, Burmese, Khmer, Chinese, Japanese.
_LETTER = re.compile(r"[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff]")


def quote(article: Article, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """Give the sentence of the text, or else the summary, that holds most matches, cut to `LONGEST`.

    When only the title matched, it is the first sentence, nothing marked; () for an empty text.
    """
    text, marks = article.text, _marks(article.text, spans, "body")
    in_summary = _marks(article.summary, spans, "summary")
    if not text or (in_summary and not marks):
        text, marks = article.summary, in_summary
    start, end = max(_sentences(text), key=lambda range_: _held(range_, marks), default=(0, 0))
    held = [(max(a, start), min(b, end)) for a, b in marks if a < end and b > start]
    start, end, before, after = _shorten(text, start, end, held)
    pieces = [Piece(before), *_cut(text, start, end, held), Piece(after)]
    return tuple(piece for piece in pieces if piece.text)


def mark(text: str, spans: Sequence[Span], field: str) -> tuple[Piece, ...]:
    """Give the whole of a field's text, cut where the words begin and end that matched."""
    return tuple(piece for piece in _cut(text, 0, len(text), _marks(text, spans, field)) if piece.text)


def _marks(text: str, spans: Sequence[Span], field: str) -> list[tuple[int, int]]:
    """Give the words of a field that matched. A span that does not fit the text was another's."""
    fits = (s for s in spans if s.field == field and s.text and text[s.start : s.end] == s.text)
    return sorted(_whole_words(span, text) for span in fits)


def _whole_words(span: Span, text: str) -> tuple[int, int]:
    """Widen a match to the words it lies in: half a word in bold is no bold at all in some chats."""
    start, end = span.start, span.end
    while _joined(text, start) and span.start - start < _WORD:
        start -= 1
    while _joined(text, end) and end - span.end < _WORD:
        end += 1
    return start, end


def _joined(text: str, at: int) -> bool:
    """Tell whether a word goes on across a place in the text."""
    return bool(0 < at < len(text) and _LETTER.match(text[at - 1]) and _LETTER.match(text[at]))


def _sentences(text: str) -> Iterable[tuple[int, int]]:
    start = 0
    for end in _END.finditer(text):
        if _ABBREVIATED.search(text, max(start, end.start() - 8), end.start()):
            continue
        if text[start : end.start()].strip():
            yield start, end.start()
        start = end.end()
    if text[start:].strip():
        yield start, len(text)


def _held(sentence: tuple[int, int], marks: Sequence[tuple[int, int]]) -> int:
    return sum(sentence[0] <= start < sentence[1] for start, _ in marks)


def _shorten(text: str, start: int, end: int, marks: Sequence[tuple[int, int]]) -> tuple[int, int, str, str]:
    """Keep `LONGEST` characters around the first match, cut between words, with «…» where cut."""
    if end - start <= LONGEST:
        return start, end, "", ""
    first = marks[0][0] if marks else start
    left = max(start, min(first - LONGEST // 2, end - LONGEST))
    right = min(end, left + LONGEST)
    if left > start:
        space = text.find(" ", left, first)
        left = space + 1 if space >= 0 else left
    if right < end:
        space = text.rfind(" ", max(first, left) + 1, right)
        right = space if space >= 0 else right
    return left, right, "…" if left > start else "", "…" if right < end else ""


def _phrases(text: str, marks: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Put together marked words with only spaces between them: they are read as one."""
    held: tuple[int, int] | None = None
    for left, right in marks:
        if held and not text[held[1] : left].strip(" "):
            held = held[0], max(held[1], right)
        else:
            if held:
                yield held
            held = left, right
    if held:
        yield held


def _cut(text: str, start: int, end: int, marks: Sequence[tuple[int, int]]) -> Iterable[Piece]:
    at = start
    for left, right in _phrases(text, marks):
        first, last = max(left, at), min(right, end)
        if first < last:
            yield Piece(text[at:first])
            yield Piece(text[first:last], marked=True)
            at = last
    yield Piece(text[at:end])
