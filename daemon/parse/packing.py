"""Documents that are served packed: feeds, sitemaps and pages kept as .gz files."""

import zlib

from daemon.errors import ParseError

_MARK = b"\x1f\x8b"
_LARGEST = 20_000_000  # bytes unpacked; a sitemap of the 50,000 addresses that its protocol allows has 10


def unpacked(body: bytes) -> bytes:
    """Unpack a gzip file, as far as it goes, and leave anything else.

    Raises ParseError: "gzip" if it is broken, "too_large" if it holds more than any list of news needs.
    """
    if not body.startswith(_MARK):
        return body
    unpacking = zlib.decompressobj(wbits=31)
    try:
        document = unpacking.decompress(body, _LARGEST)
    except zlib.error as error:
        raise ParseError("gzip", f"This begins like a gzip file and cannot be unpacked: {error}.") from error
    if unpacking.unconsumed_tail:
        raise ParseError("too_large", f"Unpacked, this is larger than {_LARGEST:,} bytes.")
    return document
