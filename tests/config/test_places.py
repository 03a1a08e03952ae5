"""Law: every key path of a document, and no other, is mapped to where it was written."""

import datetime as dt
import tomllib
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.config.places import Place, offset_within, scan

BARE = st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True)
KEYS = BARE | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
SCALARS = (
    st.integers(-(2**40), 2**40)
    | st.booleans()
    | st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\"'\\#]},"), max_size=12)
    | st.datetimes().map(lambda time: time.replace(microsecond=0))
    | st.just(dt.date(2026, 2, 3))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
PAIRS = st.dictionaries(KEYS, VALUES, max_size=4)
DOCUMENTS = st.dictionaries(KEYS, PAIRS | st.lists(PAIRS, min_size=1, max_size=3), max_size=4)


class Writer:
    """Writes TOML in all its spellings, and notes where each thing went."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.text = ""
        self.places: dict[tuple[str | int, ...], Place] = {}

    def write(self, document: dict[str, Any]) -> None:
        for name, held in document.items():
            for index, table in enumerate(held if isinstance(held, list) else [held]):
                path = (name, index) if isinstance(held, list) else (name,)
                self._header(name, path, many=isinstance(held, list))
                for key, value in table.items():
                    self._pair((*path, key), value)
                    self.text += self._pick("\n", " # x = [1\n", "\n\n\t")

    def _header(self, name: str, path: tuple[str | int, ...], *, many: bool) -> None:
        start = len(self.text)
        self.text += "[[ " if many else "[ "
        key = len(self.text)
        self.text += self._key(name) + (" ]]" if many else " ]")
        self.places[path] = Place(key, start, len(self.text))
        self.places.setdefault((name,), self.places[path])
        self.text += "\n"

    def _pair(self, path: tuple[str | int, ...], value: Any) -> None:
        # A table may be written as a dotted key, when it holds one thing.
        dotted = isinstance(value, dict) and len(value) == 1 and self.random.random() < 0.5
        key = len(self.text)
        self.text += self._key(str(path[-1]))
        if dotted:
            ((inner, held),) = value.items()
            self.text += self._pick(".", " . ")
            self._pair((*path, inner), held)
            self.places[path] = Place(key, key, key)
        else:
            self.text += self._pick("=", " = ", "\t=  ")
            start = len(self.text)
            self._value(path, value)
            self.places[path] = Place(key, start, len(self.text))

    def _value(self, path: tuple[str | int, ...], value: Any) -> None:
        if isinstance(value, list):
            self.text += self._pick("[", "[ ", "[\n# ]\n")
            for index, element in enumerate(value):
                start = len(self.text)
                self._value((*path, index), element)
                self.places[(*path, index)] = Place(start, start, len(self.text))
                self.text += self._pick(",", " , ", ", # ]\n\n")
            self.text += "]"
        elif isinstance(value, dict):
            self.text += "{ "
            for count, (key, inner) in enumerate(value.items()):
                self.text += ", " if count else ""
                self._pair((*path, key), inner)
            self.text += " }"
        elif isinstance(value, str):
            self.text += self._string(value)
        elif isinstance(value, dt.datetime):
            self.text += value.isoformat(self._pick("T", " "))
        else:
            self.text += str(value).lower()

    def _key(self, key: str) -> str:
        if key and key.isascii() and key.replace("-", "").replace("_", "").isalnum():
            return self._pick(key, f"'{key}'", f'"{key}"')
        return self._basic(key)

    def _string(self, value: str) -> str:
        spellings = [self._basic(value), '"""' + self._basic(value)[1:-1] + '"""']
        spellings.append('"""\n' + value.replace("\\", "\\\\").replace('"""', '""\\"') + '\\\n  """')
        if "'" not in value:
            spellings.append(f"'''\n{value}'''")
            if "\n" not in value:
                spellings.append(f"'{value}'")
        return self._pick(*spellings)

    def _basic(self, value: str) -> str:
        escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "#": "\\u0023"}
        return '"' + "".join(escapes.get(character, character) for character in value) + '"'

    def _pick(self, *choices: str) -> str:
        return self.random.choice(choices)


def paths_in(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    children = (
        enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    )
    return {path}.union(*(paths_in(child, (*path, key)) for key, child in children))


@settings(max_examples=60)
@given(DOCUMENTS, st.integers())
def test_each_path_is_where_it_was_written(document, seed):
    writer = Writer(Random(seed))
    writer.write(document)
    assert tomllib.loads(writer.text) == document
    assert scan(writer.text) == writer.places
    assert writer.places.keys() | {()} == paths_in(document)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\"'\\#"), min_size=1),
    st.data(),
)
def test_each_character_of_a_text_is_found_in_its_spelling(text, data):
    writer = Writer(Random(data.draw(st.integers())))
    raw = writer._string(text)
    position = data.draw(st.integers(0, len(text) - 1))
    found = offset_within(raw, position)
    rest = raw[:3] + "\n" if raw[:3] in ('"""', "'''") else raw[0]
    assert tomllib.loads(f"x = {rest}{raw[found:]}")["x"] == text[position:]


def test_headers_reopen_tables_and_name_the_last_of_an_array():
    text = "[[a]]\n[a.b]\nx = 1\n[[a]]\n[[a.c]]\ny = 2\n[a.b.d]\n[e.f]\n[e]\n"
    lines = {path: text.count("\n", 0, place.key) + 1 for path, place in scan(text).items()}
    assert lines == {
        ("a",): 1,
        ("a", 0): 1,
        ("a", 0, "b"): 2,
        ("a", 0, "b", "x"): 3,
        ("a", 1): 4,
        ("a", 1, "c"): 5,
        ("a", 1, "c", 0): 5,
        ("a", 1, "c", 0, "y"): 6,
        ("a", 1, "b"): 7,
        ("a", 1, "b", "d"): 7,
        ("e",): 9,
        ("e", "f"): 8,
    }
