"""Snowball stems: what stands in for word forms where no dictionary of them is at hand.

The algorithms are Martin Porter's and others', https://snowballstem.org; there is none for Ukrainian.
"""

from collections.abc import Iterable
from functools import cache

import Stemmer  # type: ignore[import-not-found] # it ships no types

LATIN = ("en", "de", "fr", "es", "it", "pl", "cs")
CYRILLIC = ("ru", "uk")
LANGUAGES = (*LATIN, *CYRILLIC)
_ALGORITHMS = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pl": "polish",
    "cs": "czech",
    "ru": "russian",
}
# Of a hundred occurrences of a word, those that its stem misses.
_LOST = {
    "en": "en (5 in 100 missed)",
    "de": "de (16 in 100 missed)",
    "pl": "pl (31 in 100 missed)",
    "ru": "ru (9 in 100 missed)",
    "uk": "uk (73 in 100 missed)",
}


def languages_of(word: str) -> tuple[str, ...]:
    """Give the languages that a word can be of, judged by its script."""
    if any("\u0400" <= char <= "\u052f" for char in word):
        return CYRILLIC
    return LATIN if word[:1].isalpha() and word[:1] < "\u0250" else ()


@cache
def stemmers() -> frozenset[str]:
    """Give the languages that the installed Snowball can stem."""
    installed = set(Stemmer.algorithms())
    return frozenset(language for language, name in _ALGORITHMS.items() if name in installed)


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_ALGORITHMS[language], 0)


def stem(word: str, language: str) -> str:
    """Give the stem of a folded word."""
    return str(_stemmer(language).stemWord(word))


def lacking(languages: Iterable[str]) -> tuple[str, ...]:
    """Give sentences on what is lost in languages whose dictionaries are not at hand.

    The shares are of occurrences of inflected words, measured by bench/forms.py.
    """
    named = {language: _LOST.get(language, language) for language in sorted(languages)}
    stemmed = [name for language, name in named.items() if language in stemmers()]
    bare = [name for language, name in named.items() if language in {*LANGUAGES} - stemmers()]
    foreign = [name for language, name in named.items() if language not in LANGUAGES]
    install = "pip install 'tocsin[languages]' brings dictionaries"
    told = (
        (stemmed, f"word forms of {', '.join(stemmed)} are guessed by their stems: {install}"),
        (bare, f"words of {', '.join(bare)} are found only as written: {install}"),
        (foreign, f"words of {', '.join(foreign)} are found only as written: give their forms, too"),
    )
    return tuple(sentence for those, sentence in told if those)
