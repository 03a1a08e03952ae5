"""Words one alert for one form of message."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from daemon.alert import harmless
from daemon.alert.harmless import Safe
from daemon.model import Alert, Form, Message, Piece, Precision, Severity, Style

_TITLE = 200  # characters; the longest honest headlines have about 150
_LEAST_TITLE = 20  # characters that a limit leaves of it: less tells nothing
_NAME = 80  # characters of a rule's or a source's name
_REASON = 300

_REPEAT = "Possibly a repeat: an earlier attempt to send this alert was not confirmed."

# Of a bar at the mail's side; the word says it too.
_COLOURS = {
    Severity.INFO: "#6b7280",
    Severity.NOTICE: "#2f7ed8",
    Severity.HIGH: "#d06a00",
    Severity.CRITICAL: "#e03131",
}

_ESCAPES: dict[str, Callable[[str], str]] = {
    "plain.txt.j2": harmless.plain,
    "short.txt.j2": harmless.plain,
    "markdown.md.j2": harmless.markdown,
    "mail.html.j2": harmless.visible,  # and then HTML's own escape, by autoescape
}
_TEXTS = {
    Form.PLAIN: "plain.txt.j2",
    Form.MAIL: "plain.txt.j2",
    Form.MARKDOWN: "markdown.md.j2",
    Form.SHORT: "short.txt.j2",
}


def word(alert: Alert, style: Style, *, zone: tzinfo, repeat: bool = False) -> Message:
    """Write the message that tells an alert, with its times in the reader's zone.

    `repeat` marks one that may have arrived before. A mail has both an HTML and a plain text. Over the
    style's limit the quotation goes first, then the reasons, the end of the title, and last the link.
    """
    facts = _facts(alert, zone, repeat=repeat)
    form = style.form
    return Message(
        key=alert.key,
        title=_subject(alert),
        text=_fit(_TEXTS[form], facts, style.limit),
        html=_fill("mail.html.j2", facts) if form is Form.MAIL else "",
        form=form,
        severity=alert.severity,
        headers=_headers(alert),
    )


def _fit(template: str, facts: Mapping[str, object], limit: int) -> str:
    text = _fill(template, facts)
    for spared in ("quote", "reasons", "repeat", "title", "url"):
        if not limit or len(text) <= limit:
            return text
        left = _rest_of(str(facts["title"]), len(text) - limit) if spared == "title" else Safe()
        facts = {**facts, spared: left}
        text = _fill(template, facts)
    return text


def _rest_of(title: str, surplus: int) -> str:
    return harmless.shorten(title, max(len(title) - surplus, _LEAST_TITLE))


def _fill(template: str, facts: Mapping[str, object]) -> str:
    return _environment(template).get_template(template).render(facts)


@cache
def _environment(template: str) -> Environment:
    """Make an environment in which whatever the template prints is escaped for its format."""
    escape = _ESCAPES[template]
    return Environment(
        loader=PackageLoader("daemon.alert"),
        autoescape=template.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Safe) else escape(str(value)),
    )


def _facts(alert: Alert, zone: tzinfo, *, repeat: bool) -> dict[str, object]:
    return {
        "key": alert.key,
        "title": harmless.line(alert.title, _TITLE) or "(no title)",
        "url": Safe(harmless.web_address(alert.url)),
        "source": harmless.line(alert.source, _NAME) or "unnamed source",
        "severity": alert.severity.label,
        "colour": _COLOURS[alert.severity],
        "rule": harmless.line(alert.rule, _NAME),
        "published": _moment(alert.published, zone, alert.published_precision),
        "found": _moment(alert.found, zone),
        "quote": [_visible(piece) for piece in alert.quote],
        "reasons": [harmless.line(reason, _REASON) for reason in alert.reasons],
        "repeat": _REPEAT if repeat else "",
    }


def _visible(piece: Piece) -> Piece:
    text = harmless.visible(piece.text)
    if not piece.marked:
        return Piece(text)
    # Markdown's bold begins and ends at a letter; nothing in bold is a row of asterisks.
    return Piece(text.strip(), marked=bool(text.strip()))


def _subject(alert: Alert) -> str:
    rule, title = harmless.line(alert.rule, _NAME), harmless.line(alert.title, _TITLE) or "(no title)"
    return harmless.plain(f"[{alert.severity.label}] {rule}: {title}")


def _headers(alert: Alert) -> Mapping[str, str]:
    """Tell the alert's key to programs. Mails that answer to one id are shown as one thread."""
    return {"X-Tocsin-Alert": alert.key, "References": f"<{alert.key}@tocsin.invalid>"}


def _moment(time: datetime | None, zone: tzinfo, precision: Precision = Precision.SECOND) -> str:
    if time is None:
        return "at an unknown time"
    # A date without a time is the publisher's own: moving it to a zone would change it.
    if precision is Precision.YEAR:
        return f"{time:%Y}"
    if precision is Precision.MONTH:
        return f"{time:%b %Y}"
    if precision is Precision.DAY:
        return f"{time.day} {time:%b %Y}"
    local = time.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M %Z}"
