"""Users of the desk: passwords are hashed with Argon2, sessions known by digests of their tokens."""

import secrets
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection

from daemon.errors import ConflictError
from daemon.store import users
from daemon.store.users import Session, User

IDLE = timedelta(hours=12)
LASTING = timedelta(days=7)
ROTATED = timedelta(hours=1)
GRACE = timedelta(minutes=1)
"""How long the token before is good for the requests that were under way when it changed."""

SHORTEST = 12
_LONGEST_NAME = 100
_LONGEST = 1_000  # characters of a password; hashing more is work for nothing

# RFC 9106's second choice, 64 MiB and three passes, is the library's default: 50 ms or so.
_HASHER = PasswordHasher()


def hash_password(name: str, password: str) -> str:
    """Make a password's hash; ConflictError for one that is too easy to guess."""
    if not SHORTEST <= len(password) <= _LONGEST:
        raise ConflictError(f"a password has {SHORTEST} characters at least, better 20: four words will do")
    if name.casefold() in password.casefold() or len(set(password)) < SHORTEST // 2:
        raise ConflictError(
            "this password is too easy to guess: four words that do not belong together will do"
        )
    return _HASHER.hash(password)


def check_name(name: str) -> None:
    """Make sure that a name can stand in a header, a log and a table; ConflictError when it cannot."""
    if not name.strip() or name != name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise ConflictError("a user's name is a printable word or several, of 100 characters at most")


def knows(user: User | None, password: str) -> bool:
    """Say whether this is the user's password; it takes as long when there is no such user."""
    known = user.password if user else _nobody()
    try:
        return _HASHER.verify(known, password[:_LONGEST]) and user is not None
    except (VerificationError, InvalidHashError):
        return False


def log_in(conn: Connection, user: User, now: datetime) -> str:
    """Begin a session; give its token, which is kept nowhere."""
    token = _token()
    users.forget(conn, now - IDLE, now - LASTING)
    users.log_in(conn, user.id, digest(token), now)
    return token


def find_session(conn: Connection, token: str, now: datetime) -> Session | None:
    """Give the session that a token opens; None when it has ended, or the token has changed since."""
    session = users.session(conn, digest(token))
    if session is None or now >= session.created_at + LASTING or now >= session.rotated_at + IDLE:
        return None
    late = session.digest != digest(token) and now >= session.rotated_at + GRACE
    return None if late else session


def is_stale(session: Session, token: str, now: datetime) -> bool:
    """Say whether a session's token is to be changed."""
    return session.digest == digest(token) and now >= session.rotated_at + ROTATED


def rotate(conn: Connection, token: str, now: datetime) -> str:
    """Change a session's token; give the new one, "" when another request has changed it."""
    fresh = _token()
    return fresh if users.rotate(conn, digest(token), digest(fresh), now) else ""


def digest(token: str) -> str:
    """Give what is kept of a token: it has 256 bits of chance, so that no salt is needed."""
    return sha256(token.encode()).hexdigest()


def _token() -> str:
    return secrets.token_urlsafe(32)


@cache
def _nobody() -> str:
    """Give the hash of a password that nobody has."""
    return _HASHER.hash(_token())
