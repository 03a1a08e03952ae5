"""Whether a text holds a word, in capitals or not, as each engine asks it fastest."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, literal
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


def holds(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Say whether a column holds a word."""
    return _Holds(column, literal(f"%{word.translate(_SPECIAL)}%"))
