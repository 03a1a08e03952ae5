"""Dictionaries that take a form to its lemma, and a lemma to its forms: simplemma's, as read or as kept."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Protocol


class Dictionary(Protocol):
    """A dictionary of one language. It is asked for many words at a time: each question may be a pass."""

    def lemmas(self, forms: Iterable[str]) -> Mapping[str, str]:
        """Give the lemma of each form that it has."""
        ...

    def forms(self, lemmas: Collection[str]) -> Mapping[str, Iterable[str]]:
        """Give the forms of each lemma; none is an answer, too."""
        ...


class Read:
    """simplemma's dictionary of a language, read whole into this process: seconds, and up to 400 MB."""

    def __init__(self, language: str) -> None:
        self._known = lemma_by_form(language)

    def lemmas(self, forms: Iterable[str]) -> dict[str, str]:
        """Look each of them up."""
        return {form: self._known[form] for form in forms if form in self._known}

    def forms(self, lemmas: Collection[str]) -> Mapping[str, set[str]]:
        """Go through the whole of it."""
        found: dict[str, set[str]] = defaultdict(set)
        for form in self._known:  # not items(), which takes a fifth longer
            if (lemma := self._known[form]) in lemmas:
                found[lemma].add(form)
        return found


@cache
def lemma_by_form(language: str) -> Mapping[str, str]:
    """Give all that simplemma knows of a language, as `Read` reads it."""
    from simplemma.strategies.dictionaries.dictionary_factory import (  # noqa: PLC0415 - in an extra
        DefaultDictionaryFactory,
    )

    known: Mapping[str, str] = DefaultDictionaryFactory().get_dictionary(language)
    return known
