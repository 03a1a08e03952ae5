"""Markup to plain text, paragraphs split by a blank line: in linear time, whatever the markup.

Nearly all markup is in order: no tag within a tag, no quoted «>». Two passes of simple patterns read
that, and counting tells whether they were right to; the rest is read again with care.
"""

import re
from functools import lru_cache
from html import unescape
from typing import Final

# Names as trees of their letters: it halves the time of plain lists.
_BLOCKS: Final = (
    r"p(?:re)?|d(?:iv|[ltd]|etails)|h(?:[1-6r]|eader)|[uo]l|li|t(?:[rdh]|able)|b(?:r|lockquote)|nav|main|center|"
    r"f(?:ig(?:ure|caption)|o(?:oter|rm))|s(?:ection|ummary)|a(?:rticle|side|ddress)"
)
_HIDDEN: Final = r"s(?:cript|tyle|vg)|noscript|template|iframe|object|math|head"
_NAMES: Final = f"(?:{_BLOCKS}|{_HIDDEN}|{_BLOCKS.upper()}|{_HIDDEN.upper()})"
_INLINE: Final = re.compile(rf"</?+(?!{_NAMES}[\s/>])[a-zA-Z][^>]*+>")
_OTHER: Final = re.compile(r"<[a-zA-Z/!?][^>]*+>")
_QUOTED: Final = re.compile(r"""=\s*+(?:"[^"<>]*+|'[^'<>]*+)>""")  # a value that holds «>»

# Quoted values may hold «>», and «<» a few times over; that «few» keeps hostile tags linear.
_ATTRIBUTES: Final = r"""[^<>"']*+(?:(?:"[^"<]*+(?:<[^"<]*+){0,3}"|'[^'<]*+(?:<[^'<]*+){0,3}')[^<>"']*+)*+>"""
_BLOCK: Final = re.compile(rf"</?(?:{_BLOCKS}|{_BLOCKS.upper()})(?:>|(?=[\s/]){_ATTRIBUTES})")
_TAG: Final = re.compile(
    rf"<(?:[a-zA-Z/]{_ATTRIBUTES}|!--"
    r"|[a-zA-Z/!?][^<>]*+>"  # a tag whose quotes do not match
    r"|(?:a|img|p|div|span|br|b|i|em|strong|li)\b[^<>]*+(?:(?=<)|\Z))"  # one that was cut short
)
_MAY_HIDE: Final = re.compile(rf"<(?:!--|{_HIDDEN}|{_HIDDEN.upper()})")  # in haste
_OPENING: Final = re.compile(
    r"<(?:!--|(?i:(script|style|noscript|template|iframe|object|svg|math|head))(?:\s[^<>]*+)?+>)"
)
_CLOSING: Final = {
    name: re.compile(rf"</{name}\s*+>" if name else "-->", re.IGNORECASE)
    for name in ("", "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "head")
}
_REFERENCE: Final = re.compile(
    r"(&(?:#\d{1,9}+(?!\d);?|#[xX][0-9a-fA-F]{1,8}+(?![0-9a-fA-F]);?|[^\t\n\f <&#;]{1,32};?))"
)
_BREAK: Final = "\x02"  # stands between paragraphs while spaces are folded; no markup can hold it
_MARKS: Final = "\xad\u200b\ufeff"  # soft hyphen, zero-width space, byte order mark


def to_plain(markup: str) -> str:
    """Give the text of HTML: tags gone, references resolved, white space folded.

    Blocks and line breaks become paragraphs. Comments, scripts, styles and other content that no
    reader sees are left out, and so are soft hyphens and zero-width marks, which only hide words.
    """
    if "<" in markup:
        text = _in_haste(markup)
        markup = _with_care(markup) if text is None else text
    return _folded(resolved(markup))


def _with_care(markup: str) -> str:
    return _TAG.sub("", _BLOCK.sub(_BREAK, _without_hidden(markup)))


def _in_haste(markup: str) -> str | None:
    """Take tags for what stands between «<» and the next «>»; None where that may be wrong."""
    if not _ends_in_text(markup):
        return None
    text, inline = _INLINE.subn("", markup)
    if inline + text.count("<") != markup.count("<"):
        return None  # a tag within a tag
    if _MAY_HIDE.search(text):
        text = _without_hidden(text)
    if "<!--" in text or not _ends_in_text(text):
        return None
    tags = text.count("<")
    text, blocks = _OTHER.subn(_BREAK, text)
    return text if blocks == tags and not (">" in text and _QUOTED.search(markup)) else None


def _ends_in_text(markup: str) -> bool:
    """Tell that every «<» has a «>» after it: without it, looking for one would be quadratic."""
    return markup.rfind(">") >= markup.rfind("<")


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


def resolved(text: str) -> str:
    """Resolve the references of HTML («&eacute;», «&#8217;»), each once."""
    if "&" not in text:
        return text
    parts = _REFERENCE.split(text)
    parts[1::2] = map(_character, parts[1::2])
    return "".join(parts)


_character = lru_cache(maxsize=4096)(unescape)


def to_line(markup: str) -> str:
    """Give the text of HTML in one line, as titles and names are."""
    return one_line(to_plain(markup)) if "<" in markup or "&" in markup else _clean(markup.strip())


def one_line(text: str) -> str:
    """Fold all white space to single spaces."""
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    """Fold the white space of plain text, and its line ends to one blank line each."""
    return _folded(text.strip().replace("\n", _BREAK))


def _folded(text: str) -> str:
    pieces = filter(None, map(str.strip, text.replace("\n", " ").split(_BREAK)))
    return "\n\n".join(filter(None, map(_clean, pieces)))


def _clean(text: str) -> str:
    """Fold white space and drop marks; most text needs neither, which is quickly seen."""
    if text.isprintable() and "  " not in text:
        return text
    for mark in _MARKS:
        text = text.replace(mark, "")
    return one_line(text)
