"""A running installation moves to PostgreSQL and back: what waited is told, and nothing is told again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers.cluster import Cluster, opened, until
from servers.http import Response
from servers.postgres import Server

from daemon.store.upkeep import upgrade

pytest.importorskip("pgqueuer", reason="pgqueuer is not installed: pip install 'tocsin[postgres]'")

PUBLISHERS = 3
POLLED = "SELECT count(*) FROM sources WHERE first_polled_at IS NOT NULL"
WAITING = "SELECT count(*) FROM deliveries WHERE state = 'failed'"


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    database = f"sqlite:///{tmp_path}/tocsin.db"
    upgrade(database, datetime.now(UTC))
    async with opened(tmp_path, database, PUBLISHERS) as made:
        yield made


async def test_a_daemon_goes_on_where_the_one_before_the_move_was_killed(
    cluster: Cluster, postgres: Server, tmp_path: Path
) -> None:
    address = postgres.create()
    daemon = await cluster.start("all")
    await until(cluster, "the backlog", lambda: cluster.ask(POLLED) == PUBLISHERS, 60)
    await told(cluster, "one")
    for database in (address, f"sqlite:///{tmp_path}/back.db"):
        cluster.way.faults.extend([Response(503)] * 100)
        what = f"before {database[:6]}"
        cluster.publish(what)
        await until(cluster, what, lambda: cluster.ask(WAITING) == PUBLISHERS, 60)
        daemon.kill()
        await daemon.wait()
        cluster.way.faults.clear()
        await cluster.move(database)
        daemon = await cluster.start("all")
        await told(cluster, f"after {database[:6]}")
    await cluster.stop([daemon])
    told_once = 5 * PUBLISHERS
    assert sum(cluster.told().values()) == told_once, cluster.told()
    assert cluster.ask("SELECT count(*) FROM alerts") == told_once
    assert cluster.ask("SELECT max(id) FROM alerts") == told_once, "they are numbered on"
    assert cluster.ask("SELECT count(*) FROM entries WHERE fate = 'delivered'") == told_once
    postgres.drop(address)


async def told(cluster: Cluster, what: str) -> None:
    cluster.publish(what)
    await until(cluster, what, cluster.everything_told, 60)
