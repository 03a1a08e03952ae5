"""Try a source as the daemon would poll it, and store nothing."""

from collections.abc import Mapping
from dataclasses import replace

from daemon.config import Config
from daemon.errors import NotFoundError
from daemon.fetch import Fetched, Fetcher
from daemon.model import Feed, Source
from daemon.parse import parse_source
from daemon.runtime.compose import user_agent
from daemon.runtime.logs import setup_logs
from daemon.runtime.workers import Workers


async def preview(config: Config, url: str, name: str | None, environ: Mapping[str, str]) -> Feed:
    """Fetch and parse one address, with the settings of the source `name` if one is named.

    Raises FetchError or ParseError as a poll would record them.
    """
    setup_logs("warning", environ)
    source = _settings(config, url, name)
    async with Fetcher(user_agent=user_agent(config.daemon.contact)) as fetcher:
        answer = await fetcher.get(url, access=source.access, allow_private=source.allow_private)
    assert isinstance(answer, Fetched), "an unconditional request has a document or an error"  # noqa: S101
    workers = Workers(1)
    try:
        return await workers(
            parse_source,
            answer.body,
            url=answer.url,
            kind=source.kind,
            listing=source.listing,
            content_type=answer.content_type,
        )
    finally:
        await workers.close()


def _settings(config: Config, url: str, name: str | None) -> Source:
    by_name = {source.name: source for source in config.sources}
    if name is not None and name not in by_name:
        raise NotFoundError(f"there is no source {name!r} in the configuration")
    known = by_name.get(name or "") or next((s for s in config.sources if s.url == url), None)
    return replace(known, url=url) if known else Source("preview", url)
