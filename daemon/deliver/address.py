"""What of a target's address is private, and what of it gives a secret away wherever it stands."""

import re
from urllib.parse import unquote

from daemon.model import Secret

# A name of a channel or a host may be a word like any other; what is so long, or so long with a digit
# in it, is taken for a token.
_TOKEN = re.compile(r"(?=.*\d).{8,}|.{16,}", re.DOTALL)
_LEAST_PASSWORD = 4  # characters; a shorter one cannot be masked without masking ordinary words


def telltale(secret: Secret) -> frozenset[str]:
    """Give the texts by which a log would give a secret away: it itself, its passwords and its tokens.

    A file's path, which is all that the address of a SQLite database holds, is none.
    """
    raw = secret.reveal()
    scheme, separator, rest = raw.partition("://")
    if not separator:
        return frozenset({raw}) if len(raw) >= _LEAST_PASSWORD else frozenset()
    if scheme.startswith("sqlite"):
        return frozenset()
    password = rest.partition("?")[0].rpartition("@")[0].partition(":")[2]
    passwords = {text for text in (password, unquote(password)) if len(text) >= _LEAST_PASSWORD}
    return frozenset(passwords | {part for part in private_parts(raw) if _TOKEN.fullmatch(part)})


def private_parts(raw: str) -> set[str]:
    """Give the parts of an address that a log may not show, as written and decoded.

    The first part after the user is a host if it has a dot; else it may be a token, as Slack's is.
    """
    scheme, _, rest = raw.partition("://")
    path, _, query = rest.partition("?")
    user, _, place = path.rpartition("@")
    host, *segments = place.split("/")
    name = host.partition(":")[0]
    values = [pair.partition("=")[2] for pair in query.split("&")]
    public = {scheme, "localhost", name if "." in name else ""}
    parts = [raw, rest, query, user, *user.split(":"), name, *segments, *values]
    decoded = [unquote(part) for part in parts]
    pieces = [piece for part in decoded for piece in re.split(r"[,;@]", part)]
    return {*parts, *decoded, *pieces} - public
