"""Addresses as documents give them, made absolute."""

import re
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

_LONGEST = 8000  # characters; what is longer is no address
_BREAKS = re.compile(r"[\n\r\t]+ *")
_NO_PLACE = re.compile(r"[\0-\x20]*+(?:javascript|vbscript|data):", re.IGNORECASE)  # leads to no page
_USUAL = re.compile(r"https?://[!-~]{1,2000}")
_ABSOLUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,20}:")


def join(base: str, address: str) -> str:
    """Resolve `address` against `base`; "" if it is none or a script, itself if it cannot be resolved."""
    if _USUAL.fullmatch(address):
        return address
    address = _BREAKS.sub("", address.strip()).replace(" ", "%20")
    if len(address) > _LONGEST or _NO_PLACE.match(address):
        return ""
    if not base or not address or _ABSOLUTE.match(address):
        return address
    try:
        return urljoin(base, address)
    except ValueError:  # an unfinished IPv6 address in either
        return address


def base_of(page: LexborHTMLParser, url: str) -> str:
    """Give what a page's addresses are relative to: its <base>, else its own address."""
    tag = page.css_first("base[href]")
    return join(url, tag.attributes.get("href") or "") if tag else url
