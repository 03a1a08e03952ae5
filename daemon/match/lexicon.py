"""Terms: what the rules ask of a single word, and the look-up from a word to the terms it answers.

The same question asked by many rules is one term, known by its number. A word of an article is looked
up once in its life: `Reader` remembers the answer for its spelling, so that an article costs one
dictionary look-up a word, however many rules there are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from daemon.match.query import How, Word
from daemon.match.stems import LANGUAGES, languages_of, stem, stemmers
from daemon.match.text import WORD, fold, keys, written
from daemon.match.wild import Wild, wild

Forms = Mapping[str, Mapping[str, Iterable[str]]]
"""For each language, for each folded word, its other forms, folded."""

_LONGEST = 100
_REMEMBERED = 100_000
_HEAD = 3
_ONLY = "="  # marks the tables of words that are looked for in articles of one language only
_NONE: tuple[int, ...] = ()
CUT = -1
"""No term, but what a piece answers that is not one word as it stands."""


@dataclass(slots=True)
class Lexicon:
    """All the terms of a set of rules. It only grows; `copy` before growing one that is in use."""

    forms: Forms
    texts: list[str] = field(default_factory=list)
    ids: dict[tuple[str, str, str], int] = field(default_factory=dict)
    literal: dict[str, tuple[int, ...]] = field(default_factory=dict)
    inflected: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    stems: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    cased: dict[str, tuple[int, ...]] = field(default_factory=dict)
    wild: dict[str, tuple[int, ...]] = field(default_factory=dict)
    begun: dict[str, tuple[int, ...]] = field(default_factory=dict)
    parts: dict[str, tuple[int, ...]] = field(default_factory=dict)
    facts: dict[tuple[str, str], int] = field(default_factory=dict)
    uses: Counter[str] = field(default_factory=Counter)
    ready: dict[str, Wild] = field(default_factory=dict)

    def copy(self, forms: Forms) -> "Lexicon":
        """Give a lexicon that can grow without changing this one, by the forms given."""
        return Lexicon(
            forms,
            self.texts.copy(),
            self.ids.copy(),
            self.literal.copy(),
            {language: words.copy() for language, words in self.inflected.items()},
            {language: words.copy() for language, words in self.stems.items()},
            self.cased.copy(),
            self.wild.copy(),
            self.begun.copy(),
            self.parts.copy(),
            self.facts.copy(),
            self.uses.copy(),
        )

    def cost(self, term: int) -> float:
        """Estimate how often a term occurs: as often as rules ask for its kin, and a longer word less."""
        text = self.texts[term]
        return self.uses[_family(text)] + 1 / (1 + len(text))

    def word(self, word: Word) -> int:
        """Give the term for a word of a query."""
        match word.how:
            case How.FORMS:
                return self._term(("forms", fold(word.text), word.language))
            case How.CASE:
                return self._term(("case", written(word.text), ""))
            case How.WILD:
                return self._term(("wild", fold(word.text), ""))
        return self._term(("exact", fold(word.text), ""))

    def fact(self, fact: str, value: str) -> int:
        """Give the term for what an article is, such as its source."""
        term = self.facts[fact, fold(value)] = self._term((fact, fold(value), ""))
        return term

    def part(self, letters: str) -> int:
        """Give the term for any word that holds these letters (three or more)."""
        return self._term(("part", fold(letters), ""))

    def _term(self, key: tuple[str, str, str]) -> int:
        term = self.ids.get(key)
        if term is None:
            term = self.ids[key] = len(self.texts)
            self.texts.append(key[1])
            self._enter(term, *key)
        self.uses[_family(key[1])] += 1
        return term

    def _enter(self, term: int, kind: str, text: str, language: str) -> None:
        match kind:
            case "forms":
                own = self.inflected.setdefault(_ONLY + language, {}) if language else self.literal
                _add(own, text, term)
                self._inflect(term, text, language)
            case "exact":
                _add(self.literal, text, term)
            case "case":
                _add(self.cased, fold(text), term)
            case "wild" if text.find("*") == len(text) - 1 and "?" not in text:
                _add(self.begun, text[:-1], term)
            case "wild":
                _add(self.wild, text[:_HEAD], term)
                self.ready.pop(text[:_HEAD], None)
            case "part":
                _add(self.parts, text[:_HEAD], term)

    def _inflect(self, term: int, text: str, language: str) -> None:
        for known in (language,) if language else languages_of(text):
            table = _ONLY + known if language else known
            if known in self.forms:
                for form in self.forms[known].get(text, ()):
                    _add(self.inflected.setdefault(table, {}), form, term)
            elif known in stemmers():
                _add(self.stems.setdefault(table, {}), stem(text, known), term)

    def answers(self, word: str, languages: Iterable[str]) -> tuple[int, ...]:
        """Give the terms that a word of a text answers to, by the tables of these languages."""
        found: set[int] = set()
        for key in keys(word):
            found.update(self.literal.get(key, _NONE))
            for language in languages:
                if forms := self.inflected.get(language):
                    found.update(forms.get(key, _NONE))
                if stems := self.stems.get(language):
                    found.update(stems.get(stem(key, language.removeprefix(_ONLY)), _NONE))
            found.update(term for term in self.cased.get(key, _NONE) if self.texts[term] == written(word))
            if head := self._wild(key[:_HEAD]):
                found.update(head.fitting(key))
            for end in range(_HEAD, len(key) + 1 if self.begun else 0):
                found.update(self.begun.get(key[:end], _NONE))
            if self.parts:
                found.update(self._holding(key))
        return tuple(sorted(found))

    def _wild(self, head: str) -> Wild | None:
        """Give the words with wildcards that begin so, made ready when a text first asks for them."""
        if head in self.wild and head not in self.ready:
            self.ready[head] = wild((self.texts[term], term) for term in self.wild[head])
        return self.ready.get(head)

    def _holding(self, key: str) -> Iterable[int]:
        for start in range(len(key) - _HEAD + 1):
            for term in self.parts.get(key[start : start + _HEAD], _NONE):
                if key.startswith(self.texts[term], start):
                    yield term


class Pieces(dict[str, tuple[str, ...]]):
    """The words of each piece that a text is cut into: «“Drones» is known after once."""

    def __missing__(self, piece: str) -> tuple[str, ...]:
        words = tuple(WORD.findall(piece))
        if len(piece) <= _LONGEST:
            self[piece] = words
        return words


class Reader(dict[str, tuple[int, ...]]):
    """A lexicon as read in one language: the terms of each piece and of each word, looked up once.

    Where the language is unknown, or one whose forms nobody knows, those of all languages are tried.
    `spelled` are the words that were seen to answer to a term. A reader that is `full` is left for a new one.
    """

    def __init__(self, lexicon: Lexicon, language: str) -> None:
        super().__init__()
        self.lexicon = lexicon
        self.words = Pieces()
        self.spelled: dict[int, list[str]] = defaultdict(list)
        known = {*lexicon.inflected, *lexicon.stems, language}
        if language in LANGUAGES:
            known = {language}
        elif language:
            known = {each for each in known if not each.startswith(_ONLY)}
        self.languages = (*sorted(known), _ONLY + language)

    @property
    def full(self) -> bool:
        """Whether it remembers as much as it may."""
        return len(self) >= _REMEMBERED

    def __missing__(self, piece: str) -> tuple[int, ...]:
        words = self.words[piece]
        if words != (piece,):
            answer = (CUT, *{term for word in words for term in self[word]})
        elif len(piece) > _LONGEST:
            return _NONE
        else:
            answer = self.lexicon.answers(piece, self.languages)
            for term in answer:
                self.spelled[term].append(piece)
        if len(piece) <= _LONGEST:
            self[piece] = answer
        return answer


@lru_cache(100_000)
def _family(text: str) -> str:
    """Give what the forms of a word share, roughly: they are common together."""
    return stem(text, "en" if text.isascii() else "ru")


def _add(table: dict[str, tuple[int, ...]], key: str, term: int) -> None:
    table[key] = (*table.get(key, _NONE), term)
