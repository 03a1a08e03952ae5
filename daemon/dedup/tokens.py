"""Words in any script.

Han, kana, Thai, Lao, Khmer and Burmese are written without spaces: there a token is a pair of
neighbouring characters (with their marks), which is about a word long.
"""

import re
from itertools import pairwise
from unicodedata import is_normalized, normalize

# Marks that belong to the word they stand in, although `\w` excludes them: combining accents, Hebrew
# and Arabic points, and the vowel signs of the Indic scripts.
_MARKS = "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff"
    "\uf900-\ufaff\U00020000-\U000323af"
)
# A number with its separators is one token. Possessive and bounded: no text may cost square time.
_NUMBER = r"\d++(?:[.,:]\d++){0,6}+"
_TOKEN = re.compile(rf"{_NUMBER}(?!\w)|[\w{_MARKS}]+")
_ASCII_TOKEN = re.compile(rf"{_NUMBER}(?!\w)|\w+", re.ASCII)
_SPACELESS_TOKEN = re.compile(rf"{_NUMBER}(?![^\W{_SPACELESS}])|[{_SPACELESS}]+|[^\W{_SPACELESS}]+")
_HAS_SPACELESS = re.compile(rf"[{_SPACELESS}]")
# One character as a reader counts them: a leading vowel (Thai, Lao), the letter, its marks, and in
# Khmer and Burmese the letters stacked below it.
_CHARACTER = re.compile(
    r"[\u0e40-\u0e44\u0ec0-\u0ec4]?[\u0e01-\u0e2e\u0e81-\u0eae][\u0e2f-\u0e3a\u0e45-\u0e4e\u0eb0-\u0ebc\u0ec6-\u0ece]*"
    r"|[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17dd])*"
    r"|[\u1000-\u102a\u103f](?:\u1039[\u1000-\u1021]|[\u102b-\u103e])*"
    r"|."
)


def fold_width(text: str) -> str:
    """Give the text with full-width letters, ligatures and split accents in their plain form."""
    return text if text.isascii() or is_normalized("NFKC", text) else normalize("NFKC", text)


def tokens(text: str) -> list[str]:
    """Give the words and numbers of a width-folded text in order, in their own case."""
    if text.isascii():
        return _ASCII_TOKEN.findall(text)
    if not _HAS_SPACELESS.search(text):
        return _TOKEN.findall(text)
    found: list[str] = []
    for run in _SPACELESS_TOKEN.findall(text):
        if _HAS_SPACELESS.match(run):
            characters = _CHARACTER.findall(run)
            found += map("".join, pairwise(characters)) if len(characters) > 1 else [run]
        else:
            found.append(run)
    return found
