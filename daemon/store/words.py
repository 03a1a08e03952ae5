"""Whether a text holds a word, in capitals or not, or is one of many, as each engine asks it fastest."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Text, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_SPECIAL = str.maketrans({"/": "//", "%": "/%", "_": "/_"})


class _Holds(FunctionElement[bool]):
    """Whether a column is like a pattern."""

    inherit_cache = True
    name = "holds"
    type = Boolean()


@compiles(_Holds, "sqlite")
def _in_sqlite(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    # Its LIKE knows no capitals; SQLAlchemy's ILIKE would turn each text into small letters first.
    return _like("LIKE", element, compiler, options)


@compiles(_Holds, "postgresql")
def _in_postgres(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    return _like("ILIKE", element, compiler, options)


def _like(operator: str, element: _Holds, compiler: SQLCompiler, options: dict[str, Any]) -> str:
    column, pattern = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} {operator} {pattern} ESCAPE '/')"


class _Each(FunctionElement[str]):
    """The texts of a list in JSON, a row each."""

    inherit_cache = True
    name = "each_of"
    type = Text()


@compiles(_Each, "sqlite")
def _each_in_sqlite(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Each, "postgresql")
def _each_in_postgres(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS json))"


def is_one_of(column: ColumnElement[str], texts: Collection[str]) -> ColumnElement[bool]:
    """Say whether a column is one of many texts: however many, they are one parameter."""
    each = _Each(literal(json.dumps(list(texts)))).table_valued("value")
    return column.in_(select(each.c.value))


def holds(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Say whether a column holds a word."""
    return _Holds(column, literal(f"%{word.translate(_SPECIAL)}%"))
