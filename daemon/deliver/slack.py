"""Slack, so that a message is read in full: what Apprise makes an attachment is folded after five lines."""

import re
from collections.abc import Mapping
from typing import Any

_WHOLE = 4_000  # characters: Slack cuts a longer text into several messages, wherever that falls
_BLOCK = 3_000  # characters of a block, which a template of Apprise's for Slack is made of

_BOLD = re.compile(r"(\w?)(\*[^*\n]+\*)(?=(\w?))")
_HAIR = "\u200a"  # the narrowest space, without which Slack takes an asterisk within a word for itself


def unfold(service: Any) -> None:
    """Let what is sent stand in the message's own text, which is in notifications too.

    <https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments>
    """
    service.use_blocks = bool(service.template)
    if service.use_blocks:
        service.body_maxlen = _BLOCK
    send = service._send  # noqa: SLF001 - the one place that sees a payload before it is sent
    service._send = lambda url, payload, **more: send(url, unfolded(payload), **more)  # noqa: SLF001


def unfolded(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Give a payload with its attachment's text as the message's, or at least the text's first line.

    Links bring no previews along: a digest has many. What starts a workflow is left as the workflow knows it.
    """
    if not {"attachments", "blocks"} & payload.keys():
        return dict(payload)
    quiet = {**payload, "unfurl_links": False, "unfurl_media": False}
    (attachment,) = payload.get("attachments", ({},))
    text = _BOLD.sub(_spaced, attachment.get("text", ""))
    if not text or attachment.get("title"):
        return quiet
    if len(text) <= _WHOLE:
        del quiet["attachments"]
        return {**quiet, "text": text}
    first, _, rest = text.partition("\n")
    folded = {**attachment, "text": rest.lstrip("\n"), "mrkdwn_in": ["text"]}
    return {**quiet, "text": first, "attachments": [folded]}


def _spaced(bold: re.Match[str]) -> str:
    before, text, after = bold.groups()
    return f"{before}{_HAIR if before else ''}{text}{_HAIR if after else ''}"
