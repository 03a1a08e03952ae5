"""Look up named things in Wikidata: their labels and aliases, in the languages wanted.

https://www.wikidata.org/w/api.php?action=help&modules=wbgetentities
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode

from daemon.errors import FetchError, NotFoundError
from daemon.fetch import Fetched, Fetcher
from daemon.model import Alias, Entity

ENDPOINT = "https://www.wikidata.org/w/api.php"

# As many items as one request may name.
_TOGETHER = 50
_FEWEST_LETTERS = 4
_NO_KEY = re.compile(r"[^\w]+", re.ASCII)


async def look_up(
    fetcher: Fetcher, ids: Sequence[str], languages: Sequence[str], *, endpoint: str = ENDPOINT
) -> tuple[Entity, ...]:
    """Give an entity for each item, in the order asked; names that mean other things too are `weak`.

    Raises NotFoundError for an item that is not there, FetchError when Wikidata cannot be asked.
    """
    found: dict[str, Any] = {}
    for start in range(0, len(ids), _TOGETHER):
        found |= await _ask(fetcher, ids[start : start + _TOGETHER], languages, endpoint)
    missing = [each for each in ids if "missing" in found.get(each, {"missing": ""})]
    if missing:
        raise NotFoundError(f"Wikidata has no {', '.join(missing)}: look for the item on www.wikidata.org")
    return tuple(_entity(item, found[item], languages) for item in ids)


async def _ask(
    fetcher: Fetcher, ids: Sequence[str], languages: Sequence[str], endpoint: str
) -> Mapping[str, Any]:
    asked = {
        "action": "wbgetentities",
        "ids": "|".join(ids),
        "props": "labels|aliases",
        "languages": "|".join(languages),
        "format": "json",
    }
    # Another endpoint than the public one is the user's own choice, and may be in his network.
    answer = await fetcher.get(f"{endpoint}?{urlencode(asked)}", allow_private=endpoint != ENDPOINT)
    try:
        said = json.loads(answer.body) if isinstance(answer, Fetched) else {}
    except ValueError:
        said = {}
    if isinstance(said, dict) and isinstance(said.get("entities"), dict):
        return {str(item): told for item, told in said["entities"].items() if isinstance(told, dict)}
    why = said.get("error", {}).get("info", "") if isinstance(said, dict) else ""
    raise FetchError("no_answer", f"Wikidata gave no items: {why or 'its answer cannot be read'}")


def _entity(item: str, told: Mapping[str, Any], languages: Sequence[str]) -> Entity:
    names = list(_names(told, languages))
    if not names:
        raise NotFoundError(f"{item} has no name in {', '.join(languages)}: ask with other --languages")
    label = names[0].text
    weak = tuple(alias for alias in names if is_weak(alias))
    strong = tuple(alias for alias in names if alias not in weak)
    return Entity(_key(label, item), label, aliases=strong, weak=weak, wikidata=item)


def _names(told: Mapping[str, Any], languages: Iterable[str]) -> Iterator[Alias]:
    """Give an item's label and aliases language by language, each spelling of a language once."""
    for language in languages:
        label = told.get("labels", {}).get(language, {}).get("value", "")
        aliases = [each.get("value", "") for each in told.get("aliases", {}).get(language, [])]
        for text in dict.fromkeys(" ".join(name.split()) for name in [label, *aliases]):
            if any(map(str.isalnum, text)):
                yield Alias(text, language)


def is_weak(alias: Alias) -> bool:
    """Tell whether a name may well mean something else: under four letters, or an everyday word."""
    letters = sum(map(str.isalpha, alias.text))
    return letters < _FEWEST_LETTERS or (" " not in alias.text and _everyday(alias))


def _everyday(alias: Alias) -> bool:
    """Tell whether a single word is a common one of its language; without a dictionary, whether it is small.

    A dictionary's capital shows a name, but in German, where it shows a noun.
    """
    small = alias.text.lower()
    if find_spec("simplemma") is None:
        return alias.text == small
    dictionary = import_module("simplemma")  # comes with tocsin[languages]
    try:
        known = dictionary.is_known(small, lang=alias.language)
        named = dictionary.lemmatize(small, lang=alias.language) != small and alias.language != "de"
    except ValueError:  # it has no such language
        return alias.text == small
    return bool(known) and not named


def _key(label: str, item: str) -> str:
    """Make the name that rules use out of a label, or of the item's number where nothing is left of it."""
    return _NO_KEY.sub("-", label.lower()).strip("-_") or item.lower()
