"""The kinds of value a configuration holds, each checked where it is read."""

import re
from datetime import timedelta
from enum import Enum
from ipaddress import ip_address, ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from daemon.config.suggest import did_you_mean
from daemon.model import Severity

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[smhdw])+")
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
_RATE = re.compile(r"(\d{1,9})/([mhd])")
_LONGEST = timedelta(days=3660)
_LISTEN = re.compile(r"(?:\[([0-9A-Fa-f:]+)\]|([\w.-]+)):([0-9]{1,5})")
_KEY = re.compile(r"[^\W_](?:[\w-]*\w)?")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_LAST_PORT = 65535
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}")  # a token of RFC 9110
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_ITEM = re.compile(r"Q[1-9]\d*")


def wrong(message: str, hint: str = "") -> PydanticCustomError:
    """Make the error that a validator raises: what is wrong, and what to do."""
    # The texts travel in the context, so that their braces are not taken for placeholders.
    return PydanticCustomError("tocsin", "{message}", {"message": message, "hint": hint})


def parse_duration(value: Any) -> timedelta:
    """Read «90s», «5m», «1h30m», «7d» or «2w»."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise wrong("a duration needs a unit", f'write "{value}s" for seconds, "{value}m" for minutes')
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        raise wrong("not a duration", 'write a number and a unit: "90s", "5m", "1h30m", "7d", "2w"')
    duration = timedelta()
    for number, unit in _DURATION_PART.findall(value):
        seconds = float(number) * _UNITS[unit]
        if seconds > _LONGEST.total_seconds():
            raise wrong("longer than ten years", "shorten it")
        duration += timedelta(seconds=seconds)
    if not timedelta(seconds=1) <= duration <= _LONGEST:
        raise wrong("a duration must be between one second and ten years", "change it")
    return duration


def parse_rate(value: Any) -> float:
    """Read «1000/h», «20/m» or «5000/d», as so many an hour."""
    found = _RATE.fullmatch(value) if isinstance(value, str) else None
    if not found or not int(found[1]):
        raise wrong("not a rate", 'write how many in how long: "1000/h", "20/m", "5000/d"')
    return int(found[1]) * 3600 / _UNITS[found[2]]


def parse_listen(value: Any) -> str:
    """Read «127.0.0.1:8420» or «[::1]:8420», an address of this machine and a port."""
    found = _LISTEN.fullmatch(value) if isinstance(value, str) else None
    if not found or int(found[3]) > _LAST_PORT or not _is_address(found[1] or found[2]):
        raise wrong("not an address of this machine and a port", 'write "127.0.0.1:8420"')
    return found[0]


def _is_address(host: str) -> bool:
    try:
        return host == "localhost" or bool(ip_address(host))
    except ValueError:
        return False


def parse_network(value: Any) -> str:
    """Read «10.0.0.2» or «10.0.0.0/28»."""
    try:
        return str(ip_network(value if isinstance(value, str) else ""))
    except ValueError:
        raise wrong("not an address", 'write "10.0.0.2", or "10.0.0.0/28" for all that begin so') from None


def parse_host(value: Any) -> str:
    """Read a host's name, as it stands in a browser's address bar, without a port."""
    if not isinstance(value, str) or not _HOST.fullmatch(value):
        raise wrong("not the name of a host", 'write "news.example.org", without http:// and port')
    return value.lower()


def show_duration(duration: timedelta) -> str:
    """Write a duration as the configuration does: «1h30m»."""
    seconds = duration.total_seconds()
    parts = []
    for unit in "wdhms":
        count, seconds = divmod(seconds, _UNITS[unit]) if unit != "s" else (seconds, 0)
        if count:
            parts.append(f"{count:g}{unit}")
    return "".join(parts) or "0s"


def word_of(words: type[Enum]) -> BeforeValidator:
    """Accept the lower-case names of an enumeration's members."""
    known = {member.name.lower(): member for member in words}

    def read(value: Any) -> Enum:
        if not isinstance(value, str) or value not in known:
            near = did_you_mean(str(value), known)
            raise wrong("not one of the words for it", near or f"write one of: {', '.join(known)}")
        return known[value]

    return BeforeValidator(read)


def _name(value: str) -> str:
    if not value.strip():
        raise wrong("a name must not be empty", "give it a name of its own")
    if value != value.strip() or not value.isprintable():
        raise wrong(
            "a name must not begin or end with a space, or hold invisible characters", "take them out"
        )
    return value


def _text(value: str) -> str:
    if not value.strip():
        raise wrong("an empty text", "fill it in, or delete it")
    if "\0" in value:
        raise wrong("a character that no text holds: NUL", "take \\u0000 out")
    return value


