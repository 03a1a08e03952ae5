"""What is kept of a text to recognise it by."""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import accumulate, chain, islice, pairwise
from math import log
from struct import Struct
from sys import byteorder
from zlib import adler32, crc32

from daemon.dedup.facts import names, neighbours, numbers, read_words, slots, small_id
from daemon.dedup.lines import own_lines
from daemon.dedup.notices import corrects
from daemon.dedup.tokens import fold_width, tokens
from daemon.model import Article

# Figures found by measuring (bench/stories.py): lookup keys are hashes of four words, so many smallest
# of so many words at the beginning and of the whole text: a copy cut short still shares some.
_KEYS = ((6, 40), (6, 120), (8, None))
_SPARE = 16  # more runs than are wanted, by chance
LEAD = 80  # words
OPENING = 6  # words; with the headline they are a key too, or few teasers would find their text
_LONGEST = 2000  # words; what comes after them makes no difference to who copied whom
_TERM_WORDS = 300
_FACT_WEIGHT = 1.5  # found on ECB+: names tell events apart
_SHORT = 12  # words; a shorter text is read together with its title
_CAPITALS = 0.03  # share of distinct words from which on a script has capitals; in English it is 0.15

# Of its headline's words of four letters and more, 98 of 100 texts of web pages have more than a third;
# one request for consent in 100 has so many of whatever headline it stands under.
_TELLING_WORD, _TELLING, _STEM, _SPOKEN_OF = 4, 2, 5, 1 / 3

