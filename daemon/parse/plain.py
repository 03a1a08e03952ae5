"""Markup to plain text, paragraphs split by a blank line: in linear time, whatever the markup.

All of it is done in UTF-8, since bytes are cut and joined faster than text. Nearly all markup is in order:
each «<» is followed by its «>», and what stands between is a tag. That is cut at these marks without a
pattern; the rest is read with care.
"""

import re
from functools import lru_cache
from html import unescape
from operator import itemgetter
from typing import Final

# Names as trees of their letters: it halves the time of plain lists.
_BLOCKS: Final = (
    r"p(?:re)?|d(?:iv|[ltd]|etails)|h(?:[1-6r]|eader)|[uo]l|li|t(?:[rdh]|able)|b(?:r|lockquote)|nav|main|center|"
    r"f(?:ig(?:ure|caption)|o(?:oter|rm))|s(?:ection|ummary)|a(?:rticle|side|ddress)"
)
_HIDDEN: Final = r"s(?:cript|tyle|vg)|noscript|template|iframe|object|math|head"
_BREAKING: Final = re.compile(rf"/?(?i:{_BLOCKS})(?![^\s/])".encode())
_SILENT: Final = re.compile(rf"(?!(?i:{_HIDDEN})(?:\s|\Z))[a-zA-Z/?]|!(?!--|\[CDATA\[)".encode())
_BEGINNING: Final = itemgetter(slice(len("/blockquote>")))  # of a tag: enough to tell its name
_MOST_BEGINNINGS: Final = 4096
_ASCII: Final = bytes(range(128))
_NOT_MARKS: Final = bytes(set(range(256)) - set(b"<>"))

