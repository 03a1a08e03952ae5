"""The host of an address, by which polls and reads are kept apart."""

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """Give an address's host in lower case, or "" when it has none that can be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
