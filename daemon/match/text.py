"""The words of a text, and what makes two of them the same word.

A text is cut into words as it stands, so that a span always points into the original; only single words
are folded. Scripts that put no space between words (Han, Kana, Hangul with its particles, Thai, Lao,
Khmer, Burmese) are cut into characters: a word of theirs is then a phrase, found wherever it stands.
"""

import re
import sys
from typing import Any
from unicodedata import category, normalize

APOSTROPHES = "'’ʼ‘`´＇"
JOINERS = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
)
# The words that French, Italian and Catalan elide before a vowel: «l’OTAN» names the OTAN.
ELIDED = frozenset({
    "l", "d", "j", "m", "n", "s", "t", "c", "qu", "un", "all", "dell", "dall", "nell", "sull", "quell",
    "bell", "jusqu", "lorsqu", "puisqu", "quoiqu",
})  # fmt: skip
# What follows an apostrophe as a case ending: Poland’s, and in Polish Dumbledore’a, Kennedy’ego; a year does
# so, too: Zapad’21.
_CASES = frozenset({
    "s", "a", "u", "owi", "em", "ie", "y", "ów", "om", "ami", "ach", "m", "go", "mu", "ego", "emu",
})  # fmt: skip


def _marks() -> str:
    """Give the combining marks as a character class: `re` takes them for no part of a word."""
    codes = [code for code in range(0x300, 0xFFFF) if category(chr(code)) in {"Mn", "Mc", "Me"}]
    return "".join(f"\\u{code:04x}" for code in codes)


_MARKS = _marks()
_LETTERS = f"[^\\W_{UNSPACED}]+"
# The first branch is only there to be quick about the commonest words.
WORD = re.compile(
    r"[a-zA-Z0-9]+(?=[ .,\n])"
    f"|{_LETTERS}(?:(?:[{_MARKS}{JOINERS}]+[{APOSTROPHES}]?|[{APOSTROPHES}]){_LETTERS})*[{_MARKS}]*"
    f"|[{UNSPACED}][{_MARKS}]*"
)
# What is never part of a word, of the characters that stand in most texts: all of ASCII's in one table.
_SPACED = bytes(
    32 if chr(code).isascii() and not (chr(code).isalnum() or chr(code) in APOSTROPHES) else code
    for code in range(256)
)
_PARTING = "“”—–…\u00a0"
_DROPPED = dict.fromkeys(map(ord, JOINERS + "\u0640"))
# What is left uncomposed after NFKC is a stress mark (за́пад), the dot of «İ», or a vowel point.
_POINTS = [0x300, 0x301, 0x307, *range(0x591, 0x5C8), *range(0x64B, 0x653), 0x670]
_ALIKE = str.maketrans("łёґı", "lегi") | dict.fromkeys(map(ord, APOSTROPHES), "'") | dict.fromkeys(_POINTS)
_HAS_DROPPED, _HAS_ALIKE = (re.compile(f"[{''.join(map(chr, table))}]") for table in (_DROPPED, _ALIKE))


def pieces(text: str) -> list[str]:
    """Cut a text where no word reaches across, in C: most pieces are a word, some hold several or none."""
    spaced = text.encode("utf-8", "surrogatepass").translate(_SPACED).decode("utf-8", "surrogatepass")
    if not spaced.isascii():
        for sign in _PARTING:
            spaced = spaced.replace(sign, " ")
        spaced = spaced.replace(" ‘", "  ").replace("’ ", "  ")
    if "'" in spaced:
        spaced = spaced.replace(" '", "  ").replace("' ", "  ")
    return spaced.split()


def fold(word: str) -> str:
    """Give the form under which a word is looked up; composed and decomposed text fold alike.

    Case goes, compatibility forms go (ＮＡＴＯ), ł, ё, ґ become l, е, г; й and ї stay what they are.
    """
    if word.isascii():
        return word.lower()
    plain = _translated(normalize("NFD", word), _DROPPED, _HAS_DROPPED).casefold()
    plain = normalize("NFKC", normalize("NFKC", plain).casefold())
    return normalize("NFC", _translated(plain, _ALIKE, _HAS_ALIKE)).replace(" ", "")


def _translated(text: str, table: dict[int, Any], has: re.Pattern[str]) -> str:
    """Translate what has anything to translate: to look takes a tenth of the time."""
    return text.translate(table) if has.search(text) else text


def keys(word: str) -> tuple[str, ...]:
    """Give what a word of a text answers to: itself, and itself without an elision or a possessive."""
    folded = sys.intern(fold(word))
    head, apostrophe, tail = folded.partition("'")
    if not apostrophe:
        return (folded,)
    if head in ELIDED:
        return (folded, tail)
    return (folded, head) if tail in _CASES or tail.isdecimal() else (folded,)


def written(word: str) -> str:
    """Give a word as it is written, case kept, for comparisons that heed case."""
    return word if word.isascii() else normalize("NFC", word.translate(_DROPPED))
