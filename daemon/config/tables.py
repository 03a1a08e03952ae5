"""Reads a document's sections into tables, one by one, so that one bad table hides no other's faults."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from daemon.config.document import Document
from daemon.config.invalid import problems_in
from daemon.config.places import Path
from daemon.config.sections import ITEMS, SETTINGS, FileTable, IncludeTable, Table
from daemon.config.suggest import did_you_mean
from daemon.errors import Problem

TableT = TypeVar("TableT", bound=Table)


@dataclass(frozen=True, slots=True)
class Read(Generic[TableT]):
    """A valid table, and where it stands."""

    document: Document
    path: Path
    table: TableT

    def problem(self, key: Path, message: str, hint: str = "", *, position: int | None = None) -> Problem:
        """Say what is wrong with one of its keys, or with all of it when the key is ()."""
        return self.document.problem((*self.path, *key), message, hint, position=position)


@dataclass(slots=True)
class Tables:
    """The tables of all files that are valid by themselves, and what is wrong with the others.

    `names` holds the place of every name by section, in bad tables too, so that a reference to one
    of those is not a problem of its own. `broken` holds the sections that have a bad table, `unnamed`
    those of which a name could not be read.
    """

    problems: list[Problem] = field(default_factory=list)
    names: dict[str, dict[str, tuple[Document, Path]]] = field(default_factory=lambda: defaultdict(dict))
    broken: set[str] = field(default_factory=set)
    unnamed: set[str] = field(default_factory=set)
    _partly: dict[type[Table], list[Any]] = field(default_factory=lambda: defaultdict(list))
    _read: dict[type[Table], list[Any]] = field(default_factory=lambda: defaultdict(list))

    def of(self, kind: type[TableT]) -> list[Read[TableT]]:
        """Give the valid tables of one kind, in the order of the files."""
        return self._read[kind]

    def setting(self, kind: type[TableT]) -> TableT:
        """Give a table that there is once at most: the one that is there, or its defaults."""
        return next((read.table for read in self.of(kind)), None) or kind()

    def partly(self, kind: type[TableT]) -> list[Read[TableT]]:
        """Give the bad tables of one kind, with the defaults in place of what is bad."""
        return self._partly[kind]

    def add(self, document: Document, *, included: bool) -> None:
        """Read every section of a document; an included one has no settings."""
        known = ITEMS if included else FileTable.model_fields
        for section, raw in document.data.items():
            if section not in known:
                self.problems.append(_unknown_section(document, section, list(known)))
            elif section in SETTINGS:
                self._read_setting(document, section, raw)
            elif section in ITEMS:
                self._read_items(document, section, raw)
            else:
                self._read_table(document, (), IncludeTable, {section: raw})

    def lose_file(self, problems: Iterable[Problem]) -> None:
        """Note that a file could not be read: what it would have held is not known."""
        self.problems += problems
        self.broken |= set(ITEMS)
        self.unnamed |= set(ITEMS)

    def _read_setting(self, document: Document, section: str, raw: Any) -> None:
        if isinstance(raw, list):
            hint = f"write [{section}], in single brackets, once"
            self.problems.append(document.problem((section,), f"«{section}» should be one table", hint))
        else:
            self._read_table(document, (section,), SETTINGS[section], raw)

    def _read_items(self, document: Document, section: str, raw: Any) -> None:
        if not isinstance(raw, list):
            self.broken.add(section)
            self.unnamed.add(section)
            hint = f"write [[{section}]], in double brackets, once for each"
            self.problems.append(document.problem((section,), f"«{section}» should be several tables", hint))
            return
        for index, item in enumerate(raw):
            if not self._read_table(document, (section, index), ITEMS[section], item):
                self.broken.add(section)
            if isinstance(item, dict) and isinstance(item.get("name"), str):
                self.problems += self._take_name(document, section, index, item["name"])
            else:
                self.unnamed.add(section)

    def _read_table(self, document: Document, path: Path, kind: type[Table], raw: Any) -> bool:
        try:
            self._read[kind].append(Read(document, path, kind.model_validate(raw)))
        except ValidationError as error:
            self.problems += problems_in(document, path, kind, raw, error)
            bad = {detail["loc"][:1] for detail in error.errors(include_url=False, include_input=False)}
            if isinstance(raw, dict):
                good = {key: value for key, value in raw.items() if (key,) not in bad}
                self._partly[kind].append(Read(document, path, kind.model_construct(**good)))
            return False
        return True

    def _take_name(self, document: Document, section: str, index: int, name: str) -> Iterator[Problem]:
        here = (document, (section, index))
        first = self.names[section].setdefault(name, here)
        if first != here:
            there = first[0].problem((*first[1], "name"), "")
            hint = f"the first is at {there.file}:{there.line}; give each a name of its own"
            yield document.problem((section, index, "name"), f"two {section} are named «{name}»", hint)


def _unknown_section(document: Document, section: str, known: list[str]) -> Problem:
    if section in FileTable.model_fields:
        message, hint = f"«{section}» has no place in an included file", "move it to the main file"
    else:
        message = f"unknown section or key «{section}»"
        hint = did_you_mean(section, known) or f"known here: {', '.join(known)}"
    return document.problem((section,), message, hint, at_key=True)
