"""What lies behind a source's first page: the sitemaps of an index, and the pages before a gap."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from urllib.parse import urljoin

import structlog

from daemon.dedup import EntryKeys, listing_keys
from daemon.errors import FetchError, ParseError
from daemon.fetch import Fetched, NotModified
from daemon.jobs.context import Context
from daemon.jobs.requests import ask
from daemon.model import Entry, Feed, Source, SourceKind
from daemon.parse import discover, parse_source
from daemon.store import entries

# Requests that one poll may make beyond its first.
_SITEMAPS = 3
_OLDER = 3
_WITNESSES = 20  # entries older than a gap that are asked whether they are known

# What is listed further down has long been read, or is too old to ring.
_MOST = 2_000

log = structlog.get_logger()


async def parse_answer(compute: Callable[..., Awaitable[Feed]], source: Source, answer: Fetched) -> Feed:
    """Read a document as the source's kind says, by `compute` in a process that may be killed.

    Raises ParseError.
    """
    return await compute(parser_of(source, answer))


def parser_of(source: Source, answer: Fetched) -> Callable[[], Feed]:
    """Give what reads a document as the source's kind says; it raises ParseError."""
    return partial(
        parse_source,
        answer.body,
        url=answer.url,
        kind=source.kind,
        listing=source.listing,
        content_type=answer.content_type,
    )


async def open_index(ctx: Context, source: Source, index: Feed) -> Feed:
    """Put the entries of an index's newest sitemaps in its place.

    One sitemap that fails is passed over. Raises FetchError or ParseError when all of them do.
    """
    listed: list[Entry] = []
    failure: FetchError | ParseError | None = None
    for sitemap in _newest(index.entries):
        try:
            listed += (await _list(ctx, source, sitemap.url)).entries
        except (FetchError, ParseError) as error:
            failure = error
            log.warning("sitemap failed", source=source.name, url=sitemap.url, why=str(error))
    if failure and not listed:
        raise failure
    if len(listed) > _MOST:
        log.info("sitemaps cut", source=source.name, kept=_MOST, left_out=len(listed) - _MOST)
    return replace(index, entries=tuple(listed[:_MOST]))


async def find_older(
    ctx: Context, source: Source, feed: Feed, keys: Iterable[EntryKeys], since: datetime
) -> tuple[Entry, ...]:
    """List what came before the first page when nothing on it was known; () when there is no gap.

    `keys` are those of what the first page lists. It follows the next pages until something known turns up,
    or for so many; what fails on the way ends it. Where there are none, the site's sitemap says what was
    published `since` the last listing, which may have stayed the same for a day.
    """
    if not feed.entries or await _is_stored(ctx, keys):
        return ()
    found = await _next_pages(ctx, source, feed) if feed.next_page else await _sitemap(ctx, source, since)
    if found:
        log.info("window gap", source=source.name, listed=len(feed.entries), found_behind=len(found))
    return tuple(found)


async def _next_pages(ctx: Context, source: Source, feed: Feed) -> list[Entry]:
    found: list[Entry] = []
    seen = {feed.url}
    page = feed
    for _ in range(_OLDER):
        if not page.next_page or page.next_page in seen:
            break
        seen.add(page.next_page)
        try:
            page = await _list(ctx, source, page.next_page)
        except (FetchError, ParseError) as error:
            log.warning("next page failed", source=source.name, why=str(error))
            break
        found += page.entries
        if await _any_known(ctx, page.entries):
            break
    return found


async def _sitemap(ctx: Context, source: Source, since: datetime) -> list[Entry]:
    """List what the sitemaps that robots.txt names date after `since`, and one known entry to meet it."""
    if source.kind is SourceKind.SITEMAP:
        return []
    try:
        robots = await _get(ctx, source, urljoin(source.url, "/robots.txt"))
        named = await ctx.compute(discover, robots.body, url=robots.url, content_type=robots.content_type)
    except (FetchError, ParseError):
        return []
    urls = [each.url for each in named if each.kind is SourceKind.SITEMAP and each.certain]
    for url in sorted(urls, key=lambda url: "news" not in url.lower())[:_SITEMAPS]:
        try:
            listed = await parse_answer(
                ctx.compute, replace(source, kind=SourceKind.SITEMAP), await _get(ctx, source, url)
            )
            entries = (await open_index(ctx, source, listed) if listed.is_index else listed).entries[:_MOST]
        except (FetchError, ParseError) as error:
            log.warning("sitemap failed", source=source.name, url=url, why=str(error))
            continue
        dated = [(entry.published or entry.updated, entry) for entry in entries]
        if missed := [entry for at, entry in dated if at and at > since]:
            before = [entry for at, entry in dated if at and at <= since][:_WITNESSES]
            known = [entry for entry in before if await _any_known(ctx, [entry])]
            return missed + known[:1]
    return []


def is_dated(index: Feed) -> bool:
    """Tell whether an index says when its sitemaps changed; if not, «not modified» says nothing of them."""
    return any(entry.updated for entry in index.entries)


async def _list(ctx: Context, source: Source, url: str) -> Feed:
    answer = await _get(ctx, source, url)
    return await parse_answer(ctx.compute, source, answer)


async def _get(ctx: Context, source: Source, url: str) -> Fetched:
    answer = await ask(ctx, source, url)
    if isinstance(answer, NotModified):  # it was asked without validators
        raise FetchError("http_304", "the server said «not modified» to an unconditional request")
    return answer


def _newest(sitemaps: Collection[Entry]) -> list[Entry]:
    """Choose the sitemaps that changed last; of undated ones those of news, and both ends of the list."""
    dated = [sitemap for sitemap in sitemaps if sitemap.updated]
    if dated:
        return dated[:_SITEMAPS]  # the parser puts the newest first
    named = [sitemap for sitemap in sitemaps if "news" in sitemap.url.lower()]
    ends = [*list(sitemaps)[:1], *list(sitemaps)[:-3:-1]]
    return list({sitemap.url: sitemap for sitemap in [*named, *ends]}.values())[:_SITEMAPS]


async def _any_known(ctx: Context, listed: Collection[Entry]) -> bool:
    """Ask by ids and addresses first; every word is read, in a worker, only where none is known."""
    bare = tuple(replace(entry, summary="", content="") for entry in listed)
    return await _is_stored(ctx, listing_keys(bare)) or await _is_stored(
        ctx, await ctx.compute(listing_keys, tuple(listed))
    )


async def _is_stored(ctx: Context, found: Iterable[EntryKeys]) -> bool:
    keys = {key for each in found for key in stored_keys(each)}
    return bool(await ctx.store.read(lambda conn: entries.known(conn, keys)))


def stored_keys(keys: EntryKeys) -> tuple[str, ...]:
    """Write an entry's keys as the store keeps them, each with its kind in front."""
    kinds = {"url": keys.url, "content": keys.content, "id": keys.id}
    return tuple(f"{kind}:{key}" for kind, key in kinds.items() if key)
