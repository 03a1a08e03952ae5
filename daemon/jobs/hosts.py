"""Work on one host is done piece after piece, so that nobody is asked twice at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def by_host(pieces: Iterable[T], host: Callable[[T], str]) -> Sequence[tuple[T, ...]]:
    """Group pieces of work by host, each group and the groups in the order given."""
    groups: dict[str, list[T]] = defaultdict(list)
    for piece in pieces:
        groups[host(piece)].append(piece)
    return [tuple(group) for group in groups.values()]
