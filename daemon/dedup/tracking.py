"""Query arguments that say how a reader came, never what is read."""

from daemon.dedup.lists import lines, words

_LISTED = words("tracking")
_NAMES = frozenset(name for name in _LISTED if not name.endswith("*"))
_PREFIXES = tuple(name.removesuffix("*") for name in _LISTED if name.endswith("*"))
_SOURCES, _, _VALUES = (frozenset(part.split()) for part in " ".join(lines("tracking-values")).partition(":"))


def is_tracking(name: str, value: str) -> bool:
    """Tell whether a query argument only says where the reader came from."""
    name = name.lower()
    return name in _NAMES or name.startswith(_PREFIXES) or (name in _SOURCES and value.lower() in _VALUES)
