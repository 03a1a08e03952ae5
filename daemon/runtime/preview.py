"""Try a source as the daemon would poll it, and store nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from daemon.config import Config, did_you_mean
from daemon.errors import NotFoundError
from daemon.fetch import Fetched, Fetcher
from daemon.jobs.pages import parse_answer
from daemon.model import Feed, Source
from daemon.parse import Candidate
from daemon.runtime.compose import user_agent
from daemon.runtime.finding import look_behind
from daemon.runtime.logs import setup_logs
from daemon.runtime.workers import MEMORY, Workers

T = TypeVar("T")


async def preview(
    config: Config, url: str, name: str | None, environ: Mapping[str, str], *, allow_private: bool = False
) -> Feed:
    """Fetch and parse one address, with the settings of the source `name` if one is named.

    `allow_private` opens intranets even where the source does not.
    Raises FetchError or ParseError as a poll would record them, NotFoundError for a name that is misspelt.
    """
    setup_logs("warning", environ)
    names = [source.name for source in config.sources]
    if name is None and "://" not in url and url not in names and (near := did_you_mean(url, names)):
        raise NotFoundError(f"there is no source «{url}» in the configuration: {near}")
    source = _settings(config, url, name, allow_private=allow_private)
    answer = await _fetch(config, source)
    return await parse_answer(_in_worker, source, answer)


async def find_candidates(
    config: Config, url: str, environ: Mapping[str, str], *, allow_private: bool = False
) -> tuple[Candidate, ...]:
    """Fetch a page and list what could be polled behind it."""
    setup_logs("warning", environ)
    asked = _settings(config, url, None, allow_private=allow_private)

    async def fetch(address: str) -> Fetched:
        return await _fetch(config, replace(asked, url=address))

    return await look_behind(await fetch(url), fetch, _in_worker)


async def _fetch(config: Config, source: Source) -> Fetched:
    async with Fetcher(user_agent=user_agent(config.daemon.contact)) as fetcher:
        answer = await fetcher.get(source.url, access=source.access, allow_private=source.allow_private)
    assert isinstance(answer, Fetched), "an unconditional request has a document or an error"  # noqa: S101
    return answer


async def _in_worker(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    workers = Workers(1, memory=MEMORY)
    try:
        return await workers(work, *args, **kwargs)
    finally:
        await workers.close()


def _settings(config: Config, url: str, name: str | None, *, allow_private: bool) -> Source:
    by_name = {source.name: source for source in config.sources}
    if name is not None and name not in by_name:
        near = did_you_mean(name, by_name) or "`tocsin sources list` names all"
        raise NotFoundError(f"there is no source {name!r} in the configuration: {near}")
    if name is None and url in by_name:
        name, url = url, by_name[url].url
    known = by_name.get(name or "") or next((s for s in config.sources if s.url == url), None)
    source = replace(known, url=url) if known else Source("preview", url)
    return replace(source, allow_private=source.allow_private or allow_private)
