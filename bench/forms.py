"""Word forms: recall and precision of reaching inflected words from the word that a rule names.

    python bench/forms.py DIR

DIR holds {language}.tsv.gz with the columns form, lemma, upos, count. Every lemma is a rule's word; it
should reach the forms that the gold standard gives it, and no form of another lemma. Both figures count
occurrences. Goals: recall ≥ .97 and precision ≥ .90 for pl, ru, uk; ≥ .94 and ≥ .90 for en, de.
"""

import csv
import gzip
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from daemon.match.forms import expand_forms, gather, installed
from daemon.match.stems import stem, stemmers
from daemon.match.text import fold

GOALS = {"en": (0.94, 0.90), "de": (0.94, 0.90), "pl": (0.97, 0.90), "ru": (0.97, 0.90), "uk": (0.97, 0.90)}


def read_gold(path: Path) -> Counter[tuple[str, str]]:
    """Count the pairs of a form and its lemma, both as written."""
    gold: Counter[tuple[str, str]] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if any(map(str.isalpha, row["lemma"])) and " " not in row["form"]:
                gold[row["form"], row["lemma"]] += int(row["count"])
    return gold


def score(gold: Counter[tuple[str, str]], reached: dict[str, set[str]]) -> tuple[float, float]:
    """Give recall and precision of what each folded lemma reaches."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for (form, lemma), count in gold.items():
        rows[fold(form)][fold(lemma)] += count
    right = sum(n for form, lemmas in rows.items() for lemma, n in lemmas.items() if form in reached[lemma])
    every = sum(sum(rows[form].values()) for forms in reached.values() for form in forms if form in rows)
    return right / gold.total(), right / every


def by_dictionary(lemmas: set[str], language: str) -> dict[str, set[str]]:
    """Give what the product reaches with its dictionaries."""
    found = gather({language: expand_forms(lemmas, language)})[language]
    return {word: {word, *forms} for word, forms in found.items()}


def by_stem(lemmas: set[str], language: str, forms: set[str]) -> dict[str, set[str]]:
    """Give what the product reaches without them."""
    stems: dict[str, set[str]] = defaultdict(set)
    if language in stemmers():
        for form in forms:
            stems[stem(form, language)].add(form)
    return {
        word: {word} | (stems[stem(word, language)] if language in stemmers() else set())
        for word in map(fold, lemmas)
    }


def main(folder: Path) -> None:
    """Print a line for each language and method."""
    print(f"{'':4}{'method':12}{'recall':>8}{'precision':>11}{'goal':>13}{'µs/word':>9}")
    for language, goal in GOALS.items():
        gold = read_gold(folder / f"{language}.tsv.gz")
        lemmas, forms = {lemma for _, lemma in gold}, {fold(form) for form, _ in gold}
        recall, precision = score(gold, by_stem(lemmas, language, forms))
        print(f"{language:4}{'Snowball':12}{recall:8.3f}{precision:11.3f}")
        if not installed(language):
            print(f"{language:4}no dictionary: install tocsin[languages]")
            continue
        start = time.process_time()
        reached = by_dictionary(lemmas, language)
        spent = (time.process_time() - start) / len(lemmas) * 1e6
        recall, precision = score(gold, reached)
        met = "met" if recall >= goal[0] and precision >= goal[1] else "missed"
        figures = f"{recall:8.3f}{precision:11.3f}  {goal[0]}/{goal[1]} {met}{spent:7.0f}"
        print(f"{language:4}{'dictionary':12}{figures}")


if __name__ == "__main__":
    if len(sys.argv) == 2:
        main(Path(sys.argv[1]))
    else:
        print("a folder of gold word forms is wanted: python bench/forms.py DIR")
