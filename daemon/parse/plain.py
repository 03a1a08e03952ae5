"""Markup to plain text, paragraphs split by a blank line: in linear time, whatever the markup.

Nearly all markup is in order: no tag within a value, no quoted «>». Two passes of simple patterns read
that, and see whether they were right to; the rest is read again with care.
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
_BLOCK_TAG: Final = rf"</?+(?:{_BLOCKS}|{_BLOCKS.upper()})(?:>|[\s/][^<>]*+>)"
_BLOCKS_RUN: Final = re.compile(rf"{_BLOCK_TAG}(?:\s*+{_BLOCK_TAG})*+")
_TAGS_RUN: Final = re.compile(r"<[a-zA-Z/!?][^<>\x02]*+>(?:<[a-zA-Z/!?][^<>\x02]*+>)*+")
_STRAY: Final = re.compile(r"<[a-zA-Z/!?]")
_QUOTED: Final = re.compile(r"""=\s*+(?:"[^">]*+>|'[^'>]*+>)""")  # a value that holds «>»

# Quoted values may hold «>», and «<» a few times over; that «few» keeps hostile tags linear.
_ATTRIBUTES: Final = r"""[^<>"']*+(?:(?:"[^"<]*+(?:<[^"<]*+){0,3}"|'[^'<]*+(?:<[^'<]*+){0,3}')[^<>"']*+)*+>"""
_BLOCK: Final = re.compile(rf"</?(?:{_BLOCKS}|{_BLOCKS.upper()})(?:>|(?=[\s/]){_ATTRIBUTES})")
_TAG: Final = re.compile(
    rf"<(?:[a-zA-Z/]{_ATTRIBUTES}|!--"
    r"|[a-zA-Z/!?][^<>]*+>"  # a tag whose quotes do not match
    r"|(?:a|img|p|div|span|br|b|i|em|strong|li)\b[^<>]*+(?:(?=<)|\Z))"  # one that was cut short
)
_UNUSUAL: Final = re.compile(rf"<(?:[^a-zA-Z/]|{_HIDDEN}|{_HIDDEN.upper()})")
_LONE: Final = re.compile(r"<(?:[^a-zA-Z/!?]|!--)")
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
_BLANK_LINE: Final = re.compile(r"\n[ \t\r]*+\n")
_BREAK: Final = "\x02"  # stands between paragraphs while spaces are folded; no markup can hold it
_C1: Final = re.compile("[\x80-\x9f]+")  # controls that nobody means: characters of Windows-1252, by custom
_NEXT_LINE: Final = "\x85"  # the one of them that also is white space
_MARKS: Final = "\xad\u200b\ufeff"  # soft hyphen, zero-width space, byte order mark


def to_plain(markup: str) -> str:
    """Give the text of HTML: tags gone, references resolved, white space folded.

    Blocks and line breaks become paragraphs, and blank lines where there is no tag. Comments, scripts,
    styles and other content that no reader sees are left out, and so are soft hyphens and zero-width
    marks, which only hide words.
    """
    if "<" in markup:
        text = _in_haste(markup)
        markup = _with_care(markup) if text is None else text
    elif "\n" in markup:
        markup = _BLANK_LINE.sub(_BREAK, markup)
    return _folded(resolved(markup))


def _with_care(markup: str) -> str:
    return _TAG.sub("", _BLOCK.sub(_BREAK, _without_hidden(markup)))


def _in_haste(markup: str) -> str | None:
    """Take tags for what stands between «<» and the next «>»; None where that may be wrong."""
    if not _ends_in_text(markup):
        return None
    text = _BLOCKS_RUN.sub(_BREAK, markup)
    if unusual := _UNUSUAL.search(text):
        text = _without_hidden(text, unusual.start())
        if _LONE.search(text) or not _ends_in_text(text):
            return None
    text = _TAGS_RUN.sub("", text)
    is_wrong = _STRAY.search(text) or (">" in text and _QUOTED.search(markup))
    return None if is_wrong else text


def _ends_in_text(markup: str) -> bool:
    """Tell that every «<» has a «>» after it: without it, looking for one would be quadratic."""
    return markup.rfind(">") >= markup.rfind("<")


def _without_hidden(markup: str, start: int = 0) -> str:
    """Leave out comments, scripts and the like, from `start`; one that is never closed hides nothing."""
    kept: list[str] = []
    place = 0
    unclosed = set()
    for opening in _OPENING.finditer(markup, start):
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
    return to_plain(markup).replace("\n\n", " ")


def one_line(text: str) -> str:
    """Fold all white space to single spaces."""
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    """Fold the white space of plain text, and its line ends to one blank line each."""
    return _folded(text.strip().replace("\n", _BREAK))


def _folded(text: str) -> str:
    """Fold white space and drop marks; most text and most paragraphs need neither, which is quickly seen."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    cleaned = [
        piece if piece.isprintable() and "  " not in piece else _clean(piece)
        for piece in map(str.strip, text.replace("\n", " ").split(_BREAK))
    ]
    return "\n\n".join(filter(None, cleaned))


def _clean(text: str) -> str:
    line = one_line(text)
    if line.isprintable() and _NEXT_LINE not in text:
        return line
    for mark in _MARKS:
        text = text.replace(mark, "")
    text = _C1.sub(lambda match: match[0].encode("latin-1").decode("windows-1252", "ignore"), text)
    return one_line(text)
