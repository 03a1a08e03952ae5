"""Statements that run for every article, compiled once.

SQLAlchemy takes some forty microseconds each time for what SQLite does in two; its way straight to the
driver takes eight. A score of statements an article make that worth a class.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, UpdateBase

_Way = tuple[str, tuple[tuple[str, Callable[[Any], Any] | None], ...], dict[str, Any], bool]


class Prepared:
    """An INSERT, UPDATE or DELETE, of which `columns` are given when its VALUES are not."""

    def __init__(self, statement: UpdateBase, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._ways: dict[str, _Way] = {}

    def __call__(self, conn: Connection, **values: Any) -> CursorResult[Any]:
        """Execute it."""
        text, binds, constants, positional = self._ways.get(conn.dialect.name) or self._compile(conn.dialect)
        given = {**constants, **values} if constants else values
        sent = [process(given[name]) if process else given[name] for name, process in binds]
        return conn.exec_driver_sql(
            text,
            tuple(sent) if positional else {name: one for (name, _), one in zip(binds, sent, strict=True)},
        )

    def _compile(self, dialect: Dialect) -> _Way:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._columns)
        types = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
        names = compiled.positiontup if compiled.positional else types
        binds = tuple((name, types[name].bind_processor(dialect)) for name in names)
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._ways[dialect.name] = way = (str(compiled), binds, constants, bool(compiled.positional))
        return way
