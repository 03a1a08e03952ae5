"""Word forms, made when rules are compiled: «dron» is also drona, dronów, dronami.

The dictionaries come with `tocsin[languages]`: Morfeusz for Polish, pymorphy for Russian and Ukrainian,
simplemma for the others, which takes seconds and up to 400 MB to read: call `expand` in a process that
ends, or give `look_up` dictionaries that stand on disk. Without them `compile_rules` makes do with
Snowball's stems.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any

from daemon.match.dictionary import Dictionary, Read
from daemon.match.endings import guessed
from daemon.match.lexicon import Forms
from daemon.match.parser import parse_name
from daemon.match.query import How, Word, walk
from daemon.match.reading import language_code
from daemon.match.rules import said_by
from daemon.match.stems import LANGUAGES, lacking, languages_of
from daemon.match.text import fold
from daemon.model import Entity, Rule, WordList

_PACKAGES = {"pl": "morfeusz2", "ru": "pymorphy3_dicts_ru", "uk": "pymorphy3_dicts_uk"}
_TAIL = 4


Dictionaries = Callable[[str], Dictionary]
"""Gives the dictionary of a language, one of those that simplemma has."""

Words = Mapping[str, Iterable[str]]
"""For each language, words as they are written."""


def expand(rules: Iterable[Rule], entities: Iterable[Entity] = (), lists: Iterable[WordList] = ()) -> Forms:
    """Give the forms of all words that rules use, for each language whose dictionary is installed.

    Words that do not parse are passed over: `check_rule` tells of them.
    """
    return gather(look_up(wanted(rules, entities, lists)))


def wanted(
    rules: Iterable[Rule], entities: Iterable[Entity] = (), lists: Iterable[WordList] = ()
) -> dict[str, set[str]]:
    """Give the words whose forms are asked for, for each language, as they are written."""
    words: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        if rule.enabled and rule.forms == "inflect":
            for node in said_by(rule):
                _want(node, tuple(map(language_code, rule.languages)), words)
    for words_of_list in lists:
        for node in said_by(Rule(words_of_list.name, any=words_of_list.terms)):
            _want(node, (), words)
    for entity in entities:
        for alias in (*entity.aliases, *entity.weak, *entity.context, *entity.exclude):
            for node in walk(parse_name(alias.text, alias.language)):
                _want(node, (), words)
    return words


def _want(node: object, only: tuple[str, ...], words: dict[str, set[str]]) -> None:
    if isinstance(node, Word) and node.how is How.FORMS:
        for language in (node.language,) if node.language else languages_of(node.text):
            if not only or language in only:
                words[language].add(node.text)


def installed(language: str) -> bool:
    """Whether the dictionary of a language is at hand."""
    return language in LANGUAGES and find_spec(_PACKAGES.get(language, "simplemma")) is not None


def read_whole() -> tuple[str, ...]:
    """Give the languages whose dictionaries, simplemma's, are read whole for a word, if it is installed."""
    return tuple(language for language in LANGUAGES if language not in _PACKAGES and installed(language))


def look_up(words: Words, dictionaries: Dictionaries = Read) -> dict[str, dict[str, tuple[str, ...]]]:
    """Give, for each language whose dictionary is installed, for each word, its other forms, folded."""
    return {
        language: expand_forms(words.get(language, ()), language, dictionaries)
        for language in LANGUAGES
        if installed(language)
    }


def read_dictionaries(dictionaries: Dictionaries = Read) -> None:
    """Read every dictionary that is installed: this process then has them at hand."""
    for language in filter(installed, LANGUAGES):
        expand_forms(("a",), language, dictionaries)


def lacks(words: Words) -> tuple[str, ...]:
    """Give sentences on which of these words' forms cannot be found, as Tocsin is installed."""
    return lacking(language for language, asked in words.items() if asked and not installed(language))


def gather(found: Forms) -> Forms:
    """Give the forms by folded words: those of «Drone» and of «drone» are the same word's."""
    gathered: dict[str, dict[str, set[str]]] = {language: defaultdict(set) for language in found}
    for language, words in found.items():
        for word, forms in words.items():
            gathered[language][fold(word)].update(forms)
    return gathered


def expand_forms(
    words: Iterable[str], language: str, dictionaries: Dictionaries = Read
) -> dict[str, tuple[str, ...]]:
    """Give, for each word as it is written, its other forms in a language, folded.

    A word that is a dictionary form keeps to its own paradigm («drony» of a drone, not of a drony);
    any other is taken back to its dictionary form first. No word's forms depend on the other words.
    """
    listed = sorted(set(words))
    if not listed:
        return {}
    if language == "pl":
        found = {word: _polish(word) for word in listed}
    elif language in _PACKAGES:
        found = {word: _east_slavic(word, language) for word in listed}
    else:
        found = _from_dictionary(listed, dictionaries(language), language)
    return {word: _folded(word, forms) for word, forms in found.items()}


