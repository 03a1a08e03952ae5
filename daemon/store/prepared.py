"""Statements that run for every article, compiled once.

SQLAlchemy takes some forty microseconds each time for what SQLite does in two; its way straight to the
driver takes eight. A score of statements an article make that worth a class.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Select, UpdateBase
from sqlalchemy.types import TypeEngine

_Convert = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Way:
    """A statement as one dialect writes it: what it is sent, and what becomes of the columns it answers."""

    text: str
    binds: tuple[tuple[str, _Convert], ...]
    constants: dict[str, Any]
    is_positional: bool
    answers: tuple[tuple[int, Callable[[Any], Any]], ...]


class Prepared:
    """A statement, of which `columns` are given when it is an INSERT whose VALUES are not."""

    def __init__(self, statement: Select[Any] | UpdateBase, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._ways: dict[str, _Way] = {}

    def __call__(self, conn: Connection, **values: Any) -> CursorResult[Any]:
        """Execute it; what it answers is as the driver gives it."""
        way = self._ways.get(conn.dialect.name) or self._compile(conn.dialect)
        given = {**way.constants, **values} if way.constants else values
        if way.is_positional:
            sent: Any = tuple(
                [convert(given[name]) if convert else given[name] for name, convert in way.binds]
            )
        else:
            sent = {name: convert(given[name]) if convert else given[name] for name, convert in way.binds}
        return conn.exec_driver_sql(way.text, sent)

    def rows(self, conn: Connection, **values: Any) -> Sequence[Sequence[Any]]:
        """Execute a SELECT; give its rows as its columns' types want them."""
        found = self(conn, **values).all()
        if not found:
            return []
        rows = list(map(list, found))
        for at, convert in self._ways[conn.dialect.name].answers:
            for row in rows:
                row[at] = convert(row[at])
        return rows

    def _compile(self, dialect: Dialect) -> _Way:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._columns)
        types = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
        names = compiled.positiontup if compiled.positional else types
        way = _Way(
            text=str(compiled),
            binds=tuple((name, types[name].bind_processor(dialect)) for name in names),
            constants={name: bind.value for bind, name in compiled.bind_names.items() if not bind.required},
            is_positional=bool(compiled.positional),
            answers=_answers(self._statement, dialect),
        )
        self._ways[dialect.name] = way
        return way


def _answers(
    statement: Select[Any] | UpdateBase, dialect: Dialect
) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """Give the columns of a SELECT whose values are not as the driver gives them."""
    types: list[TypeEngine[Any]] = (
        [column.type for column in statement.selected_columns] if isinstance(statement, Select) else []
    )
    converts = (kind.dialect_impl(dialect).result_processor(dialect, None) for kind in types)
    return tuple((at, convert) for at, convert in enumerate(converts) if convert)
