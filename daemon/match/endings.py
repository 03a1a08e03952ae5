"""Endings for words that no dictionary has, names above all: «Peskow», Peskowa, Peskowem.

Each row: the word's own ending, which is cut off, and what may stand in its place. A word gets the first
row that fits. Only names (written with a capital) are guessed, but for English, where all words are.
"""

_POLISH = (
    ("ek", "ek ka ku kowi kiem ki ków kom kami kach"),
    ("ec", "ec ca cu cowi cem ce cy ców com cami cach"),
    ("a", "a y i ę ą o ie ze dze rze e om ami ach"),
    ("o", "o a u owi em ie y ów om ami ach"),
    ("ki", "ki kiego kiemu kim kich kimi cy"),
    ("i", "i iego iemu im ich imi ów om"),
    ("y", "y ego emu ym ych ymi"),
    ("", "a u owi em iem ie zie e y i ów om ami ach"),
)
_CZECH = (
    ("ek", "ek ka ku kovi kem ky ků kům cích"),
    ("ec", "ec ce ci covi cem ců cům cích"),
    ("a", "a y u o ou ě e ám ami ách ové ovi ů"),
    ("o", "o a u em y ům ech ách"),
    ("ý", "ý ého ému ém ým ých ými á ou"),
    ("í", "í ího ímu ím ích ími"),
    ("", "a u ovi em e ě y i ů ům ech ích ové"),
)
_GERMAN = (("s", ""), ("x", ""), ("z", ""), ("ß", ""), ("", "s"))
_ENGLISH = (
    ("ss", "ss sses"),
    ("x", "x xes"),
    ("ch", "ch ches"),
    ("sh", "sh shes"),
    ("ay", "ay ays aying ayed"),
    ("ey", "ey eys eying eyed"),
    ("oy", "oy oys oying oyed"),
    ("y", "y ies ied ying ys"),
    ("e", "e es ed ing"),
    ("s", "s"),
    ("", "s ed ing"),
)
_ROMANCE = (("s", ""), ("x", ""), ("z", ""), ("", "s"))
_ENDINGS = {"pl": _POLISH, "cs": _CZECH, "de": _GERMAN, "en": _ENGLISH, "fr": _ROMANCE, "es": _ROMANCE}


def guessed(word: str, language: str) -> set[str]:
    """Give forms that a word may have by its ending; none for an acronym, a short or a lower-case word."""
    name = word[:1].isupper() and not word.isupper()
    if len(word) <= 2 or not (name or language == "en"):  # noqa: PLR2004 - two letters have no ending
        return set()
    for own, endings in _ENDINGS.get(language, ()):
        if word.endswith(own):
            stem = word[: len(word) - len(own)]
            return {stem + ending for ending in endings.split()}
    return set()
