"""Words one alert for one target."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo

from daemon.alert import harmless
from daemon.alert.render import facts_of, fill
from daemon.model import Alert, Form, Message, Style

_LEAST_TITLE = 20  # characters that a limit leaves of it: less tells nothing

_REPEAT = "Possibly a repeat: an earlier attempt to send this alert was not confirmed."

_TEMPLATES = {
    Form.PLAIN: "plain.txt",
    Form.MAIL: "plain.txt",
    Form.MARKDOWN: "markdown.md",
    Form.SHORT: "short.txt",
}


def word(alert: Alert, style: Style, *, zone: tzinfo, news: str = "") -> Message:
    """Write the message that tells an alert, with its times in the reader's zone.

    `news` is what a follow-up has to say («now 4 independent voices»); it leads, and mails show it
    under the alert. A mail has both an HTML and a plain text. Over the style's limit the quotation goes
    first, then the reasons, the end of the title, and last the link.
    """
    facts = facts_of(alert, zone) | {"news": harmless.line(news)}
    return Message(
        key=alert.key,
        title=_subject(facts),
        text=_fit(_TEMPLATES[style.form], facts, style.limit),
        html=fill("mail.html", facts) if style.form is Form.MAIL else "",
        form=style.form,
        severity=alert.severity,
        headers=_headers(alert),
    )


def repeated(message: Message) -> Message:
    """Mark a message that is sent again because nobody knows whether it arrived."""
    if message.form is Form.SHORT:
        return replace(message, text=f"{message.text} (repeat?)")
    html = message.html.replace("</body>", f'<p align="center">{_REPEAT}</p>\n</body>')
    return replace(message, text=f"{message.text}\n{_REPEAT}", html=html)


def _fit(template: str, facts: Mapping[str, object], limit: int) -> str:
    text = fill(template, facts)
    for spared in ("quote", "reasons", "title", "url"):
        if not limit or len(text) <= limit:
            return text
        left = _rest_of(str(facts["title"]), len(text) - limit) if spared == "title" else ""
        facts = {**facts, spared: left}
        text = fill(template, facts)
    return text


def _rest_of(title: str, surplus: int) -> str:
    return harmless.shorten(title, max(len(title) - surplus, _LEAST_TITLE))


def _subject(facts: Mapping[str, object]) -> str:
    update = f"{facts['news']}: " if facts["news"] else ""
    return harmless.plain(f"[{facts['severity']}] {facts['rule']}: {update}{facts['title']}")


def _headers(alert: Alert) -> Mapping[str, str]:
    """Tell the alert's key to programs. Mails that answer to one id are shown as one thread."""
    return {"X-Tocsin-Alert": alert.key, "References": f"<{alert.key}@tocsin.invalid>"}
