"""Messages as Slack takes them from Apprise, and a page that shows them much as Slack does."""

import asyncio
import os
import re
import ssl
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import trustme

from daemon.alert import digest, notice, word
from daemon.deliver import Deliverer
from daemon.model import Form, Message, Secret, Style
from servers.http import HttpServer
from servers.mails import AIRPORT, ARABIC, BRIDGE, CORRECTED, LONG, MINISTRY, PROBLEMS, VIENNA
from servers.slack import Post, Slack

_CHAT = Style(Form.MARKDOWN, 35_000)
_FOLD = 5  # lines of an attachment, after which Slack shows «Show more»

_PAGE = """<!doctype html><meta charset="utf-8"><style>
:root {{ color-scheme: light dark }}
body {{ margin: 0; padding: 16px 20px; font: 15px/1.47 Lato, Arial, sans-serif; overflow-wrap: anywhere }}
a {{ color: LinkText; text-decoration: none }}
blockquote {{ margin: 4px 0; padding-left: 14px; border-left: 4px solid #8884 }}
code {{ font-size: 12px; padding: 2px 3px; border: 1px solid #8884; border-radius: 3px }}
.attached {{ padding-left: 12px; border-left: 4px solid #8884 }}
</style><b>Tocsin</b> <small>APP 20:57</small>{}"""


def posts() -> dict[str, Post]:
    """Give one post of each kind, by name."""
    night = [MINISTRY, BRIDGE, ARABIC, LONG]
    return asyncio.run(
        _posted(
            {
                "alert": word(AIRPORT, _CHAT, zone=VIENNA),
                "corrected": word(CORRECTED, _CHAT, zone=VIENNA),
                "digest": digest(night, _CHAT, zone=VIENNA, reason="held in quiet hours"),
                "long-digest": digest(night * 5, _CHAT, zone=VIENNA),
                "operator": notice(PROBLEMS, _CHAT),
            }
        )
    )


def as_shown(post: Post) -> str:
    """Write a page that shows a post: its text, and its attachments with what is folded left out."""
    shown = [_marked_up(post.payload.get("text", ""))]
    for attachment in post.payload.get("attachments", ()):
        lines = attachment.get("text", "").split("\n")
        more = "<br><a>Show more</a>" if len(lines) > _FOLD else ""
        title = f"<b>{attachment.get('title', '')}</b><br>" if attachment.get("title") else ""
        folded = _marked_up("\n".join(lines[:_FOLD]))
        shown.append(f"<div class='attached'>{title}{folded}{more}</div>")
    return _PAGE.format("".join(f"<div dir='auto'>{each}</div>" for each in shown if each))


def _marked_up(text: str) -> str:
    """Read Slack's markup: <https://docs.slack.dev/messaging/formatting-message-text>."""
    text = re.sub(r"<([^|>]+)\|([^>]+)>", r'<a href="\1">\2</a>', text)
    text = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"<b>\1</b>", text)
    text = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", text)
    text = re.sub(r"^(?:>|&gt;) ?(.*)$", r"<blockquote>\1</blockquote>", text, flags=re.MULTILINE)
    return text.replace("</blockquote>\n", "</blockquote>").replace("\n", "<br>")


async def _posted(messages: Mapping[str, Message]) -> dict[str, Post]:
    """Send messages through Apprise, TLS and a proxy to what stands for Slack."""
    authority, context, slack = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), Slack()
    authority.issue_cert("hooks.slack.com").configure_cert(context)
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "authority.pem"
        authority.cert_pem.write_to_path(str(bundle))
        async with HttpServer(slack, context) as proxy:
            os.environ |= {"HTTPS_PROXY": f"http://{proxy.address}", "REQUESTS_CA_BUNDLE": str(bundle)}
            sender = Deliverer()
            for number, message in enumerate(messages.values()):
                url = f"slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi{number:02}/#alerts"
                outcome = await sender.send(Secret(url), message, timedelta(seconds=20))
                assert outcome.ok, outcome
    return dict(zip(messages, slack.posts, strict=True))
