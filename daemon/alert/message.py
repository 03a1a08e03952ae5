"""Words one alert for one target, or several of one article as one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import partial

from daemon.alert import harmless
from daemon.alert.own import fill_own
from daemon.alert.render import facts_of, fill
from daemon.model import Alert, Form, Message, Style

_REFERENCES = 20  # ids in a digest's header: enough for follow-ups to find it, short enough for any server
_LEAST_TITLE = 20  # characters that a limit leaves of it: less tells nothing

_REPEAT = "Possibly a repeat: an earlier attempt to send this alert was not confirmed."
_REPEAT_HTML = '<p class="soft" style="text-align:center;font-size:13px;color:#5a616b">{}</p>'

_TEMPLATES = {
    Form.PLAIN: "plain.txt",
    Form.MAIL: "plain.txt",
    Form.MARKDOWN: "markdown.md",
    Form.SHORT: "short.txt",
}


def word(
    alert: Alert, style: Style, *, zone: tzinfo, template: str = "", keys: Sequence[str] = ()
) -> Message:
    """Write the message that tells an alert, with its times in the reader's zone.

    A follow-up's news leads, and mails show it under the alert. A mail has both an HTML and a plain
    text. Over the style's limit the quotation goes first, then the reasons, the end of the title, and
    last the link. `template` is the user's own for this target; where it fails, Tocsin's stands in.
    `keys` are those of the alerts that were put `together` in this one.
    """
    facts = facts_of(alert, zone)
    is_mail = style.form is Form.MAIL
    return Message(
        key=alert.key,
        title=_subject(facts),
        text=_text(facts, style, "" if is_mail else template),
        html=_html(facts, template) if is_mail else "",
        form=style.form,
        severity=alert.severity,
        headers=headers(keys or [alert.key]),
    )


def together(alerts: Sequence[Alert]) -> Alert | None:
    """Put the alerts of several rules on one article, with the same news, into one; None for any others.

    The most severe gives the key under which it is told; the rules and the reasons are those of all.
    """
    if len({(alert.url or alert.key, alert.news) for alert in alerts}) != 1:
        return None
    ranked = sorted(alerts, key=lambda alert: -alert.severity)
    return replace(
        ranked[0],
        rule=", ".join(dict.fromkeys(alert.rule for alert in ranked)),
        reasons=tuple(dict.fromkeys(reason for alert in ranked for reason in alert.reasons)),
        voices=max(alert.voices for alert in ranked),
        copies=max(alert.copies for alert in ranked),
    )


def repeated(message: Message) -> Message:
    """Mark a message that is sent again because nobody knows whether it arrived."""
    if message.form is Form.SHORT:
        return replace(message, text=f"{message.text} (repeat?)")
    html = message.html.replace("</body>", f"{_REPEAT_HTML.format(_REPEAT)}\n</body>")
    return replace(message, text=f"{message.text}\n{_REPEAT}", html=html)


def _text(facts: Mapping[str, object], style: Style, template: str) -> str:
    """Write the text, by the user's template if that does not fail on these facts, or within the limit."""
    own = _fit(partial(fill_own, template, style.form), facts, style) if template else ""
    if own and (not style.limit or harmless.size(own, style.form) <= style.limit):
        return own
    return _fit(partial(fill, _TEMPLATES[style.form]), facts, style)


def _html(facts: Mapping[str, object], template: str) -> str:
    return fill_own(template, Form.MAIL, facts) or fill("mail.html", {"item": facts})


def _fit(write: Callable[[Mapping[str, object]], str], facts: Mapping[str, object], style: Style) -> str:
    text = write(facts)
    for spared in ("quote", "reasons", "title", "url"):
        surplus = harmless.size(text, style.form) - style.limit
        if not style.limit or surplus <= 0:
            return text
        left = _rest_of(str(facts["title"]), surplus) if spared == "title" else ""
        facts = {**facts, spared: left}
        text = write(facts)
    return text


def _rest_of(title: str, surplus: int) -> str:
    return harmless.shorten(title, max(len(title) - surplus, _LEAST_TITLE))


def _subject(facts: Mapping[str, object]) -> str:
    # What was corrected stands in the text: a subject tells that it was, and of what.
    news = str(facts["news"]).partition(":")[0]
    update = f"{news}: " if news else ""
    return harmless.plain(f"[{facts['severity']}] {facts['rule']}: {update}{facts['title']}")


def headers(keys: Sequence[str]) -> Mapping[str, str]:
    """Tell the alerts' keys to programs. Mails that answer to one id are shown as one thread."""
    references = " ".join(f"<{key}@tocsin.invalid>" for key in keys[:_REFERENCES])
    return {"X-Tocsin-Alert": " ".join(keys), "References": references}
