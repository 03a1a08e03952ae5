"""Markup to plain text, paragraphs split by a blank line: in linear time, whatever the markup."""

import re
from html import unescape

# Quoted values may hold «>», and «<» a few times over; that «few» keeps hostile tags linear.
_ATTRIBUTES = r"""[^<>"']*+(?:(?:"[^"<]*+(?:<[^"<]*+){0,3}"|'[^'<]*+(?:<[^'<]*+){0,3}')[^<>"']*+)*+>"""
_BLOCK = (
    r"/?(?:\w+:)?(?:p|div|h[1-6]|br|[uod]l|li|d[td]|tr|table|blockquote|pre|section|article|header|footer|"
    r"figure|figcaption|aside|nav|main|form|hr|center|address|details|summary|P|DIV|H[1-6]|BR|[UO]L|LI|T[RD])"
)
_TAG = re.compile(rf"<(?:({_BLOCK})\b{_ATTRIBUTES}|[a-zA-Z/]{_ATTRIBUTES}|[a-zA-Z/!?][^<>]*+>)")
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|noscript|template|iframe|object|svg|math|head)\b[^<>]*+>.*?(?:</\1\s*+>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_MAY_HIDE = ("<!--", "<s", "<S", "<no", "<te", "<if", "<ob", "<ma", "<he")


def to_plain(markup: str) -> str:
    """Give the text of HTML: tags gone, references resolved, white space folded.

    Blocks and line breaks become paragraphs. Comments, scripts, styles and other content that no
    reader sees are left out, and so are soft hyphens and zero-width marks, which only hide words.
    """
    text = _spaced(markup)
    if "<" in text:
        if any(mark in text for mark in _MAY_HIDE):
            text = _HIDDEN.sub("", text)
        pieces = _TAG.split(text)
        pieces[1::2] = ["\n" if block else "" for block in pieces[1::2]]
        text = "".join(pieces)
    if "&" in text:
        text = _spaced(unescape(text), "\n")
    return folded(text)


def to_line(markup: str) -> str:
    """Give the text of HTML in one line, as titles and names are."""
    return (
        to_plain(markup).replace("\n\n", " ") if "<" in markup or "&" in markup else " ".join(markup.split())
    )


def folded(text: str) -> str:
    """Fold spaces, and any number of line ends to one blank line."""
    while "  " in text:
        text = text.replace("  ", " ")
    text = text.replace(" \n", "\n").replace("\n ", "\n")
    while "\n\n" in text:
        text = text.replace("\n\n", "\n")
    return text.strip().replace("\n", "\n\n")


def _spaced(text: str, keep: str = "") -> str:
    for space in "\n\r\t\xa0":
        if space != keep:
            text = text.replace(space, " ")
    for mark in "\xad\u200b\ufeff":
        text = text.replace(mark, "")
    return text
