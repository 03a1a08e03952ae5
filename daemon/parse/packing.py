"""Documents that are served packed: feeds, sitemaps and pages kept as .gz files."""

import zlib

from daemon.errors import ParseError

_MARK = b"\x1f\x8b"
_MOST_PARTS = 100  # files that were packed one by one and put one behind the other
_LARGEST = 20_000_000  # bytes unpacked; a sitemap of the 50,000 addresses that its protocol allows has 10


def unpacked(body: bytes) -> bytes:
    """Unpack a gzip file, its parts if it has several, as far as it goes, and leave anything else.

    Raises ParseError: "gzip" if it is broken, "too_large" if it holds more than any list of news needs.
    """
    if not body.startswith(_MARK):
        return body
    document = b""
    for _ in range(_MOST_PARTS):
        unpacking = zlib.decompressobj(wbits=31)
        try:
            document += unpacking.decompress(body, _LARGEST)
        except zlib.error as error:
            if document:
                break  # what follows is no part of it
            raise ParseError(
                "gzip", f"This begins like a gzip file and cannot be unpacked: {error}."
            ) from error
        if unpacking.unconsumed_tail or len(document) > _LARGEST:
            raise ParseError("too_large", f"Unpacked, this is larger than {_LARGEST:,} bytes.")
        body = unpacking.unused_data
        if not body.startswith(_MARK):
            break
    return document
