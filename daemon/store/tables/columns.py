"""What all tables are made of: the metadata and the kinds of column."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Integer, MetaData

from daemon.store.columns import CleanText, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows by itself only in a column declared INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")


def id_() -> Column[int]:
    return Column("id", Id, primary_key=True)


def text(name: str, *, index: bool = False) -> Column[str]:
    return Column(name, CleanText, nullable=False, default="", index=index)


def count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, default=0)


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=False)


def json(name: str, default: Any) -> Column[Any]:
    return Column(name, JSON, nullable=False, default=default)


def at(name: str, *, index: bool = False) -> Column[datetime]:
    return Column(name, UtcTime, nullable=False, index=index)


def maybe_at(name: str, *, index: bool = False) -> Column[datetime | None]:
    return Column(name, UtcTime, nullable=True, index=index)


def of(table: str, *, index: bool = False) -> Column[int]:
    """Refer to a row that this one lives and dies with."""
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(f"{_singular(table)}_id", Id, key, nullable=False, index=index)


def _singular(table: str) -> str:
    return {"deliveries": "delivery", "entries": "entry", "stories": "story"}.get(
        table, table.removesuffix("s")
    )
