"""Documents that are served packed: feeds and sitemaps kept as .gz files."""

import zlib

from daemon.errors import ParseError

_MARK = b"\x1f\x8b"
_LARGEST = 50_000_000  # bytes, the sitemap protocol's own limit for a document once unpacked


def unpacked(body: bytes) -> bytes:
    """Unpack a gzip file, as far as it goes, and leave anything else; ParseError("gzip") if it is broken."""
    if not body.startswith(_MARK):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, _LARGEST)
    except zlib.error as error:
        raise ParseError("gzip", f"This begins like a gzip file and cannot be unpacked: {error}.") from error
