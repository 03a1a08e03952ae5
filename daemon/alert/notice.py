"""Words of Tocsin's own, to an operator: written for one target, and shortened where it takes no more."""

from collections.abc import Sequence
from dataclasses import replace

from daemon.alert import harmless
from daemon.alert.render import COLOURS, fill
from daemon.model import Form, Message, Style

_MORE = "… and more: `tocsin status`"


def notice(message: Message, style: Style) -> Message:
    """Write a message in lines for a target: a mail gets an HTML part, a short service one line.

    Over the style's limit the last lines go, and the message says so.
    """
    lines = [harmless.line(line) for line in message.text.splitlines()]
    if style.form is Form.SHORT:
        told = harmless.plain(f"{message.title}: {'; '.join(filter(None, lines))}")
        return replace(message, text=harmless.shorten(told, style.limit), form=Form.SHORT)
    text = _within(lines, style.limit - len(message.title) - 2 if style.limit else 0)
    if style.form is not Form.MAIL:
        return replace(message, text=text)
    # What stands between backticks is a command, to be copied as it is.
    facts = {"title": message.title, "lines": [line.split("`") for line in lines]}
    facts |= {"colour": COLOURS[message.severity]}
    return replace(message, text=text, html=fill("notice.html", facts), form=Form.MAIL)


def _within(lines: Sequence[str], limit: int) -> str:
    text = "\n".join(lines)
    if not limit or len(text) <= limit:
        return text
    kept, _, cut = text[: limit - len(_MORE) - 1].rpartition("\n")
    return f"{kept or cut}\n{_MORE}"
