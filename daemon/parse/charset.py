"""Bytes to text: which charset a document is in, and reading it without ever failing."""

import codecs
import re

from cchardet import detect
from w3lib.encoding import http_content_type_encoding, resolve_encoding

from daemon.errors import ParseError

_BOMS = (  # UTF-32 before UTF-16: the little-endian marks begin alike
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (  # how an opening «<» or «{» looks in wide encodings that carry no mark
    (re.compile(rb"[<{\s]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{\s]"), "utf-32-be"),
    (re.compile(rb"[<{\s]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{\s]\0[^\0]"), "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?\sencoding\s{0,9}=\s{0,9}["']\s{0,9}([\w.:-]{1,40})"""
    rb"""|<meta[^>]{0,400}?\bcharset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_HEAD = 4096  # bytes in which a declaration is looked for; HTML asks for it in the first 1,024
_SAMPLE = 50_000  # bytes that the detector sees, from the first that is not ASCII
_HIGH = bytes(range(128, 256))
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_FOREIGN = re.compile(rb"[\x80-\xff]{4,}")  # accented letters hardly ever stand so close together
_MOST_IN_RULE = 2  # different ones in a rule («————»), a divider or an indent, which are no word
_BY_DEFAULT = "cp1252"  # which is how ISO-8859-1 is read
_MULTI_BYTE = re.compile(r"gb|big5|euc|shift|cp9[345]|iso2022|hz|johab|utf")
_LARGE = 100_000  # bytes; smaller ones cost nothing to try
_PRINTED = bytes({*range(256)} - {*range(1, 32)}) + b"\t\n\f\r\x1b"
_ESCAPES = (b"\x1b", b"~{")  # ISO-2022 and HZ hide their script in ASCII bytes
# How files begin that links often lead to: PDF, pictures, archives, sound, films, programs.
_BINARY = re.compile(
    rb"%PDF-\d|\x89PNG\r\n|GIF8[79]a|\xff\xd8\xff|PK\x03\x04|\x1f\x8b\x08|RIFF.{4}(?:WEBP|WAVE|AVI )"
    rb"|OggS\0|ID3[\x02-\x04]|\0\0.{2}ftyp|\x7fELF",
    re.DOTALL,
)
_TOLERANCE = 20  # one byte in so many may be wrong before a charset is given up


def decode(body: bytes, content_type: str | None = None) -> str:
    """Give the text of `body`; bytes that fit no charset become U+FFFD.

    Raises ParseError("binary") for what begins as files do that are no text, and for a large one.

    The order is that of browsers, a byte order mark, the HTTP header, the document's own
    declaration, and then strict UTF-8 and a detector; a claim that the bytes contradict is passed
    over. Servers that say ISO-8859-1 by default are common, so what the document declares outranks it,
    and it counts for no other script; text in a single-byte charset is practically never valid UTF-8, so
    UTF-8 outranks a single-byte claim.
    """
    if _BINARY.match(body):
        raise _binary()
    marked = _marked(body)
    if marked is not None:
        return marked
    utf8 = _strict(body, "utf-8")
    if utf8 is not None and body.isascii() and not any(escape in body for escape in _ESCAPES):
        return utf8
    claims = _claims(body, content_type)
    for encoding in claims:
        text = utf8 if not _MULTI_BYTE.match(encoding) else None
        text = text or _strict(body, encoding)
        if text is not None:
            return text
    if utf8 is not None:
        return utf8
    if len(body) > _LARGE and len(body[:_HEAD].translate(None, _PRINTED)) > _HEAD // 50:
        raise _binary()
    return _mended(body, claims)


def _marked(body: bytes) -> str | None:
    """Read what a byte order mark, or how it opens, tells to be in an encoding of Unicode."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _lenient(body[len(mark) :], encoding)
    for pattern, encoding in _UNMARKED:
        if pattern.match(body):
            return _lenient(body, encoding)
    return None


def _binary() -> ParseError:
    return ParseError("binary", "This is no text, but a picture, a film or another kind of file.")


def _claims(body: bytes, content_type: str | None) -> list[str]:
    """List the charsets that header and document name, usable ones only, best first.

    Western Europe's is what servers and templates name without being asked: it comes last, and only
    where the text may be written in it.
    """
    labels = [http_content_type_encoding(content_type)] if content_type else []
    if declared := _DECLARED.search(body[:_HEAD]):
        labels.append(resolve_encoding((declared[1] or declared[2]).decode("ascii")))
    named = [label for label in labels if label and _reads_ascii(label)]
    others = [label for label in named if label != _BY_DEFAULT]
    return [*others, _BY_DEFAULT] if len(others) < len(named) and _may_be_western(body) else others


def _may_be_western(body: bytes) -> bool:
    """Tell whether the letters beyond ASCII stand among others, as in no other script than Latin."""
    sample = body[: _SAMPLE * 4]
    beyond = len(sample) - len(sample.translate(None, _HIGH))
    runs = _FOREIGN.findall(sample)
    return sum(len(run) for run in runs if len(set(run)) > _MOST_IN_RULE) * 2 <= beyond


def _reads_ascii(label: str) -> bool:
    """Leave out what cannot be true of a document read so far: UTF-16, EBCDIC, «hex», escapes."""
    try:
        return rb"<a \x41>".decode(label, "replace") in {r"<a \x41>", "<a ₩x41>", "<a ¥x41>"}
    except (UnicodeError, LookupError):
        return False


def _strict(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _mended(body: bytes, claims: list[str]) -> str:
    """Read what no claim fits whole: the claim that nearly does, else what a detector says."""
    for encoding in (*claims, "utf-8"):
        text = body.decode(encoding, "replace")
        if text.count("\ufffd") * _TOLERANCE < len(body) - len(body.translate(None, _HIGH)):
            return body.decode("utf-8", _STRAY) if encoding == "utf-8" else text
    found = _NOT_ASCII.search(body)
    start = found.start() if found else 0
    guess = detect(body[start : start + _SAMPLE])["encoding"]
    return _lenient(body, (guess and resolve_encoding(guess)) or "utf-8")


def _lenient(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, "replace")
    except (UnicodeError, LookupError):
        return body.decode("utf-8", "replace")


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read stray bytes in UTF-8 as what editors paste most: quotation marks from Windows."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("windows-1252", "replace"), error.end


_STRAY = "tocsin.windows-1252"
codecs.register_error(_STRAY, _as_windows_1252)
