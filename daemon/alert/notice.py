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
    if not style.titled:
        lines.insert(0, harmless.line(message.title))
    if style.form is Form.MARKDOWN:  # as the text is plain, Apprise escapes each sign that marks text up
        style = replace(style, limit=style.limit * 2 // 3)
    text = _within(lines, style)
    if style.form is not Form.MAIL:
        return replace(message, text=text)
    # What stands between backticks is a command, to be copied as it is.
    facts = {"title": message.title, "lines": [line.split("`") for line in lines]}
    facts |= {"colour": COLOURS[message.severity]}
    return replace(message, text=text, html=fill("notice.html", facts), form=Form.MAIL)


def _within(lines: Sequence[str], style: Style) -> str:
    """Keep the first lines that a limit lets be told."""
    text = "\n".join(lines)
    if not style.limit or harmless.size(text, style.form) <= style.limit:
        return text
    kept: list[str] = []
    for line in lines:
        if harmless.size("\n".join([*kept, line, _MORE]), style.form) > style.limit:
            break
        kept.append(line)
    return "\n".join([*(kept or [harmless.shorten(lines[0], style.limit // 6)]), _MORE])
