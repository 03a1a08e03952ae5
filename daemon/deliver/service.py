"""Apprise, as one target and one message need it. It costs 40 MB and 0.3 s: import this when sending."""

from datetime import timedelta
from typing import Any

from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType
from apprise.exception import AppriseException
from apprise.plugins.slack import NotifySlack

from daemon.deliver.outcome import classify
from daemon.deliver.slack import unfold
from daemon.deliver.wire import install, listen
from daemon.model import Form, Message, Outcome, Secret, Severity, Style

_SHORT = 1_000  # characters; below it a service is one for short messages, as SMS is

# Apprise waits 5.5 s between mails, for fear of providers; a newsroom's own server takes one a second.
_SPACING = {"mailto": 1.0, "mailtos": 1.0}

_KINDS = {
    Severity.INFO: NotifyType.INFO,
    Severity.NOTICE: NotifyType.INFO,
    Severity.HIGH: NotifyType.WARNING,
    Severity.CRITICAL: NotifyType.FAILURE,
}


def understand(url: Secret) -> Any | None:
    """Make Apprise's object for an address, fresh, so that no two sends share anything; None if it can't.

    Its own throttle, a sleep that threads race for, is off: `Deliverer` spaces the messages.
    """
    install()
    asset = AppriseAsset(app_id="Tocsin", app_desc="Tocsin", image_url_mask="", image_url_logo="")
    try:
        service = Apprise.instantiate(url.reveal(), asset=asset, suppress_exceptions=True)
    except (AppriseException, TypeError, ValueError):
        return None
    if service is not None:
        service.request_rate_per_sec = 0
    if isinstance(service, NotifySlack):
        unfold(service)
    return service


def style_of(service: Any) -> Style:
    """Say what a service can show."""
    form, most = _form(service), service.body_maxlen
    # Apprise writes Markdown in each service's own dialect, some of which say more with more signs.
    limit = most * 3 // 4 if form is Form.MARKDOWN else most
    return Style(form, limit, titled=service.title_maxlen > 0)


def _form(service: Any) -> Form:
    """Choose by what Apprise says of the service; what takes headers and Markdown is read by programs."""
    formats = service.notify_format if isinstance(service.notify_format, tuple) else (service.notify_format,)
    if service.body_maxlen < _SHORT:
        return Form.SHORT
    if NotifyFormat.MARKDOWN in formats:
        return Form.PLAIN if "headers" in service.template_kwargs else Form.MARKDOWN
    return Form.MAIL if formats[0] is NotifyFormat.HTML else Form.PLAIN


def spacing(service: Any) -> float:
    """Seconds that a service wants between two messages, in the long run."""
    return float(_SPACING.get(_scheme(service), type(service).request_rate_per_sec))


def attempt(url: Secret, message: Message, within: timedelta) -> Outcome:
    """Send one message to one target, in this thread, once, and cut it off after some time."""
    with listen(within) as trace:
        try:
            service = understand(url)
            if service is None:
                said = "; ".join(trace.words) or "the address is not one that Apprise understands"
                return Outcome(ok=False, kind="rejected", detail=said, permanent=True)
            ok = _notify(service, message)
        except Exception as error:  # noqa: BLE001 - 130 services, each with libraries and bugs of its own
            trace.broken, ok = error, False
    return classify(trace, ok=ok, url=url)


def _notify(service: Any, message: Message) -> bool:
    if isinstance(getattr(service, "headers", None), dict):
        service.headers.update(message.headers)
    if message.thread and getattr(service, "mode", "") == "bot":  # Slack; a webhook cannot thread
        service.channels = [f"{channel}:{message.thread}" for channel in service.channels]
    titled = message.form in {Form.MAIL, Form.PLAIN}
    title = message.title[: service.title_maxlen] if titled else ""
    body, kind = (message.html, NotifyFormat.HTML) if message.html else (message.text, _format(message.form))
    return bool(
        service.notify(
            body=body,
            title=title,
            body_format=kind,
            notify_type=_KINDS[message.severity],
        )
    )


def _format(form: Form) -> NotifyFormat:
    # Never None: undeclared, Apprise passes mentions through that a stranger wrote into a headline.
    return NotifyFormat.MARKDOWN if form is Form.MARKDOWN else NotifyFormat.TEXT


def _scheme(service: Any) -> str:
    return str(service.url(privacy=True)).partition(":")[0]
