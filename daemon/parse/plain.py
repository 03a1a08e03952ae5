"""Markup to plain text, paragraphs split by a blank line: in linear time, whatever the markup."""

import re
from html import unescape

# Quoted values may hold «>», and «<» a few times over; that «few» keeps hostile tags linear.
_ATTRIBUTES = r"""[^<>"']*+(?:(?:"[^"<]*+(?:<[^"<]*+){0,3}"|'[^'<]*+(?:<[^'<]*+){0,3}')[^<>"']*+)*+>"""
# The names of blocks as a tree of their letters: it halves the time of a plain list.
_BLOCK = re.compile(
    r"</?(?:p(?:re)?|d(?:iv|[ltd]|etails)|h(?:[1-6r]|eader)|ul|ol|li|t(?:r|able)|b(?:r|lockquote)|"
    r"f(?:ig(?:ure|caption)|o(?:oter|rm))|s(?:ection|ummary)|a(?:rticle|side|ddress)|nav|main|center|"
    rf"P(?:RE)?|D(?:IV|[LTD])|H[1-6]|BR|UL|OL|LI|T(?:R|ABLE))(?:>|(?=[\s/]){_ATTRIBUTES})"
)
_TAG = re.compile(
    rf"<(?:[a-zA-Z/]{_ATTRIBUTES}|!--"
    r"|[a-zA-Z/!?][^<>]*+>"  # a tag whose quotes do not match
    r"|(?:a|img|p|div|span|br|b|i|em|strong|li)\b[^<>]*+(?:(?=<)|\Z))"  # one that was cut short
)
_MAY_HIDE = re.compile(
    r"<(?:!--|[sS][cC]|sty|STY|svg|nosc|templ|[iI][fF]|obj|OBJ|math|head[\s>]|HEAD)"
)  # in haste
_OPENING = re.compile(
    r"<(?:!--|(?i:(script|style|noscript|template|iframe|object|svg|math|head))(?:\s[^<>]*+)?+>)"
)
_CLOSING = {
    name: re.compile(rf"</{name}\s*+>" if name else "-->", re.IGNORECASE)
    for name in ("", "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "head")
}
_BREAK = "\x02"  # stands between paragraphs while spaces are folded; no markup can hold it
_MARKS = "\xad\u200b\ufeff"  # soft hyphen, zero-width space, byte order mark


def to_plain(markup: str) -> str:
    """Give the text of HTML: tags gone, references resolved, white space folded.

    Blocks and line breaks become paragraphs. Comments, scripts, styles and other content that no
    reader sees are left out, and so are soft hyphens and zero-width marks, which only hide words.
    """
    if "<" in markup:
        markup = _TAG.sub("", _BLOCK.sub(_BREAK, _without_hidden(markup)))
    if "&" in markup:
        markup = unescape(markup)
    return _folded(markup)


def _without_hidden(markup: str) -> str:
    """Leave out comments, scripts and the like; one that is never closed hides nothing."""
    if not _MAY_HIDE.search(markup):
        return markup
    kept: list[str] = []
    place = 0
    unclosed = set()
    for opening in _OPENING.finditer(markup):
        name = (opening[1] or "").lower()
        if opening.start() < place or name in unclosed or opening[0].endswith("/>"):
            continue
        closing = _CLOSING[name].search(markup, opening.end())
        if closing is None:
            unclosed.add(name)
        else:
            kept.append(markup[place : opening.start()])
            place = closing.end()
    return "".join(kept) + markup[place:]


def to_line(markup: str) -> str:
    """Give the text of HTML in one line, as titles and names are."""
    return one_line(to_plain(markup))


def one_line(text: str) -> str:
    """Fold all white space to single spaces."""
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    """Fold the white space of plain text, and its line ends to one blank line each."""
    return _folded(text.strip().replace("\n", _BREAK))


def _folded(text: str) -> str:
    text = one_line(text)
    for mark in _MARKS:
        text = text.replace(mark, "")
    if _BREAK not in text:
        return text
    return "\n\n".join(filter(None, map(str.strip, text.split(_BREAK))))