_ID = 4  # bytes of a word's id
_HEADER = Struct("<BBIIIIII")
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a text to compare it by.

    `shingles` are 16-bit hashes of three words each, in the order of the text; `slots` are places of
    names and numbers with what fills them (`facts.slots`). `names` and `numbers` are words, `starters`
    the ids of capitalised words that only start sentences, `lead_` those of the first 80 words, `title`
    the ids of the headline's words.
    `cased` tells whether the script has capitals, without which there are no names, `corrects` whether
    the article is headed as a correction, `astray` whether its text speaks of other things than its
    headline: then it may be the site's, a request for consent, say.

    `keys` (at most 21 signed 48-bit integers) find candidates, `terms` (id → weight) of title
    and beginning group stories. Both serve when the article comes; `to_bytes` leaves them out.
    """

    words: int
    shingles: tuple[int, ...]
    slots: Mapping[int, frozenset[int]]
    names: frozenset[str]
    numbers: frozenset[str]
    lead_names: frozenset[str]
    lead_numbers: frozenset[str]
    starters: frozenset[int]
    title: frozenset[int]
    cased: bool
    corrects: bool = False
    astray: bool = False
    keys: tuple[int, ...] = field(default=(), compare=False)
    terms: Mapping[int, float] = field(default_factory=dict, compare=False, repr=False)

    def to_bytes(self) -> bytes:
        """Give about 3 bytes a word, for the store; see `from_bytes`."""
        places, filled = self._places()
        texts = (
            self.lead_names,
            self.lead_numbers,
            self.names - self.lead_names,
            self.numbers - self.lead_numbers,
        )
        parts = (
            _pack("H", self.shingles),
            _pack("I", places),
            _pack("H", filled),
            _pack("H", sorted(self.starters)),
            _pack("H", sorted(self.title)),
            "\n".join(" ".join(sorted(words)) for words in texts).encode("utf-8", "surrogatepass"),
        )
        counts = (len(self.shingles), len(places), len(self.starters), len(self.title), len(parts[-1]))
        flags = self.cased | self.corrects << 1 | self.astray << 2
        return _HEADER.pack(_FORMAT, flags, self.words, *counts) + b"".join(parts)

    def _places(self) -> tuple[Collection[int], list[int]]:
        """Give the slots, each as often as it is filled, and what fills them."""
        filled = list(chain.from_iterable(self.slots.values()))
        if len(filled) == len(self.slots):
            return self.slots.keys(), filled
        pairs = [(slot, fact) for slot, facts in self.slots.items() for fact in sorted(facts)]
        return [slot for slot, _ in pairs], [fact for _, fact in pairs]

    @staticmethod
    def shingles_in(data: bytes) -> "tuple[int, array[int]]":
        """Give the number of words and the shingles out of what `to_bytes` stored, and leave the rest."""
        _, _, words, shingles, *_ = _HEADER.unpack_from(data)
        return words, _unpack("H", data[_HEADER.size : _HEADER.size + 2 * shingles])

    @classmethod
    def from_bytes(cls, data: bytes) -> "Fingerprint":
        """Give back what `to_bytes` stored; ValueError if another format wrote it."""
        version, flags, words, shingles, pairs, starters, title, size = _HEADER.unpack_from(data)
        if version != _FORMAT:
            raise ValueError(f"a fingerprint of format {version}, where {_FORMAT} is read")
        widths = (2 * shingles, 4 * pairs, 2 * pairs, 2 * starters, 2 * title, size)
        edges = accumulate(widths, initial=_HEADER.size)
        parts = [data[start:end] for start, end in pairwise(edges)]
        slots_, filled = _unpack("I", parts[1]), _unpack("H", parts[2])
        places = {slot: frozenset((fact,)) for slot, fact in zip(slots_, filled, strict=True)}
        if len(places) < pairs:  # some place is filled more than once
            for slot, fact in zip(slots_, filled, strict=True):
                places[slot] |= {fact}
        texts = parts[5].decode("utf-8", "surrogatepass").split("\n")
        lead_names, lead_numbers, other_names, other_numbers = (frozenset(text.split()) for text in texts)
        return cls(
            words=words,
            shingles=tuple(_unpack("H", parts[0])),
            slots=places,
            names=lead_names | other_names,
            numbers=lead_numbers | other_numbers,
            lead_names=lead_names,
            lead_numbers=lead_numbers,
            starters=frozenset(_unpack("H", parts[3])),
            title=frozenset(_unpack("H", parts[4])),
            cased=bool(flags & 1),
            corrects=bool(flags & 2),
            astray=bool(flags & 4),
        )


def fingerprint(article: Article, known_lines: frozenset[int] = frozenset()) -> Fingerprint:
    """Give the fingerprint of an article's text, or of its title and summary where that is all.

    `known_lines` are the keys (`line_keys`) of lines seen in two or more other articles of the same
    host: they are the site's, not the article's.
    """
    lines, found_by_line = _read(own_lines(article.text or article.summary, known_lines))
    opening = list(islice(chain.from_iterable(found_by_line), OPENING))
    if sum(map(len, found_by_line)) < _SHORT:
        lines.insert(0, fold_width(article.title))
        found_by_line.insert(0, tokens(lines[0]))
    found = list(chain.from_iterable(found_by_line))[:_LONGEST]
    ends = frozenset(end - 1 for end in accumulate(map(len, found_by_line)) if 0 < end < len(found))
    ends |= {len(found) - 1} if found else frozenset()
    id_of, facts = read_words(frozenset(found))
    ids = array("I", map(id_of.__getitem__, found))
    filled = {at: facts[word] for at, word in enumerate(found) if word in facts}
    firsts = [line[0] for line in found_by_line if line]
    proper, starters = names([found[at] for at in filled], lines, firsts)
    cased = len(proper) + len(starters) >= _CAPITALS * len(id_of)
    runs = _runs(ids.tobytes())
    lead = frozenset(found[:LEAD])
    head, head_facts = read_words(dict.fromkeys(tokens(fold_width(article.title))))
    return Fingerprint(
        words=len(found),
        shingles=tuple([run & 0xFFFF for run in runs]),
        slots=slots(filled, ids, ends) | ({} if cased else neighbours(ids, ends)),
        names=proper,
        numbers=numbers(facts),
        lead_names=proper.intersection(map(str.lower, lead)),
        lead_numbers=numbers(lead.intersection(facts)),
        starters=frozenset(map(small_id, starters)),
        title=frozenset([id_ & 0xFFFF for id_ in head.values()]),
        cased=cased,
        corrects=corrects(article),
        astray=_is_astray(head, id_of),
        keys=(*_keys(runs), *_opening_key(head.values(), [id_of.get(word, 0) for word in opening])),
        terms=_terms(head.values(), ids, {*facts.values(), *head_facts.values()}),
    )


def _read(lines: Iterable[str]) -> tuple[list[str], list[list[str]]]:
    """Give the lines that are looked at, and the words of each."""
    read: list[str] = []
    found: list[list[str]] = []
    words = 0
    for line in map(fold_width, lines):
        read.append(line)
        found.append(tokens(line))
        words += len(found[-1])
        if words >= _LONGEST:
            break
    return read, found


def _runs(packed: bytes) -> list[int]:
    """Hash every run of three words to 32 bits; a text shorter than that is one run."""
    span = 3 * _ID
    if len(packed) <= span:
        return [crc32(packed)] if packed else []
    return [crc32(packed[at : at + span]) for at in range(0, len(packed) - span + 1, _ID)]


def _keys(runs: list[int]) -> tuple[int, ...]:
    """Choose the smallest runs; a key is each with the one that begins a word later, in 48 bits.

    32 bits would meet by chance among millions, more than 48 only fill the store.
    """
    chosen: dict[int, int] = {}
    for most, words in _KEYS:
        window = runs[:words]
        # So few of a long text are looked at that sorting them costs nothing; the least are among them.
        limit = (most + _SPARE << 32) // max(1, len(window))
        small = _first_places(window, limit)
        if len(small) < most:
            small = _first_places(window, 1 << 32)
        chosen.update((run, small[run]) for run in sorted(small)[:most])
    following = [*runs[1:], 0]
    return tuple([_key(run, following[at]) for run, at in chosen.items()])


def _first_places(runs: list[int], limit: int) -> dict[int, int]:
    return dict(reversed([(run, at) for at, run in enumerate(runs) if run < limit]))


def _opening_key(title: Iterable[int], opening: list[int]) -> tuple[int, ...]:
    """Make a key of a headline and the words that follow it; none of fewer words."""
    if len(opening) < OPENING:
        return ()
    words = array("I", [*sorted(title), *opening]).tobytes()
    return (_key(crc32(words), adler32(words)),)


def _key(run: int, other: int) -> int:
    return (run << 16 | other & 0xFFFF) - (1 << 47)


def _is_astray(head: Mapping[str, int], words: Mapping[str, int]) -> bool:
    """Tell whether a text has too few of its headline's words, in any form that begins alike."""
    told = [word for word in head if len(word) >= _TELLING_WORD or not word.isascii()]
    if len(told) < _TELLING:
        return False
    known = frozenset(words.values())
    if sum([head[word] in known for word in told]) > _SPOKEN_OF * len(told):
        return False
    begun = {word[:_STEM].lower() for word in words}
    return sum([word[:_STEM].lower() in begun for word in told]) <= _SPOKEN_OF * len(told)


def _terms(title: Iterable[int], ids: "array[int]", facts: AbstractSet[int]) -> dict[int, float]:
    """Weigh the words of the title, counted twice, and of the beginning; names and numbers weigh more."""
    counts = Counter(ids[:_TERM_WORDS])
    counts.update(2 * [*title])
    return {
        term: (1.0 + log(times) if times > 1 else 1.0) * (_FACT_WEIGHT if term in facts else 1.0)
        for term, times in counts.items()
    }


def _pack(code: str, values: Iterable[int]) -> bytes:
    return _in_order(array(code, values)).tobytes()


def _unpack(code: str, data: bytes) -> "array[int]":
    return _in_order(array(code, data))


def _in_order(values: "array[int]") -> "array[int]":
    """Turn between this machine's order of bytes and the little-endian one that is stored."""
    if byteorder == "big":
        values.byteswap()
    return values
