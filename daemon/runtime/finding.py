"""Find what to poll behind an address: the best feed, sitemap or listing that yields entries."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from daemon.config import Config
from daemon.errors import ConflictError, FetchError, ParseError
from daemon.fetch import Fetched, Fetcher, NotModified
from daemon.jobs.context import Compute
from daemon.jobs.pages import parse_answer
from daemon.model import Feed, ListingSelectors, Source, SourceKind
from daemon.parse import Candidate, discover
from daemon.runtime.compose import user_agent
from daemon.runtime.logs import setup_logs
from daemon.runtime.workers import MEMORY, Workers

# Candidates that are fetched, the host's pace between them.
_TRIED = 15
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A source that was tried, what it listed, and a sentence on how it was found."""

    source: Source
    feed: Feed
    why: str


async def find_source(
    config: Config,
    wanted: Source,
    environ: Mapping[str, str],
    tell: Callable[[str], None],
    count: Callable[[int, int], None],
) -> Found:
    """Try what stands at the wanted address and what it leads to, and give the best that lists entries.

    `wanted` carries the user's settings; its name may be "", then the source names itself. `tell` hears of
    each try, `count` how many are done, of how many at most. Raises FetchError when the address itself
    fails, ParseError when nothing there can be polled.
    """
    setup_logs("warning", environ)
    workers = Workers(1, memory=MEMORY)
    try:
        async with Fetcher(user_agent=user_agent(config.daemon.contact)) as fetcher:
            return await search_for(fetcher, workers, wanted, tell, count)
    finally:
        await workers.close()


async def search_for(
    fetcher: Fetcher,
    workers: Compute,
    wanted: Source,
    tell: Callable[[str], None],
    count: Callable[[int, int], None] = lambda _done, _every: None,
) -> Found:
    """Do as `find_source` does, with what a running daemon has."""
    return await _Search(fetcher, workers, wanted, tell, count).find()


async def look_behind(
    page: Fetched,
    fetch: Callable[[str], Awaitable[Fetched]],
    compute: Callable[..., Awaitable[tuple[Candidate, ...]]],
) -> tuple[Candidate, ...]:
    """List what could be polled behind a page, and if it announces no feed, what robots.txt names."""
    found = await compute(discover, page.body, url=page.url, content_type=page.content_type)
    if any(candidate.certain and candidate.kind is SourceKind.FEED for candidate in found):
        return found
    address = urljoin(page.url, "/robots.txt")
    try:
        robots = await fetch(address)
    except FetchError:
        return found
    named = await compute(discover, robots.body, url=address, content_type=robots.content_type)
    addresses = {candidate.url for candidate in named}
    title = next((candidate.title for candidate in found if candidate.kind is SourceKind.SITEMAP), "")
    named = tuple(replace(candidate, title=title) for candidate in named)
    return (*named, *(candidate for candidate in found if candidate.url not in addresses))


def require_new(config: Config, source: Source) -> None:
    """Make sure that the configuration has neither this address nor this name; ConflictError if it has."""
    for known in config.sources:
        if known.url == source.url:
            raise ConflictError(f"{source.url} is there already, as the source «{known.name}»")
        if known.name == source.name:
            raise ConflictError(f"there is a source «{known.name}» already: give this one another name")


@dataclass(frozen=True, slots=True)
class _Search:
    fetcher: Fetcher
    workers: Compute
    wanted: Source
    tell: Callable[[str], None]
    count: Callable[[int, int], None]

    async def find(self) -> Found:
        page = await self._fetch(self.wanted.url)
        itself = Candidate(self.wanted.url, SourceKind.AUTO, why="The address is a source itself.")
        if found := await self._try(itself, page):
            return found
        candidates = await look_behind(page, self._fetch, self.workers)
        likeliest = sorted(candidates, key=_rank)[:_TRIED]
        for done, candidate in enumerate(likeliest):
            self.count(done, len(likeliest))
            if found := await self._try(candidate, page):
                return await self._fuller(found, candidates, page)
        hint = 'write it into config.toml with the selector of those links: listing = { links = "h2 a" }'
        message = f"nothing at {self.wanted.url} can be polled as it is; if it links to its articles, {hint}"
        raise ParseError("nothing_found", message)

    async def _fuller(self, found: Found, candidates: Iterable[Candidate], page: Fetched) -> Found:
        """Prefer the site's interface for programs where it lists more than what was found."""
        for candidate in candidates:
            if candidate.interface and candidate.url != found.source.url:
                other = await self._try(candidate, page)
                if other and len(other.feed.entries) > len(found.feed.entries):
                    return replace(other, source=replace(other.source, name=found.source.name))
        return found

    async def _try(self, candidate: Candidate, page: Fetched) -> Found | None:
        """Fetch and read a candidate; None if it lists nothing."""
        source = replace(
            self.wanted, url=candidate.url, kind=candidate.kind, listing=ListingSelectors(candidate.links)
        )
        try:
            answer = (
                page if candidate.url in {page.url, self.wanted.url} else await self._fetch(candidate.url)
            )
            feed = await parse_answer(self.workers, source, answer)
        except (FetchError, ParseError) as error:
            if candidate.kind is not SourceKind.AUTO:
                self.tell(f"no: {candidate.url}: {'no such page' if error.kind == 'http_404' else error}")
            return None
        if not feed.entries:
            self.tell(f"no: {candidate.url} lists nothing now")
            return None
        site = candidate.title if candidate.kind is SourceKind.SITEMAP else ""
        return Found(_named(source, feed.title or site), feed, candidate.why)

    async def _fetch(self, url: str) -> Fetched:
        answer = await self.fetcher.get(url, allow_private=self.wanted.allow_private)
        assert not isinstance(answer, NotModified), "nothing was asked on condition"  # noqa: S101
        return answer


def _rank(candidate: Candidate) -> int:
    """Put what brings dates and ids first, and what is only beside the news last."""
    if candidate.certain and candidate.kind is SourceKind.FEED:
        return 0
    if candidate.interface:
        return 2
    if candidate.kind is SourceKind.SITEMAP:
        return 2 if "news" in candidate.url else 5
    return {SourceKind.FEED: 1, SourceKind.LISTING: 3, SourceKind.TELEGRAM: 4}.get(candidate.kind, 6)


def _named(source: Source, title: str) -> Source:
    """Name a source that has no name after what it, or else its site, calls itself."""
    line = "".join(char if char.isprintable() else " " for char in title)
    name = source.name or " ".join(line.split())[:_LONGEST_NAME].strip()
    return replace(source, name=name or urlsplit(source.url).hostname or source.url)
