"""The day and the hour of a time in UTC, as each engine counts them."""

from typing import Any

from sqlalchemy import ColumnElement, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Day(FunctionElement[str]):
    """A time's day, as 2026-11-22."""

    inherit_cache = True
    name = "day"
    type = Text()


@compiles(_Day, "sqlite")
def _in_sqlite(element: _Day, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)})"


@compiles(_Day, "postgresql")
def _in_postgres(element: _Day, compiler: SQLCompiler, **options: Any) -> str:
    time = compiler.process(element.clauses, **options)
    return f"to_char({time} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"


def day(time: ColumnElement[Any]) -> ColumnElement[str]:
    """Give the day of a column."""
    return _Day(time)


class _Hour(FunctionElement[str]):
    """A time's hour, as 2026-11-22 12."""

    inherit_cache = True
    name = "hour"
    type = Text()


@compiles(_Hour, "sqlite")
def _hour_in_sqlite(element: _Hour, compiler: SQLCompiler, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 13)"


@compiles(_Hour, "postgresql")
def _hour_in_postgres(element: _Hour, compiler: SQLCompiler, **options: Any) -> str:
    time = compiler.process(element.clauses, **options)
    return f"to_char({time} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


def hour(time: ColumnElement[Any]) -> ColumnElement[str]:
    """Give the hour of a column."""
    return _Hour(time)
