"""What a job works with; a reload makes a new one, and work in flight keeps its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from daemon.config import Config
from daemon.dedup import Frequencies, background
from daemon.deliver import Deliverer
from daemon.fetch import Fetcher
from daemon.model import Channel, Rule, Source, Style
from daemon.schedule import Budget
from daemon.store import Store

T = TypeVar("T")


class Compute(Protocol):
    """Runs a pure function where it can be killed; raises ParseError if it had to be."""

    async def __call__(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Run `work` with these arguments elsewhere, and give its result."""
        ...

    async def close(self) -> None:
        """Take no more work, and end when what is under way has ended."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """The configuration, the rooms that act, and the two things only the runtime may know.

    `now` gives the time in UTC, `chance` a number in [0, 1). `styles` tells how each channel's target
    wants its messages written, `budget` what a poll must be worth to be made, `frequencies` how common
    words are.
    """

    config: Config
    store: Store
    fetcher: Fetcher
    deliverer: Deliverer
    compute: Compute
    now: Callable[[], datetime]
    chance: Callable[[], float]
    sources: Mapping[str, Source]
    rules: Mapping[str, Rule]
    channels: Mapping[str, Channel]
    styles: Mapping[str, Style]
    budget: Budget
    frequencies: Frequencies = field(default_factory=background)

    @property
    def source_tags(self) -> dict[str, tuple[str, ...]]:
        """Give the tags of each source: an article in the store has none of its own."""
        return {name: source.tags for name, source in self.sources.items()}
