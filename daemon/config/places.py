"""Where each key of a TOML document stands: one linear scan, in step with what tomllib reads.

Only a document that tomllib has accepted is scanned, so this needs no grammar, just tokens.
"""

import re
from typing import NamedTuple, NoReturn

Path = tuple[str | int, ...]


class Place(NamedTuple):
    """Offsets into the text: of the key, and of the value's first and one past its last character.

    An element of an array has no key; its `key` is its start. A table's value is its header; that of a
    table which only a dotted key implies is empty.
    """

    key: int
    start: int
    end: int


_SPACE = re.compile(r"(?:[ \t\n]|#[^\n]*)*+")
_BLANK = re.compile(r"[ \t]*+")
_KEY = re.compile(r"""[A-Za-z0-9_-]++|"(?:[^"\\]|\\.)*+"|'[^']*+'""")
_STRING = re.compile(
    r'''"""(?:[^"\\]|\\.|"{1,2}(?!"))*+"{3,5}|\'\'\'(?:[^']|'{1,2}(?!'))*+'{3,5}'''
    r"""|"(?:[^"\\]|\\.)*+"|'[^']*+'""",
    re.DOTALL,
)
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d [0-9:.]++(?:Z|z|[+-][0-9:]++)?|[^\s,\]}#]++")
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[ \t]*\n[ \t\n]*|.)|.", re.DOTALL)


def scan(text: str) -> dict[Path, Place]:
    """Map every key path of a valid TOML document, and every array element's, to its place.

    `text` has plain newlines. Linear in its length. Nesting costs one frame a level, half of what
    tomllib takes, so whatever it could read can be scanned.
    """
    return _Scan(text).places


def offset_within(raw: str, position: int) -> int:
    """Turn a position in a text's value into one in `raw`, the text as the file writes it, quoted."""
    start = 3 if raw[:3] in ('"""', "'''") else 1
    if start == 3 and raw[3:4] == "\n":  # noqa: PLR2004 - the length of the opening quotes
        start += 1
    if raw[0] == "'":
        return start + position
    for token in _ESCAPE.finditer(raw, start):
        if not token[0].startswith("\\") or token[0][1:].strip(" \t\n"):
            if position == 0:
                return token.start()
            position -= 1
    return len(raw) - 1


class _Scan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[Path, Place] = {}
        self.arrays: dict[Path, int] = {}
        self._statements()

    def _statements(self) -> None:
        table: Path = ()
        position = self._skip(0)
        while position < len(self.text):
            if self.text[position] == "[":
                table, position = self._header(position)
            else:
                position = self._pair(position, table)
            position = self._skip(position)

    def _skip(self, position: int) -> int:
        return _end(_SPACE.match(self.text, position))

    def _header(self, position: int) -> tuple[Path, int]:
        """Read `[a.b]` or `[[a.b]]`: the last element of an array of tables is the one meant."""
        many = self.text.startswith("[[", position)
        parts, after = self._key(position + 1 + many)
        after += 1 + many
        path: Path = ()
        for part, offset in parts:
            path = (*path, part)
            here = Place(offset, position, after)
            self.places.setdefault(path, here)
            if (part, offset) == parts[-1]:
                if many:
                    self.arrays[path] = self.arrays.get(path, -1) + 1
                else:
                    self.places[path] = here
            if path in self.arrays:
                path = (*path, self.arrays[path])
                self.places.setdefault(path, here)
        return path, after

    def _key(self, position: int) -> tuple[list[tuple[str, int]], int]:
        """Read a dotted key: its parts with their offsets, and the position of what follows."""
        parts = []
        while True:
            position = _end(_BLANK.match(self.text, position))
            match = _KEY.match(self.text, position) or _impossible(position)
            parts.append((_unquote(match[0]), position))
            position = _end(_BLANK.match(self.text, match.end()))
            if not self.text.startswith(".", position):
                return parts, position
            position += 1

    def _pair(self, position: int, table: Path) -> int:
        parts, equals = self._key(position)
        start = _end(_BLANK.match(self.text, equals + 1))
        path = (*table, *(part for part, _ in parts))
        end = self._value(start, path)
        for count in range(1, len(parts)):
            key = parts[count - 1][1]
            self.places.setdefault(path[: len(table) + count], Place(key, key, key))
        self.places[path] = Place(parts[-1][1], start, end)
        return end

    def _value(self, position: int, path: Path) -> int:
        """Read a value, recording what it holds; the position after it."""
        first = self.text[position]
        if first in "\"'":
            return _end(_STRING.match(self.text, position))
        if first not in "[{":
            return _end(_SCALAR.match(self.text, position))
        closing, count = ("]" if first == "[" else "}"), 0
        position = self._skip(position + 1)
        while self.text[position] != closing:
            if first == "[":
                start, element = position, (*path, count)
                position = self._value(start, element)
                self.places[element] = Place(start, start, position)
                count += 1
            else:
                position = self._pair(position, path)
            position = self._skip(position)
            if self.text[position] == ",":
                position = self._skip(position + 1)
        return position + 1


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else _impossible(-1)


def _impossible(position: int) -> NoReturn:
    raise AssertionError(f"tomllib accepted what cannot be scanned, at {position}")


def _unquote(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    if key[0] == '"':
        return _ESCAPE.sub(_unescape, key[1:-1]) if "\\" in key else key[1:-1]
    return key


def _unescape(match: re.Match[str]) -> str:
    token = match[0]
    return token.encode("ascii").decode("unicode_escape") if token[0] == "\\" else token
