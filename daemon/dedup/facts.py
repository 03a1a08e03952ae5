"""The names and numbers of a text, and the places where they stand.

Two reports made from one template, or two days' reports of one thing, share their words and differ in
what fills the places between them. So for every name and number its *slot* is kept: the three words
before and the three after, with other names and numbers masked. Two texts whose common slots are
filled differently contradict each other, however much else they share.
"""

import re
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from zlib import crc32

from daemon.dedup.lists import words

_AROUND = 3  # words of a slot, on either side; found by measuring
# Texts without capitals: any word may be the name, so every word of the beginning has its slot.
_WORDS_WITHOUT_CAPITALS = 200
_MASK, _EDGE = 0, 1  # in place of word ids, which are never so small

_COUNTING = words("counting")
_DIGIT = re.compile(r"\d")
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_SENTENCE_START = re.compile(r"[.!?…]['\"”’»)\]]*[^\S\n][ \t\xa0'\"“„«‘(\[–—-]*([^\W\d_]\w*)")


def word_id(word: str) -> int:
    """Give the 32-bit id of a word."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def small_id(word: str) -> int:
    """Give the 16-bit id of a fact: among the few of two texts that is enough."""
    return word_id(word) & 0xFFFF


def read_words(words: Collection[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Give the ids of distinct words in their own case, and of the capitalised and the counting among them.

    Ids do not tell case. A number has one id with and without separators of thousands.
    """
    # All of them in one go: a call for each word would take longer than the work.
    lowered = "\n".join(words).lower()
    found = list(map(crc32, lowered.encode("utf-8", "surrogatepass").split(b"\n")))
    forms = zip(words, lowered.split("\n"), found, strict=False)  # no words at all join to one
    facts = {word: id_ for word, lower, id_ in forms if word != lower or word in _COUNTING}
    ids = dict(zip(words, found, strict=False))
    for word in [word for word in words if not word.isalpha()]:
        if _DIGIT.search(word):
            facts[word] = word_id(_THOUSANDS.sub("", word)) if word[0].isdecimal() else ids[word]
    return ids, facts


def names(
    stated: list[str], lines: Iterable[str], firsts: Iterable[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Give the capitalised words, in lower case: those inside sentences, and those only at the start.

    `stated` are the text's names and numbers, as often as they stand in it, `firsts` the words that lines
    begin with.
    """
    starts = Counter(firsts)
    starts.update(_SENTENCE_START.findall("\n".join(lines)))
    inside, everywhere = set(), set()
    for word, times in Counter(stated).items():
        lower = word.lower()
        if lower != word:
            everywhere.add(lower)
            if times > starts.get(word, 0):
                inside.add(lower)
    return frozenset(inside), frozenset(everywhere - inside)


def numbers(words: Iterable[str]) -> frozenset[str]:
    """Give the numbers among words, without separators of thousands, and the words that count."""
    return frozenset(
        [
            _THOUSANDS.sub("", word) if word[0].isdecimal() else lower
            for word in words
            if (lower := word.lower()) in _COUNTING or word[0].isdecimal()
        ]
    )


def counts(word: str) -> bool:
    """Tell whether a lower-case word is a number, or holds one, or counts, or dates."""
    return word in _COUNTING or (not word.isalpha() and _DIGIT.search(word) is not None)


def slots(filled: Mapping[int, int], ids: "array[int]", ends: frozenset[int]) -> dict[int, frozenset[int]]:
    """Give slot → what fills it, for every run of names and numbers.

    `filled` gives their places, in order, and their ids, `ids` are those of all words, `ends` the places of
    lines' last words. At the start of the text only the run's last word counts: before it a dateline may
    stand.
    """
    masked, runs = _masked(filled, ids, ends)
    packed, width = masked.tobytes(), masked.itemsize
    before, after = width * _AROUND, width * (_AROUND + 1)
    places: dict[int, frozenset[int]] = {}
    for at, fact in runs:
        slot = crc32(packed[width * at - before : width * at + after])
        fills = frozenset((fact & 0xFFFF,))
        places[slot] = places[slot] | fills if slot in places else fills
    return places


def neighbours(ids: "array[int]", ends: frozenset[int]) -> dict[int, frozenset[int]]:
    """Give, for the beginning of a text without capitals, three words → the words before them.

    The last word is left out, for it may be cut.
    """
    packed, width = ids.tobytes(), ids.itemsize
    places: dict[int, set[int]] = {}
    for at in range(min(len(ids) - _AROUND - 1, _WORDS_WITHOUT_CAPITALS)):
        if ends.isdisjoint(range(at, at + _AROUND)):
            slot = crc32(packed[width * (at + 1) : width * (at + 1 + _AROUND)])
            places.setdefault(slot, set()).add(ids[at] & 0xFFFF)
    return {slot: frozenset(before) for slot, before in places.items()}


def _masked(
    filled: Mapping[int, int], ids: "array[int]", ends: frozenset[int]
) -> "tuple[array[int], list[tuple[int, int]]]":
    """Give the text's word ids with each run of facts as one mask, and the runs with their places."""
    masked = array("I", (_EDGE,) * _AROUND)
    runs: list[tuple[int, int]] = []
    run = done = 0
    for at in sorted(ends.union(filled)):
        fact = filled.get(at)
        if run and (at > done or fact is None):
            runs.append((len(masked), run))
            masked.append(_MASK)
            run = 0
        if at > done:
            masked += ids[done:at]
        if fact is None:
            masked.append(ids[at])
        else:
            run = (31 * run + fact if len(masked) > _AROUND else fact) & 0xFFFFFFFF
        if at in ends:
            if run:
                runs.append((len(masked), run))
                masked.append(_MASK)
                run = 0
            masked.append(_EDGE)
        done = at + 1
    masked.extend((_EDGE,) * _AROUND)
    return masked, runs
