"""What response headers tell, however carelessly they are written."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from httpx2 import Headers

from daemon.model import NO_VALIDATORS, Validators

_LONGEST_WAIT = timedelta(hours=24)  # servers have asked for 88 hours; nothing is left alone for that long
_LONGEST_AGE = timedelta(hours=24)
_CACHED = {"HIT", "MISS", "EXPIRED", "REVALIDATED", "UPDATING", "STALE"}  # as Cloudflare calls them
_DIRECTIVE = re.compile(r"(?:^|[,\s])([a-z-]+)(?:=\"?(\d{1,12}))?", re.IGNORECASE)
_LONGEST_VALIDATOR = 1_000  # characters; what is longer is no validator but an attack or an accident
_LONGEST_DATE = 64


def validators(headers: Headers, before: Validators = NO_VALIDATORS) -> Validators:
    """Read the validators, keeping those from `before` that a 304 did not repeat."""
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    return Validators(
        etag=etag if _sound(etag) else before.etag,
        last_modified=modified if _sound(modified) else before.last_modified,
    )


def _sound(validator: str) -> bool:
    """Whether a validator can be sent back as it came."""
    return 0 < len(validator) <= _LONGEST_VALIDATOR and validator.isascii()


def cached_for(headers: Headers) -> timedelta | None:
    """Say how long a shared cache will go on repeating this answer (RFC 9111 4.2), 0 to 24 h.

    None when it came from the origin: what an origin allows us to cache does not stop it from
    publishing, and polling it again may show something new.
    """
    if not _from_shared_cache(headers):
        return None
    control = {name.lower(): value for name, value in _DIRECTIVE.findall(headers.get("cache-control", ""))}
    age = _seconds(headers.get("age", "")) or timedelta(0)
    if seconds := control.get("s-maxage") or control.get("max-age"):
        return _within(timedelta(seconds=int(seconds)) - age, _LONGEST_AGE)
    return None


def _from_shared_cache(headers: Headers) -> bool:
    status = headers.get("cf-cache-status", "").upper()
    return "age" in headers or "x-cache" in headers or status in _CACHED


def retry_after(headers: Headers, now: datetime) -> timedelta | None:
    """Read Retry-After in either form, 0 to 24 h.

    A date is read against the server's own clock where it tells the time: clocks disagree.
    """
    text = headers.get("retry-after", "").strip()
    wait = _seconds(text)
    if wait is None:
        until = _date(text)
        wait = until - (_date(headers.get("date", "")) or now) if until else None
    return None if wait is None else _within(wait, _LONGEST_WAIT)


def _seconds(text: str) -> timedelta | None:
    match = re.fullmatch(r"(\d{1,9})(\.\d*)?", text.strip(), re.ASCII)
    return timedelta(seconds=int(match[1])) if match else None


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text[:_LONGEST_DATE])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _within(wait: timedelta, most: timedelta) -> timedelta:
    return max(timedelta(0), min(wait, most))
