"""What is kept of a text to recognise it by."""

import re
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from heapq import nsmallest
from struct import Struct
from sys import byteorder
from zlib import crc32

from daemon.dedup.lines import own_lines
from daemon.dedup.lists import words
from daemon.dedup.tokens import fold_width, tokens
from daemon.model import Article

# Figures found by measuring (bench/stories.py): lookup keys are hashes of four words, the smallest of
# the whole text and of its beginning, so that a copy cut short still shares some.
KEYS = 24
_KEYS_OF_THE_TEXT = 16
_KEYS_OF_THE_LEAD = 12
_WORDS_FOR_LEAD_KEYS = 100
LEAD = 80  # words whose shingles make the lead
_LONGEST = 2000  # words; what comes after them makes no difference to who copied whom
_TERM_WORDS = 300
_SHORT = 12  # words; a shorter text is read together with its title

_COUNTING = words("counting")
_HEADER = Struct("<BBIII")
_VERSION = 1
_ID = 4  # bytes of a word's id

_SENTENCE_START = re.compile(
    r"(?:^|[.!?…]['\"”’»)\]]*\s)[\s'\"“„«‘(\[–—-]*([^\W\d_]\w*(?:['’]\w+)*)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a text to compare it by.

    `keys` (at most 24 signed 64-bit integers) find candidates; `terms` (term id, count) of title and
    beginning group stories. Both are used when the article comes and are not in `to_bytes`.
    `shingles` are 32-bit hashes of three words each, in the order of the text. `cased` tells whether
    the script has capitals, without which there are no `names`.
    """

    words: int
    shingles: tuple[int, ...]
    names: frozenset[str]
    numbers: frozenset[str]
    lead_names: frozenset[str]
    lead_numbers: frozenset[str]
    cased: bool
    keys: tuple[int, ...] = field(default=(), compare=False)
    terms: tuple[tuple[int, int], ...] = field(default=(), compare=False, repr=False)

    def to_bytes(self) -> bytes:
        """Give about 4 bytes a word, for the store; see `from_bytes`."""
        facts = "\n".join(
            " ".join(sorted(facts))
            for facts in (
                self.lead_names,
                self.lead_numbers,
                self.names - self.lead_names,
                self.numbers - self.lead_numbers,
            )
        ).encode("utf-8", "surrogatepass")
        header = _HEADER.pack(_VERSION, self.cased, self.words, len(self.shingles), len(facts))
        return header + _little_endian(self.shingles) + facts

    @classmethod
    def from_bytes(cls, data: bytes) -> "Fingerprint":
        """Give back what `to_bytes` stored; ValueError if another version of the format wrote it."""
        version, cased, words, count, size = _HEADER.unpack_from(data)
        if version != _VERSION:
            raise ValueError(f"a fingerprint of format {version}, where {_VERSION} is read")
        shingles = array("I", data[_HEADER.size : _HEADER.size + _ID * count])
        if byteorder == "big":
            shingles.byteswap()
        facts = data[_HEADER.size + _ID * count :][:size].decode("utf-8", "surrogatepass")
        lead_names, lead_numbers, names, numbers = (frozenset(part.split()) for part in facts.split("\n"))
        return cls(
            words=words,
            shingles=tuple(shingles),
            names=names | lead_names,
            numbers=numbers | lead_numbers,
            lead_names=lead_names,
            lead_numbers=lead_numbers,
            cased=bool(cased),
        )


def fingerprint(article: Article, known_lines: frozenset[int] = frozenset()) -> Fingerprint:
    """Give the fingerprint of an article's text, or of its title and summary where that is all.

    `known_lines` are the keys (`line_keys`) of lines seen in two or more other articles of the same
    host: they are the site's, not the article's.
    """
    lines = [fold_width(line) for line in own_lines(article.text or article.summary, known_lines)]
    text = "\n".join(lines)
    found = tokens(text)[:_LONGEST]
    if len(found) < _SHORT:
        text = f"{fold_width(article.title)}\n{text}"
        found = tokens(text)[:_LONGEST]
    lower = list(map(str.lower, found))
    ids = {word: crc32(word.encode("utf-8", "surrogatepass")) for word in set(lower)}
    packed = array("I", map(ids.__getitem__, lower)).tobytes()
    names, numbers = _names(found, lower, text), _numbers(lower)
    lead = frozenset(lower[:LEAD])
    return Fingerprint(
        words=len(found),
        shingles=tuple(_hashes(packed, 3)),
        names=names,
        numbers=numbers,
        lead_names=names & lead,
        lead_numbers=_numbers(lower[:LEAD]),
        cased=any(a is not b and a != b for a, b in zip(found, lower, strict=True)),
        keys=_keys(packed),
        terms=_terms(article.title, packed),
    )


def _little_endian(numbers: Iterable[int]) -> bytes:
    packed = array("I", numbers)
    if byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _hashes(packed: bytes, size: int) -> list[int]:
    """Hash every run of `size` words; a text shorter than that is one run."""
    span = size * _ID
    if len(packed) <= span:
        return [crc32(packed)] if packed else []
    return [crc32(packed[at : at + span]) for at in range(0, len(packed) - span + 1, _ID)]


def _keys(packed: bytes) -> tuple[int, ...]:
    runs = _hashes(packed, 4)
    place = dict(zip(reversed(runs), range(len(runs) - 1, -1, -1), strict=True))
    chosen = dict.fromkeys(nsmallest(_KEYS_OF_THE_LEAD, set(runs[:_WORDS_FOR_LEAD_KEYS])))
    chosen.update(dict.fromkeys(nsmallest(_KEYS_OF_THE_TEXT, place)))
    return tuple(_wide(packed[_ID * place[run] :][: 4 * _ID]) for run in list(chosen)[:KEYS])


def _wide(run: bytes) -> int:
    """Hash a run to 64 bits: among millions of keys 32 would meet by chance."""
    return int.from_bytes(blake2b(run, digest_size=8).digest(), "big", signed=True)


def _names(found: list[str], lower: list[str], text: str) -> frozenset[str]:
    """Give the capitalised words that do not merely start a sentence, in lower case."""
    plain = frozenset(lower)
    capitalised = Counter(word for word in found if word not in plain)
    capitalised.subtract(word for word in _SENTENCE_START.findall(text))
    return frozenset(word.lower() for word, times in capitalised.items() if times > 0)


def _numbers(lower: list[str]) -> frozenset[str]:
    """Give the numbers of a text, digits without separators of thousands, and counting words."""
    distinct = frozenset(lower)
    digits = frozenset(_plain_number(word) for word in distinct if word[0].isdecimal())
    return digits | (distinct & _COUNTING)


def _plain_number(number: str) -> str:
    return _THOUSANDS.sub("", number)


_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")


def _terms(title: str, packed: bytes) -> tuple[tuple[int, int], ...]:
    """Count words and pairs of words of the title, twice, and of the beginning."""
    words = [crc32(word.lower().encode("utf-8", "surrogatepass")) for word in tokens(fold_width(title))]
    head = array("I", words).tobytes()
    body = packed[: _TERM_WORDS * _ID]
    counts = Counter(array("I", body).tolist())
    counts.update(_hashes(body, 2))
    counts.update(2 * (words + _hashes(head, 2)))
    return tuple(counts.items())
