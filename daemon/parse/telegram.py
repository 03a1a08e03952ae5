"""Telegram's public channel pages (t.me/s/NAME): each message an entry, newest first."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from daemon.errors import ParseError
from daemon.model import Entry, Feed
from daemon.parse.address import join
from daemon.parse.charset import decode
from daemon.parse.dates import parse_date
from daemon.parse.page import open_page
from daemon.parse.plain import one_line, to_plain

_HOME = "https://t.me/"
_BACKGROUND = re.compile(r"background-image:\s*url\(['\"]?([^'\")]{1,2000})")
_COUNT = re.compile(r"(\d+(?:\.\d+)?)([KM]?)")
_TIMES = {"": 1, "K": 1_000, "M": 1_000_000}
_LONGEST_TITLE = 160  # characters; a message has no title, so its first paragraph stands for one
_TEXTS = (  # what a message can say, in the order it shows; a reply quotes its message elsewhere
    ".tgme_widget_message_text.js-message_text",
    ".tgme_widget_message_poll_question",
    ".tgme_widget_message_poll_option_text",
    ".tgme_widget_message_document_title",
    ".link_preview_title",
    ".link_preview_description",
)


def parse_telegram(body: bytes, *, url: str = "", content_type: str | None = None) -> Feed:
    """Read the messages of a channel page; ParseError("no_preview") if there is none to read.

    Telegram answers with a page without messages when a name does not exist, is a person's or a
    group's, or when the channel has closed its preview.
    """
    page = open_page(decode(body, content_type))
    messages = page.css(".tgme_widget_message[data-post]")
    header = page.css_first(".tgme_channel_info_header_title")
    if not messages and header is None:
        raise ParseError(
            "no_preview",
            "This is not a public channel page of Telegram: the name is wrong, or a person's, or the "
            "channel shows no preview. Its address should look like https://t.me/s/NAME.",
        )
    nested = {node.mem_id for node in page.css(".tgme_widget_message .tgme_widget_message")}
    entries = [
        _entry(message)
        for message in messages
        if message.mem_id not in nested and "service_message" not in _classes(message)
    ]
    return Feed(
        title=one_line(header.text()) if header else "",
        url=url,
        entries=tuple(reversed(entries)),
        next_page=_older(page, url),
    )


def _entry(message: LexborNode) -> Entry:
    post = message.attributes.get("data-post") or ""
    texts = [to_plain(node.html or "") for selector in _TEXTS for node in message.css(selector)]
    content = "\n\n".join(dict.fromkeys(filter(None, texts)))
    time = message.css_first(".tgme_widget_message_date time") or message.css_first("time[datetime]")
    published, precision = parse_date((time.attributes.get("datetime") or "") if time else "")
    author = _text(message, ".tgme_widget_message_from_author")
    return Entry(
        id=post,
        url=_address(message, ".tgme_widget_message_date") or f"https://t.me/{post}",
        title=_headline(content),
        content=content,
        authors=(author,) if author else (),
        published=published,
        published_precision=precision,
        image=_image(message),
        forwarded_from=_text(message, ".tgme_widget_message_forwarded_from_name"),
        views=_views(_text(message, ".tgme_widget_message_views")),
    )


def _headline(content: str) -> str:
    first = content.partition("\n\n")[0]
    if len(first) <= _LONGEST_TITLE:
        return first
    return first[:_LONGEST_TITLE].rpartition(" ")[0].rstrip(",;:–—-") + "…"


def _classes(node: LexborNode) -> list[str]:
    return (node.attributes.get("class") or "").split()


def _text(message: LexborNode, selector: str) -> str:
    node = message.css_first(selector)
    return one_line(node.text()) if node else ""


def _address(message: LexborNode, selector: str) -> str:
    node = message.css_first(selector)
    return (node.attributes.get("href") or "") if node else ""


def _image(message: LexborNode) -> str:
    for node in message.css(
        ".tgme_widget_message_photo_wrap, .tgme_widget_message_video_thumb, .link_preview_image, "
        ".tgme_widget_message_roundvideo_thumb, .link_preview_right_image, .link_preview_video_thumb"
    ):
        if match := _BACKGROUND.search(node.attributes.get("style") or ""):
            return join(_HOME, match[1])
    return ""


def _views(text: str) -> int | None:
    """Read «873», «12.3K», «1.2M»."""
    match = _COUNT.fullmatch(text)
    return round(float(match[1]) * _TIMES[match[2]]) if match else None


def _older(page: LexborHTMLParser, url: str) -> str:
    link = page.css_first("a.tme_messages_more[data-before]") or page.css_first("link[rel=prev]")
    return join(url or _HOME, (link.attributes.get("href") or "")) if link else ""
