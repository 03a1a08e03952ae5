"""Snowball stems: what stands in for word forms where no dictionary of them is at hand.

The algorithms are Martin Porter's and others', https://snowballstem.org; there is none for Ukrainian.
"""

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


def languages_of(word: str) -> tuple[str, ...]:
    """Give the languages that a word can be of, judged by its script."""
    if any("\u0400" <= char <= "\u052f" for char in word):
        return CYRILLIC
    return LATIN if word[:1].isalpha() and word[:1] < "\u0250" else ()


def stemmed_languages(word: str) -> tuple[str, ...]:
    """Give the languages that a word can be of and that have a stemmer."""
    return tuple(language for language in languages_of(word) if language in stemmers())


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
