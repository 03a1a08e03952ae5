"""The desk's users, their passwords' hashes, and the browsers in which they have logged in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from daemon.errors import ConflictError, NotFoundError
from daemon.store import conflict
from daemon.store.tables import sessions, users


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in; `password` is a hash."""

    id: int
    name: str
    password: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A browser in which a user has logged in; its token is known by the `digest` alone."""

    id: int
    name: str
    digest: str
    previous: str
    created_at: datetime
    rotated_at: datetime


_ADD = conflict.insert(users).on_conflict_do_nothing(index_elements=["name"]).returning(users.c.id)
_SESSION = select(
    sessions.c.id,
    users.c.name,
    sessions.c.digest,
    sessions.c.previous,
    sessions.c.created_at,
    sessions.c.rotated_at,
).join(users, users.c.id == sessions.c.user_id)


def add(conn: Connection, name: str, password: str, now: datetime) -> int:
    """Let somebody in from now on; ConflictError when there is a user of this name."""
    user_id: int | None = conn.scalar(_ADD, {"name": name, "password": password, "created_at": now})
    if user_id is None:
        raise ConflictError(f"there is a user «{name}» already: `tocsin users remove` first")
    return user_id


def page(conn: Connection) -> list[User]:
    """List the users by name."""
    return [User(**row) for row in conn.execute(select(users).order_by(users.c.name)).mappings()]


def find(conn: Connection, name: str) -> User | None:
    """Give a user, or None."""
    row = conn.execute(select(users).where(users.c.name == name)).mappings().first()
    return User(**row) if row else None


def remove(conn: Connection, name: str) -> None:
    """Let somebody in no longer, who is out at once; NotFoundError when there is nobody of this name."""
    if not conn.execute(delete(users).where(users.c.name == name)).rowcount:
        raise NotFoundError(f"there is no user «{name}»: `tocsin users list` names them")


def exist(conn: Connection) -> bool:
    """Tell whether there is any user."""
    return conn.scalar(select(users.c.id).limit(1)) is not None


def log_in(conn: Connection, user_id: int, digest: str, now: datetime) -> None:
    """Begin a session."""
    conn.execute(
        insert(sessions), {"user_id": user_id, "digest": digest, "created_at": now, "rotated_at": now}
    )


def session(conn: Connection, digest: str) -> Session | None:
    """Give the session with a token now, or just before; None when there is none."""
    known = or_(sessions.c.digest == digest, sessions.c.previous == digest)
    row = conn.execute(_SESSION.where(known)).mappings().first()
    return Session(**row) if row else None


def rotate(conn: Connection, old: str, new: str, now: datetime) -> bool:
    """Change a session's token; False when another request has just done so."""
    values = {"digest": new, "previous": old, "rotated_at": now}
    return conn.execute(update(sessions).where(sessions.c.digest == old).values(**values)).rowcount > 0


def log_out(conn: Connection, digest: str) -> None:
    """End a session."""
    conn.execute(delete(sessions).where(or_(sessions.c.digest == digest, sessions.c.previous == digest)))


def forget(conn: Connection, idle_since: datetime, begun_before: datetime) -> None:
    """Delete the sessions that are over."""
    over = (sessions.c.rotated_at < idle_since) | (sessions.c.created_at < begun_before)
    conn.execute(delete(sessions).where(over))
