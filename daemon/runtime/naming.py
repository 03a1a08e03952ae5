"""Ask Wikidata for entities that the configuration does not have yet."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from daemon.config import Config
from daemon.errors import FetchError, TocsinError
from daemon.fetch import Fetcher
from daemon.jobs.wikidata import ENDPOINT, look_up
from daemon.model import Entity
from daemon.runtime.compose import user_agent
from daemon.runtime.logs import setup_logs


async def find_entities(
    config: Config, items: Sequence[str], languages: Sequence[str], environ: Mapping[str, str]
) -> tuple[Entity, ...]:
    """Give the entities behind items, under names that the configuration does not use yet.

    $TOCSIN_WIKIDATA names another endpoint that speaks Wikidata's API. Raises TocsinError when it cannot
    be reached, NotFoundError for an item that is not there.
    """
    setup_logs("warning", environ)
    endpoint = environ.get("TOCSIN_WIKIDATA") or ENDPOINT
    async with Fetcher(user_agent=user_agent(config.daemon.contact)) as fetcher:
        try:
            found = await look_up(fetcher, items, languages, endpoint=endpoint)
        except FetchError as error:
            raise TocsinError(
                f"Wikidata could not be asked: {error}. Nothing was changed; try again when the network is "
                "there, or write the entity by hand as docs/rules.md shows"
            ) from error
    taken = {entity.name for entity in config.entities}
    named = []
    for entity in found:
        name = entity.name if entity.name not in taken else f"{entity.name}-{entity.wikidata.lower()}"
        taken.add(name)
        named.append(replace(entity, name=name))
    return tuple(named)
