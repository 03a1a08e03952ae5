"""Tokens: what lets a program read. Only a token's hash is kept, so nobody can read one back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from daemon.errors import ConflictError, NotFoundError
from daemon.store.tables import tokens


class Scope(StrEnum):
    """What a token opens: what the desk shows, or the figures alone that a monitoring system collects."""

    READ = "read"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token."""

    name: str
    scope: Scope
    created_at: datetime


_KNOWN = (tokens.c.name, tokens.c.scope, tokens.c.created_at)


def add(conn: Connection, name: str, scope: Scope, secret: str, now: datetime) -> None:
    """Let who has a secret in; ConflictError when another token has this name."""
    values = {"name": name, "scope": scope, "digest": _digest(secret), "created_at": now}
    try:
        conn.execute(insert(tokens), values)
    except IntegrityError:
        raise ConflictError(f"there is a token {name!r} already: give this one another --name") from None


def find(conn: Connection, secret: str) -> Token | None:
    """Give the token that a secret is, or None."""
    row = conn.execute(select(*_KNOWN).where(tokens.c.digest == _digest(secret))).first()
    return Token(row.name, Scope(row.scope), row.created_at) if row else None


def listed(conn: Connection) -> list[Token]:
    """List the tokens, by name."""
    rows = conn.execute(select(*_KNOWN).order_by(tokens.c.name))
    return [Token(row.name, Scope(row.scope), row.created_at) for row in rows]


def remove(conn: Connection, name: str) -> None:
    """Shut out who has a token, at once; NotFoundError when there is none of this name."""
    if not conn.execute(delete(tokens).where(tokens.c.name == name)).rowcount:
        raise NotFoundError(f"there is no token {name!r}: `tocsin tokens list` shows their names")


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
