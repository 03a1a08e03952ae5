"""One TOML file as it stands: its data, and problems that know their place in its text."""

import re
import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from itertools import accumulate
from typing import Any

from daemon.config.excerpt import mask_unread, show_line
from daemon.config.places import Path, Place, offset_within, scan
from daemon.config.syntax import explain_syntax
from daemon.errors import ConfigError, Problem

_REFERENCE = re.compile(r"""["']+(?:env|file|credential):""")
_SCHEME = re.compile(r"""["']*(?:[a-z][a-z0-9+.-]*://)?""", re.IGNORECASE)


class Document:
    """A file that tomllib could read; `file` is its name as problems show it.

    `is_secret` tells which key paths may hold a secret: no excerpt shows their values.
    Raises ConfigError when the text is not TOML.
    """

    def __init__(self, file: str, text: str, is_secret: Callable[[Path], bool]) -> None:
        self.file = file
        self.text = text.replace("\r\n", "\n")  # as tomllib does
        self._is_secret = is_secret
        self.data = self._parse()

    def problem(
        self, path: Path, message: str, hint: str = "", *, at_key: bool = False, position: int | None = None
    ) -> Problem:
        """Say what is wrong with the value (or key) at `path`, or the nearest table that is there.

        `position` counts characters into the value, when that is a text.
        """
        place = self._place(path)
        offset = place.key if at_key else place.start
        if position is not None and self.text[place.start] in "\"'":
            offset += offset_within(self.text[place.start : place.end], position)
        line, column = self._line_and_column(offset)
        excerpt = show_line(self._lines[line - 1], column, self._secrets.get(line, ()))
        return Problem(self.file, line, column, message, excerpt, hint)

    def _parse(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text)
        except (ValueError, RecursionError) as error:
            offset, message, hint = explain_syntax(error, self.text)
        line, column = self._line_and_column(offset)
        excerpt = show_line(mask_unread(self._lines[:line], self._is_secret), column)
        raise ConfigError((Problem(self.file, line, column, message, excerpt, hint),))

    @cached_property
    def _places(self) -> dict[Path, Place]:
        return scan(self.text)

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self._lines)]

    @cached_property
    def _secrets(self) -> dict[int, list[tuple[int, int]]]:
        """The literal secrets of each line, as columns counted from 0."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for path, place in self._places.items():
            holds_others = place.start == place.end or self.text[place.start] in "[{"
            if holds_others or not self._is_secret(path) or _REFERENCE.match(self.text, place.start):
                continue
            scheme = _SCHEME.match(self.text, place.start)
            start = scheme.end() if scheme else place.start
            first, last = self._line_and_column(start)[0], self._line_and_column(place.end - 1)[0]
            for line in range(first, last + 1):
                origin = self._starts[line - 1]
                found[line].append((max(start - origin, 0), place.end - origin))
        return found

    def _place(self, path: Path) -> Place:
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, Place(0, 0, 0))

    def _line_and_column(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset, hi=len(self._lines))
        return line, offset - self._starts[line - 1] + 1
