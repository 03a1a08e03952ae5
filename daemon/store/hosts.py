"""The host of an address, by which polls and reads are kept apart."""

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """Give an address's host in lower case, or "" when it has none that can be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_same_site(host: str, other: str) -> bool:
    """Tell whether one of two hosts is the other's, as `www.example.org` is `example.org`'s."""
    return host == other or host.endswith(f".{other}") or other.endswith(f".{host}")
