"""What a fetch yields when the server answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.model import Validators


@dataclass(frozen=True, slots=True)
class Hints:
    """What an answer tells beside its document.

    `cached_for` is how long a shared cache will go on repeating this answer, None when it came from
    the origin. `moved_to` is where the address has moved for good, "" if it has not.
    `certificate_ends` is when the server's certificate runs out, None without TLS.
    """

    cached_for: timedelta | None = None
    moved_to: str = ""
    certificate_ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document: `url` is where it was found in the end, `body` is decoded from gzip or br."""

    url: str
    status: int
    body: bytes
    content_type: str
    validators: Validators
    hints: Hints
    elapsed: timedelta


@dataclass(frozen=True, slots=True)
class NotModified:
    """Nothing changed since the validators were given; `validators` are those to ask with next."""

    url: str
    validators: Validators
    hints: Hints
    elapsed: timedelta
