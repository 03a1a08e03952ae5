"""What a document of any make costs its worker process: three seconds, and 50 MB beside the document."""

import time

import pytest
from servers.hostile import MONSTERS

from daemon.errors import ParseError
from daemon.parse import discover, extract_article, parse_feed, parse_sitemap
from daemon.runtime.workers import LIMIT, Workers

MOST = 50_000_000 + 2 * 10_000_000  # it comes through a pipe, and is unpacked


def read(body: bytes) -> tuple[list[str], float]:
    """Read it as all that it may be taken for; say what came of each, and the CPU seconds of the dearest."""
    outcomes, dearest = [], 0.0
    for parse in (extract_article, parse_feed, parse_sitemap, discover):
        began = time.process_time()
        try:
            parse(body, url="https://a.example/")
            outcomes.append("read")
        except ParseError as error:
            outcomes.append(error.kind)
        dearest = max(dearest, time.process_time() - began)
    return outcomes, dearest


def warm_up() -> None:
    """Load what is loaded once, whatever is read."""
    read(b"<p>Ein Haus steht am See, und niemand wohnt darin.")


@pytest.mark.parametrize("name", MONSTERS)
async def test_a_monster_costs_little(name):
    workers = Workers(1, warm_up, memory=MOST, limit=10 * LIMIT)  # of the clock, which others stretch
    try:
        outcomes, dearest = await workers(read, MONSTERS[name]())
    finally:
        await workers.close()
    assert "read" not in outcomes[1:3]  # it is no feed and no sitemap
    assert dearest < LIMIT
