"""Whether an address is one that its library knows, told from its form alone.

Importing Apprise takes longer than reading any configuration. So services.txt keeps the services of
Apprise 2.3, and Apprise itself is asked only of one that is not among them; `tocsin channels test` asks it
of the whole address.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from daemon.config.suggest import did_you_mean

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://(.*)", re.IGNORECASE | re.DOTALL)
_SECOND = re.compile(r"[,\s]\s*[a-z][a-z0-9]+://", re.IGNORECASE)
# Services whose own web address Apprise takes as it is.
_NATIVE = re.compile(
    r"(?:[\w.-]+\.)?(?:slack\.com|discord(?:app)?\.com|guilded\.gg|webexapis\.com|ciscospark\.com|ryver\.com"
    r"|flock\.com|ifttt\.com|zoom\.us|stackfield\.com|victorops\.com|xmatters\.com|squadcast\.com|incident\.io"
    r"|firehydrant\.com|fluxer\.app|t2bot\.io|notica\.us|tkte\.ch|qq\.com|kookapp\.cn|pushplus\.plus|wpush\.cn"
    r"|youlmk\.com|46elks\.com|lfg\.gm|azure\.com|powerplatform\.com|zoho(?:cloud)?(?:\.[a-z]+){1,2})",
    re.IGNORECASE,
)
# Services of this machine, which need nothing more.
_LOCAL = frozenset({"blink1", "dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"})


def check_address(address: str) -> tuple[str, str] | None:
    """Say what is wrong with an Apprise address and what to do; None when it looks right.

    Neither text holds any part of the address but its scheme.
    """
    match = _ADDRESS.fullmatch(address)
    if not match:
        return "not an Apprise address", "it looks like slack://…, mailtos://… or json://…"
    scheme, rest = match[1].lower(), match[2]
    if scheme in ("http", "https"):
        return _check_web(scheme, rest)
    if scheme not in _services() and not _is_known_to_apprise(scheme):
        hint = did_you_mean(scheme, _services()) or "Apprise's documentation lists its services"
        return f"Apprise knows no service «{scheme}»", hint
    if not rest.strip("/") and scheme not in _LOCAL:
        return f"nothing follows {scheme}://", "add what the service asks for: tokens, a host, a recipient"
    if _SECOND.search(rest) or "\n" in rest:
        return "more than one address", "make a channel of each, so that each is retried by itself"
    return None


def check_proxy(address: str) -> tuple[str, str] | None:
    """Say what is wrong with a proxy's address and what to do; None when it looks right."""
    if re.fullmatch(r"(?:https?|socks5h?)://(?:[^@/\s]+@)?[^@/\s]+/?", address, re.IGNORECASE):
        return None
    return "not the address of a proxy", "it looks like http://host:port or socks5://user:password@host:port"


def check_header(text: str) -> tuple[str, str] | None:
    """Say what is wrong with what a header is to hold and what to do; None when it looks right."""
    if text.isascii() and text.isprintable():
        return None
    return "no header can hold this text", "use printable ASCII characters, on one line"


def check_password(_text: str) -> None:
    """Take any text: it is encoded before it is sent."""


def check_database(address: str) -> tuple[str, str] | None:
    """Say what is wrong with a database's address and what to do; None when it looks right."""
    if re.match(r"sqlite:///.|postgresql(\+psycopg)?://.", address):
        return None
    return (
        "neither an SQLite file's address nor a PostgreSQL database's",
        "write sqlite:////var/lib/tocsin/tocsin.db, postgresql+psycopg://user@host/database, or leave it out",
    )


def _check_web(scheme: str, rest: str) -> tuple[str, str] | None:
    host = re.split(r"[/:?#]", rest.rpartition("@")[2], maxsplit=1)[0]
    if _NATIVE.fullmatch(host):
        return None
    ours = "jsons" if scheme == "https" else "json"
    return (
        "no service that Apprise knows lives there",
        f"for a webhook of your own write {ours}:// for {scheme}://",
    )


@cache
def _services() -> frozenset[str]:
    return frozenset(files("daemon.config").joinpath("services.txt").read_text("utf-8").split())


def _is_known_to_apprise(scheme: str) -> bool:
    from apprise.manager_plugins import NotificationManager  # noqa: PLC0415  see above

    manager: Any = NotificationManager  # it is not typed
    return scheme in manager().schemas()
