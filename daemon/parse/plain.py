"""Markup to plain text, paragraphs split by a blank line: in linear time, whatever the markup.

Nearly all markup is in order: each «<» is followed by its «>», and what stands between is a tag. That is cut
at these marks without a pattern; the rest is read with care.
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
_BREAKING: Final = re.compile(rf"/?(?:{_BLOCKS}|{_BLOCKS.upper()})(?![^\s/])")
_SILENT: Final = re.compile(rf"(?!(?i:{_HIDDEN})(?:\s|\Z))[a-zA-Z/?]|!(?!--)")
_BEGINNING: Final = itemgetter(slice(len("/blockquote>")))  # of a tag: enough to tell its name
_MOST_BEGINNINGS: Final = 4096
_ASCII: Final = bytes(range(128))
_NOT_MARKS: Final = bytes(set(range(256)) - set(b"<>"))

# Quoted values may hold «>», and «<» a few times over; that «few» keeps hostile tags linear.
_ATTRIBUTES: Final = r"""[^<>"']*+(?:(?:"[^"<]*+(?:<[^"<]*+){0,3}"|'[^'<]*+(?:<[^'<]*+){0,3}')[^<>"']*+)*+>"""
_BLOCK: Final = re.compile(rf"</?(?:{_BLOCKS}|{_BLOCKS.upper()})(?:>|(?=[\s/]){_ATTRIBUTES})")
_TAG: Final = re.compile(
    rf"<(?:[a-zA-Z/]{_ATTRIBUTES}|!--"
    r"|[a-zA-Z/!?][^<>]*+>"  # a tag whose quotes do not match
    r"|(?:a|img|p|div|span|br|b|i|em|strong|li)\b[^<>]*+(?:(?=<)|\Z))"  # one that was cut short
)
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
_UNSURE: Final = "\x03"  # stands for a tag that hides what follows, or for what is none
_SPACES: Final = "\n\t\r\xa0\v\f\x1c\x1d\x1e\x1f"
_RUN_OF_SPACES: Final = re.compile("   *+")  # two letters are sought faster than one
# Other white space, marks, and controls that nobody means: characters of Windows-1252, by custom.
_ODD: Final = re.compile("[\x80-\x9f\xad\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]")
_NEXT_LINE: Final = "\x85"  # the one of those controls that also is white space
_MARKS: Final = "\xad\u200b\ufeff"  # soft hyphen, zero-width space, byte order mark


class _Breaks(dict[str, str]):
    """What a tag leaves in the text, by how it begins: a break, nothing, or the mark of what needs a look."""

    def __missing__(self, beginning: str) -> str:
        found = _BREAK if _BREAKING.match(beginning) else "" if _SILENT.match(beginning) else _UNSURE
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
    if "<" in markup:
        markup = _in_haste(markup) or _with_care(markup)
    elif "\n" in markup:
        markup = _BLANK_LINE.sub(_BREAK, markup)
    return _folded(resolved(markup))


def _with_care(markup: str) -> str:
    return _TAG.sub("", _BLOCK.sub(_BREAK, _without_hidden(markup)))


def _in_haste(markup: str) -> str:
    """Take what stands between the marks for tags; "" where that may be wrong, or leaves nothing."""
    marks = _encoded(markup).translate(None, _NOT_MARKS)
    if marks != b"<>" * (len(marks) // 2):
        return ""
    pieces = markup.replace(">", "<").split("<")
    tags = pieces[1::2]
    left = [*map(_left_by, map(_BEGINNING, tags))]
    if _UNSURE in left and not _hide(pieces, tags, left):
        return ""
    pieces[1::2] = left
    return "".join(pieces)


def _hide(pieces: list[str], tags: list[str], left: list[str]) -> bool:
    """Empty what comments, scripts and the like hold; False where it is not plain where one ends."""
    end = -1
    for place in [place for place, each in enumerate(left) if each == _UNSURE]:
        if place <= end:
            continue  # within another
        try:
            end = _end_of(tags, place)
        except ValueError:
            return False
        left[place : end + 1] = [""] * (end + 1 - place)
        pieces[2 * place + 2 : 2 * end + 1 : 2] = [""] * (end - place)
    return True


def _end_of(tags: list[str], place: int) -> int:
    """Find the tag that closes one, if only by itself; ValueError where none does."""
    tag = tags[place]
    if tag.startswith("!--") and tag.endswith("--") and len(tag) >= len("!----"):
        return place
    if not tag[:1].isalpha():
        raise ValueError(tag)
    if tag.endswith("/"):
        return place
    closing = f"/{tag.split()[0].lower()}"
    for end in range(place, len(tags)):
        if tags[end].startswith("/") and tags[end].rstrip().lower() == closing:
            return end
    raise ValueError(tag)


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
    """Fold white space and drop marks; most text needs neither, which is quickly seen."""
    for space in _SPACES:
        if space in text:
            text = text.replace(space, " ")
    if not text.isascii() and not _beyond_ascii(text).isprintable():
        text = _ODD.sub(_mended, text)
    text = "\n\n".join(filter(None, map(str.strip, text.split(_BREAK))))
    return _RUN_OF_SPACES.sub(" ", text) if "  " in text else text


def _beyond_ascii(text: str) -> str:
    return _encoded(text).translate(None, _ASCII).decode("utf-8", "surrogatepass")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _mended(odd: re.Match[str]) -> str:
    """Give a space for other white space, nothing for marks, and what a control of Windows stands for."""
    if odd[0].isspace() and odd[0] != _NEXT_LINE:
        return " "
    return "" if odd[0] in _MARKS else odd[0].encode("latin-1").decode("windows-1252", "ignore")