# Quoted values may hold «>», and «<» a few times over; that «few» keeps hostile tags linear.
_ATTRIBUTES: Final = r"""[^<>"']*+(?:(?:"[^"<]*+(?:<[^"<]*+){0,3}"|'[^'<]*+(?:<[^'<]*+){0,3}')[^<>"']*+)*+>"""
_BLOCK: Final = re.compile(rf"</?(?i:{_BLOCKS})(?:>|(?=[\s/])(?:{_ATTRIBUTES}|[^<>]*+>))".encode())
_LETTER: Final = r"[\w\xc3-\xe1\xe3-\xff]"  # or a part of one, in UTF-8
_TAG: Final = re.compile(
    rf"<(?:[a-zA-Z/]{_ATTRIBUTES}|!--"
    r"|[a-zA-Z/!?][^<>]*+>"  # a tag whose quotes do not match
    rf"|(?:a|img|p|div|span|br|b|i|em|strong|li)(?!{_LETTER})[^<>]*+(?:(?=<)|\Z))".encode()  # one cut short
)
_OPENING: Final = re.compile(
    rb"<(?:!--|(?i:(script|style|noscript|template|iframe|object|svg|math|head))(?:\s[^<>]*+)?+>)"
)
_CLOSING: Final = {
    name: re.compile(rb"</%b\s*+>" % name if name else b"-->", re.IGNORECASE)
    for name in b",script,style,noscript,template,iframe,object,svg,math,head".split(b",")
}
_REFERENCE: Final = re.compile(
    rb"(&(?:#\d{1,9}+(?!\d);?|#[xX][0-9a-fA-F]{1,8}+(?![0-9a-fA-F]);?|[!\"$%'-:=-~]{1,32};?))"
)
_BLANK_LINE: Final = re.compile(rb"\n[ \t\r]*+\n")
_CDATA: Final = b"<![CDATA["
_BREAK: Final = b"\x02"  # stands between paragraphs while spaces are folded; no markup can hold it
_UNSURE: Final = b"\x03"  # stands for a tag that hides what follows, or for what is none
_SPACES: Final = bytes.maketrans(b"\t\n\v\f\r\x1c\x1d\x1e\x1f", b" " * 9)
_HARD_SPACE: Final = "\xa0".encode()
_RUN_OF_SPACES: Final = re.compile(b"   *+")  # two letters are sought faster than one
# Other white space, marks, and controls that nobody means: characters of Windows-1252, by custom.
_ODD: Final = re.compile(
    "[\t-\r\x1c-\x1f\x80-\xa0\xad\u1680\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f\u2060\u2066-\u2069"
    "\u3000\ufeff]"
)
_NEXT_LINE: Final = "\x85"  # the one of those controls that also is white space
# Soft hyphen, zero-width space, word joiner, byte order mark; the marks of direction, which Arabic and Hebrew
# texts carry.
_MARK: Final = re.compile("[\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


class _Breaks(dict[bytes, bytes]):
    """What a tag leaves in the text, by how it begins: a break, nothing, or the mark of what needs a look."""

    def __missing__(self, beginning: bytes) -> bytes:
        found = _BREAK if _BREAKING.match(beginning) else b"" if _SILENT.match(beginning) else _UNSURE
        if len(self) < _MOST_BEGINNINGS:
            self[beginning] = found
        return found


_left_by: Final = _Breaks().__getitem__


def to_plain(markup: str) -> str:
    """Give the text of HTML: tags gone, references resolved, white space folded.

    Blocks and line breaks become paragraphs, and blank lines where there is no tag. Comments, scripts,
    styles and other content that no reader sees are left out, and so are soft hyphens and zero-width
    marks, which only hide words.
    """
    if "<" not in markup and "&" not in markup and "  " not in markup and markup.isprintable():
        return markup.strip()
    text = _encoded(markup)
    if b"<" in text:
        text = _in_haste(text) or _with_care(text)
    elif b"\n" in text:
        text = _BLANK_LINE.sub(_BREAK, text)
    return _folded(_resolved(text))


def _with_care(markup: bytes) -> bytes:
    if _CDATA in markup:  # wrapped twice, by a feed that escapes what it wraps
        markup = markup.replace(_CDATA, b"").replace(b"]]>", b"")
    return _TAG.sub(b"", _BLOCK.sub(_BREAK, _without_hidden(markup)))


def _in_haste(markup: bytes) -> bytes:
    """Take what stands between the marks for tags; b"" where that may be wrong, or leaves nothing."""
    marks = markup.translate(None, _NOT_MARKS)
    if marks != b"<>" * (len(marks) // 2):
        return b""
    pieces = markup.replace(b">", b"<").split(b"<")
    tags = pieces[1::2]
    left = [*map(_left_by, map(_BEGINNING, tags))]
    if _UNSURE in left and not _hide(pieces, tags, left):
        return b""
    pieces[1::2] = left
    return b"".join(pieces)


def _hide(pieces: list[bytes], tags: list[bytes], left: list[bytes]) -> bool:
    """Empty what comments, scripts and the like hold; False where it is not plain where one ends."""
    end = -1
    for place in [place for place, each in enumerate(left) if each == _UNSURE]:
        if place <= end:
            continue  # within another
        try:
            end = _end_of(tags, place)
        except ValueError:
            return False
        left[place : end + 1] = [b""] * (end + 1 - place)
        pieces[2 * place + 2 : 2 * end + 1 : 2] = [b""] * (end - place)
    return True


def _end_of(tags: list[bytes], place: int) -> int:
    """Find the tag that closes one, if only by itself; ValueError where none does."""
    tag = tags[place]
    if tag.startswith(b"!--") and tag.endswith(b"--") and len(tag) >= len("!----"):
        return place
    if not tag[:1].isalpha():
        raise ValueError(tag)
    if tag.endswith(b"/"):
        return place
    closing = b"/" + tag.split()[0].lower()
    for end in range(place, len(tags)):
        if tags[end].startswith(b"/") and tags[end].rstrip().lower() == closing:
            return end
    raise ValueError(tag)


def _without_hidden(markup: bytes) -> bytes:
    """Leave out comments, scripts and the like; one that is never closed hides nothing."""
    kept: list[bytes] = []
    place = 0
    unclosed = set()
    for opening in _OPENING.finditer(markup):
        name = (opening[1] or b"").lower()
        if opening.start() < place or name in unclosed or opening[0].endswith(b"/>"):
            continue
        closing = _CLOSING[name].search(markup, opening.end())
        if closing is None:
            unclosed.add(name)
        else:
            kept.append(markup[place : opening.start()])
            place = closing.end()
    return b"".join(kept) + markup[place:]


def resolved(text: str) -> str:
    """Resolve the references of HTML («&eacute;», «&#8217;»), each once."""
    return _resolved(_encoded(text)).decode("utf-8", "surrogatepass") if "&" in text else text


def _resolved(text: bytes) -> bytes:
    if b"&" not in text:
        return text
    parts = _REFERENCE.split(text)
    parts[1::2] = map(_character, parts[1::2])
    return b"".join(parts)


@lru_cache(maxsize=4096)
def _character(reference: bytes) -> bytes:
    return _encoded(_ODD.sub(_mended, unescape(reference.decode())))


def to_line(markup: str) -> str:
    """Give the text of HTML in one line, as titles and names are."""
    return to_plain(markup).replace("\n\n", " ")


def one_line(text: str) -> str:
    """Fold all white space to single spaces."""
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    """Fold the white space of plain text, and its line ends to one blank line each."""
    return _folded(_encoded(text).strip().replace(b"\n", _BREAK))


def without_marks(text: str) -> str:
    """Drop soft hyphens, zero-width spaces, byte order marks and marks of direction: they only hide words."""
    return text if text.isprintable() else _MARK.sub("", text)


def _folded(text: bytes) -> str:
    """Fold white space and drop marks; most text needs neither, which is quickly seen."""
    text = text.translate(_SPACES)
    beyond = text.translate(None, _ASCII)
    if _HARD_SPACE in beyond:
        text, beyond = text.replace(_HARD_SPACE, b" "), beyond.replace(_HARD_SPACE, b"")
    if beyond and not beyond.decode("utf-8", "surrogatepass").isprintable():
        text = _encoded(_ODD.sub(_mended, text.decode("utf-8", "surrogatepass")))
    text = b"\n\n".join(filter(None, map(bytes.strip, text.split(_BREAK))))
    return (_RUN_OF_SPACES.sub(b" ", text) if b"  " in text else text).decode("utf-8", "surrogatepass")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _mended(odd: re.Match[str]) -> str:
    """Give a space for other white space, nothing for marks, and what a control of Windows stands for."""
    if odd[0].isspace() and odd[0] != _NEXT_LINE:
        return " "
    return "" if _MARK.match(odd[0]) else odd[0].encode("latin-1").decode("windows-1252", "ignore")
