"""Strangers' texts made harmless: one line, no invisible commands, no markup of their own.

What makes a text dangerous differs by format, so each format has its own escape here, and the
templates apply it to everything they print.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

from daemon.model import Form

_SPACES = re.compile(" {2,}")
_JOINERS = "\u200c\u200d"  # Persian and the scripts of India are misspelt without them
_MARKS = 4  # combining marks on one letter; no script stacks more, decorated nonsense does

# What chats answer to with a bell: for everybody wherever it stands, for one person at a word's start.
_CALLS = re.compile(r"@(?=(?:everyone|here|channel|all|room)\b)|(?<!\w)@(?=[\w&!])", re.IGNORECASE)

# CommonMark's punctuation, escaped with a backslash where every converter of Apprise drops it again …
_ESCAPED = re.compile(r"([<>\[\]()!#])")
# … and, since Slack shows that backslash before other signs, a twin for those that would mark text up.
_TWINS = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼", "\\": "⧵", "|": "∣"})
_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)|(?<=_)_")
_LIST_ITEM = re.compile(r"^(?:([-+=])|(\d+)([.)])(?=\s))")


class Safe(str):
    """A text that its format needs no escape for."""

    __slots__ = ()


def visible(text: str) -> str:
    """Drop controls, bidirectional overrides and invisible signs; any white space becomes one space."""
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category == "Mn" else 0
        if char.isspace():
            kept.append(" ")
        elif (category not in {"Cc", "Cf", "Cs", "Co"} or char in _JOINERS) and marks <= _MARKS:
            kept.append(char)
    return _SPACES.sub(" ", "".join(kept))


def line(text: str, limit: int = 0) -> str:
    """Give what is visible of a text on one line; with a limit, in as many characters at most."""
    return shorten(visible(text[: 8 * limit] if limit else text).strip(), limit)


def shorten(text: str, limit: int) -> str:
    """Cut a line to a limit in characters (0 for none), between words where that costs little."""
    if not limit or len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit * 2 // 3 else cut).rstrip(" ,;:–—-") + "…"


def size(text: str, form: Form) -> int:
    """Count a text's characters as they are sent: what Markdown escapes is an entity in many a chat."""
    return len(text) + (4 * sum(map(text.count, "&<>")) if form is Form.MARKDOWN else 0)


def plain(text: str) -> str:
    """Escape for a plain text that a chat may show: it may call nobody."""
    return _CALLS.sub("@\u2060", visible(text))


def markdown(text: str) -> str:
    """Escape for CommonMark, so that what Apprise makes of it shows as it was written.

    Slack's markup knows no backslash, and Apprise passes on what it does not convert: signs that would
    mark text up there are replaced by twins that only look alike.
    """
    text = _LIST_ITEM.sub(_harmless_item, plain(text).translate(_TWINS))
    return _ESCAPED.sub(r"\\\1", _UNDERSCORE.sub("\uff3f", text))


def _harmless_item(match: re.Match[str]) -> str:
    sign, number, stop = match.groups()
    return f"\u2060{sign}" if sign else f"{number}\u2060{stop}"


def web_address(url: str) -> str:
    """Give an address fit to be a link in every format, or "" for one that is not of the web."""
    try:
        parts = urlsplit("".join(url.split()))
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return ""
    if not parts.netloc.isascii():
        parts = parts._replace(netloc=host + (f":{parts.port}" if parts.port else ""))
    return quote(urlunsplit(parts), safe="/:?#[]@!$&+,;=%~")
