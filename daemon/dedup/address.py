"""One article, one key, however its address is written."""

import re
from dataclasses import dataclass
from urllib.parse import unquote_plus

from w3lib.url import canonicalize_url as canonicalise

from daemon.dedup.tracking import is_tracking

_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/?#;]*", re.IGNORECASE)
_SCHEME = re.compile(r"^(?:feed:)?(?:https?:)?//", re.IGNORECASE)
# What is canonical as it is, but for an argument that may track: it takes w3lib long to find nothing to do.
_CANONICAL = re.compile(
    r"(?!.*/\.)[a-z0-9-]+(?:\.[a-z0-9-]+)+/[a-zA-Z0-9._~/-]*+(?:\?([a-zA-Z]++=[a-zA-Z0-9]++))?"
)
_SOFT_HOST = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.)+(?=[^.]+\.[^.])")
_SOFT_PATH = re.compile(r"(?:/amp|\.amp)$|(?<=\.)amp\.(?=html$)")
_SOFT_QUERY = frozenset({"amp", "amp=1", "amp=true", "outputtype=amp", "outputtype=amp-type", "m=1"})


@dataclass(frozen=True, slots=True)
class UrlKey:
    """What an address is known by.

    `hard` names one article and is unique in the store. `soft` also folds www, mobile and AMP forms:
    two articles with one soft key are candidates, and the same only if their content agrees. Both
    are "" for what is not a web address. `page` is False for a site's home page, which names no
    article: many feeds give it to every entry.
    """

    hard: str
    page: bool = True

    @property
    def soft(self) -> str:
        """The key of an address in all its forms."""
        place, mark, state = self.hard.partition("#!")
        location, _, query = place.partition("?")
        host, _, path = location.partition("/")
        return _soft(host, path, query) + mark + state if host else ""


def canonical_url(url: str) -> UrlKey:
    """Give the keys of an address; relative and non-web addresses have none.

    Folds scheme, default port, host case, trailing slash, fragment, order of query arguments and
    tracking arguments. Canonical form: w3lib.
    """
    text = url.strip()
    start = _SCHEME.match(text)
    if start is None:
        return UrlKey("", page=False)
    address, hash_bang, state = text[start.end() :].partition("#!")
    try:
        canonical = address if _is_canonical(address) else _canonical(address)
    except ValueError:  # an IPv6 host or a port that is none
        return UrlKey("", page=False)
    location, _, query = canonical.partition("?")
    host, _, path = location.partition("/")
    host = host.rpartition("@")[2].removesuffix(":80").removesuffix(":443").rstrip(".")
    path = path.rstrip("/;")  # parameters that are none, which may stand before a slash too
    if not host:
        return UrlKey("", page=False)
    tail = f"#!{state.rstrip('/')}" if hash_bang and state.strip("/") else ""
    return UrlKey(_join(host, path, query) + tail, page=bool(path or query or tail))


def _is_canonical(address: str) -> bool:
    match = _CANONICAL.fullmatch(address)
    return match is not None and not (match[1] and _tracks(match[1]))


def _canonical(address: str) -> str:
    return canonicalise("http://" + _without_tracking(address)).removeprefix("http://")


def _without_tracking(address: str) -> str:
    address = address.partition("#")[0]
    if ";" in address:
        address = _SESSION.sub("", address)
    location, mark, query = address.partition("?")
    if not mark:
        return address
    arguments = [part for part in query.replace("&amp;", "&").split("&") if part and not _tracks(part)]
    return f"{location}?{'&'.join(arguments)}" if arguments else location


def _tracks(argument: str) -> bool:
    name, _, value = argument.partition("=")
    return is_tracking(unquote_plus(name) if "%" in name else name, value)


def _soft(host: str, path: str, query: str) -> str:
    kept = "&".join(part for part in query.split("&") if part.lower().rstrip("=") not in _SOFT_QUERY)
    return _join(_SOFT_HOST.sub("", host), _SOFT_PATH.sub("", path).removeprefix("amp/"), kept)


def _join(host: str, path: str, query: str) -> str:
    return f"{host}/{path}" + (f"?{query}" if query else "")