def _folded(word: str, forms: Iterable[str]) -> tuple[str, ...]:
    folded = {fold(form) for form in forms if form.isalpha() or "'" in form}
    return tuple(sorted(folded - {fold(word)}))


@cache
def _morfeusz() -> Any:
    import morfeusz2  # type: ignore[import-untyped]  # noqa: PLC0415 - in an extra, and slow to load

    return morfeusz2.Morfeusz(expand_tags=False)


def _polish(word: str) -> set[str]:
    forms = {form for spelling in {word, word.lower()} for form in _polish_forms(spelling)}
    return forms or {form for form in guessed(word, "pl") if not _polish_lemmas(form.lower())}


def _polish_forms(word: str) -> set[str]:
    own = _polish_paradigm(word)
    return own or {form for lemma in _polish_lemmas(word) for form in _polish_paradigm(lemma)}


def _polish_paradigm(lemma: str) -> set[str]:
    return {form for form, _, tag, *_ in _morfeusz().generate(lemma) if tag != "ign"}


def _polish_lemmas(form: str) -> set[str]:
    # A lemma that has namesakes carries its class after a colon: «dom:Sm3».
    readings = (reading for _, _, reading in _morfeusz().analyse(form))
    return {lemma.partition(":")[0] for _, lemma, tag, *_ in readings if tag != "ign"}


@cache
def _pymorphy(language: str) -> Any:
    import pymorphy3  # type: ignore[import-untyped]  # noqa: PLC0415 - in an extra, and slow to load

    return pymorphy3.MorphAnalyzer(lang=language)


def _east_slavic(word: str, language: str) -> set[str]:
    """Give the forms of the readings that have the word as their base, and of the likeliest.

    The likeliest is always taken: «дронов» is a drone's plural before it is somebody's name. pymorphy
    guesses the paradigm of words that it does not know by their endings, names among them.
    """
    plain = word.lower().replace("’", "'").replace("ʼ", "'")
    readings = _pymorphy(language).parse(plain)
    base = [reading for reading in readings if fold(reading.normal_form) == fold(plain)]
    return {form.word for reading in (*base, *readings[:1]) for form in reading.lexeme}


def _from_dictionary(words: list[str], dictionary: Dictionary, language: str) -> dict[str, set[str]]:
    """Turn the dictionary, form → lemma, round for the words wanted."""
    lemmas = _lemmas(words, dictionary)
    compounds = [word for word in words if language == "de" and not lemmas[word]]
    tails = _tails(compounds, dictionary)
    guesses = {word: guessed(word, language) for word in words}
    bases = dictionary.lemmas({form for forms in guesses.values() for form in forms})
    asked = {lemma for found in (*lemmas.values(), *tails.values()) for lemma in found}
    forms = dictionary.forms(asked)
    found = {}
    for word in words:
        found[word] = {form for lemma in lemmas[word] for form in forms[lemma]}
        base = {word, *lemmas[word]}
        found[word] |= {form for form in guesses[word] if bases.get(form, word) in base}
    for (head, tail), of_tail in tails.items():
        found[head + tail] |= {head + form.lower() for lemma in of_tail for form in forms[lemma]}
    return found


def _lemmas(words: Iterable[str], dictionary: Dictionary) -> dict[str, set[str]]:
    """Give the lemmas of each word, in any case: itself, if it is one."""
    spellings = {word: {word, word.lower(), word.capitalize()} for word in words}
    known = dictionary.lemmas({spelling for those in spellings.values() for spelling in those})
    lemmas = {}
    for word, those in spellings.items():
        found = {known[spelling] for spelling in those if spelling in known}
        lemmas[word] = {lemma for lemma in found if lemma.lower() == word.lower()} or found
    return lemmas


def _tails(words: Iterable[str], dictionary: Dictionary) -> dict[tuple[str, str], set[str]]:
    """Give German compounds as head and longest known tail, with its lemmas: it alone is inflected."""
    cuts = {word: range(_TAIL, len(word) - _TAIL + 1) for word in words}
    lemmas = _lemmas({word[at:].capitalize() for word, places in cuts.items() for at in places}, dictionary)
    known = {word: [at for at in places if lemmas[word[at:].capitalize()]] for word, places in cuts.items()}
    firsts = [(word[: places[0]], word[places[0] :]) for word, places in known.items() if places]
    return {(head, tail): lemmas[tail.capitalize()] for head, tail in firsts}