def _key(value: str) -> str:
    if not _KEY.fullmatch(value):
        plain = value.lstrip("@#")
        hint = (
            f'write "{plain}"'
            if _KEY.fullmatch(plain)
            else "use letters, digits, - and _ only, without spaces"
        )
        raise wrong("not usable in a query", hint)
    return value


def _web_address(value: str) -> str:
    hint = "write it as a browser shows it: https://example.org/feed.xml"
    try:
        parts = urlsplit(value)
        port_is_fine = parts.port != 0
    except ValueError:
        raise wrong("not a web address", hint) from None
    if parts.scheme not in ("http", "https"):
        raise wrong("a source's address must begin with https:// or http://", hint)
    if not parts.hostname or not port_is_fine or " " in value or not value.isprintable():
        raise wrong("not a web address", hint)
    if parts.username or parts.password:
        raise wrong(
            "an address must not carry a password: it is stored and shown", "delete what stands before @"
        )
    return value


def address_fault(value: str) -> str:
    """Say what keeps an address from being a source's, "" if nothing does."""
    try:
        _web_address(value)
    except PydanticCustomError as error:
        return error.message()
    return ""


def _contact(value: str) -> str:
    if (
        not value.isascii()
        or not value.isprintable()
        or " " in value
        or not re.search(r".@.|^https?://.", value)
    ):
        raise wrong("no contact", 'write an email address or a web page: "you@example.org"')
    return value


def _item(value: str) -> str:
    if not _ITEM.fullmatch(value):
        raise wrong("not an item of Wikidata", 'write its number there: "Q7184"')
    return value


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise wrong("not a language", 'write its code of two or three letters: "en", "pl", "uk"')
    return value


def _alias_language(value: str) -> str:
    return value if value == "*" else _language(value)


def _time_zone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (ValueError, KeyError, OSError):
        near = did_you_mean(value, available_timezones())
        raise wrong("not a time zone", near or 'write a name such as "Europe/Warsaw" or "UTC"') from None


def _header_name(value: str) -> str:
    if not _HEADER_NAME.fullmatch(value):
        raise wrong("not a name that HTTP allows", "use letters, digits and - only, as in X-Api-Key")
    return value


def _selector(value: str) -> str:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # noqa: PLC0415 - few need it

    try:
        LexborHTMLParser("").css(value)
    except SelectolaxError:
        raise wrong("not a CSS selector", 'write it as a style sheet does: "article h2 > a"') from None
    return value


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    WithJsonSchema(
        {"type": "string", "pattern": f"^{_DURATION.pattern}$", "examples": ["90s", "5m", "1h30m"]}
    ),
]
Rate = Annotated[
    float,
    BeforeValidator(parse_rate),
    WithJsonSchema({"type": "string", "pattern": f"^{_RATE.pattern}$", "examples": ["1000/h", "20/m"]}),
]
Listen = Annotated[
    str,
    BeforeValidator(parse_listen),
    WithJsonSchema({"type": "string", "pattern": ":[0-9]+$", "examples": ["127.0.0.1:8420"]}),
]
HostName = Annotated[
    str,
    BeforeValidator(parse_host),
    WithJsonSchema({"type": "string", "pattern": f"^{_HOST.pattern}$", "examples": ["news.example.org"]}),
]
Network = Annotated[
    str,
    BeforeValidator(parse_network),
    WithJsonSchema({"type": "string", "examples": ["10.0.0.2", "10.0.0.0/28"]}),
]
SeverityWord = Annotated[
    Severity,
    word_of(Severity),
    WithJsonSchema({"enum": [severity.label for severity in Severity]}),
]
Name = Annotated[str, Field(max_length=100), AfterValidator(_name)]
Key = Annotated[str, Field(max_length=100), AfterValidator(_key)]
Text = Annotated[str, AfterValidator(_text)]
WebAddress = Annotated[
    str, AfterValidator(_web_address), WithJsonSchema({"type": "string", "pattern": "^https?://"})
]
Contact = Annotated[str, AfterValidator(_contact)]
Item = Annotated[
    str, AfterValidator(_item), WithJsonSchema({"type": "string", "pattern": f"^{_ITEM.pattern}$"})
]
Language = Annotated[str, AfterValidator(_language)]
AliasLanguage = Annotated[str, AfterValidator(_alias_language)]
TimeZone = Annotated[
    ZoneInfo, BeforeValidator(_time_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Warsaw"]})
]
HeaderName = Annotated[str, AfterValidator(_header_name)]
Selector = Annotated[str, AfterValidator(_selector)]
