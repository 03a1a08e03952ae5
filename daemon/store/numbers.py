"""Many numbers as one parameter of a statement, as a table of one column.

That is several times faster than a parameter, or an execution, for each of them.
https://sqlite.org/json1.html#jeach, https://www.postgresql.org/docs/current/functions-json.html
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, cast, column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Elements(FunctionElement[Any]):
    """The elements of a JSON list, a row each."""

    inherit_cache = True
    name = "elements"


@compiles(_Elements, "sqlite")
def _in_sqlite(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Elements, "postgresql")
def _in_postgres(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS json))"


def numbers(name: str) -> ColumnElement[int]:
    """Give the numbers of a parameter, to be selected; its value is what `as_list` gives."""
    elements = _Elements(bindparam(name, type_=Text)).table_valued(column("value"))
    return cast(elements.c.value, BigInteger)


def as_list(of: Iterable[int]) -> str:
    """Write numbers as `numbers` reads them."""
    return f"[{','.join(map(str, of))}]"
