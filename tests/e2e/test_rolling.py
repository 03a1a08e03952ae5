"""Machines are upgraded one after the other: these processes stand for the release before the schema's."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers.cluster import Cluster, opened, until
from servers.postgres import Server

from daemon.store import database, facts
from daemon.store.tables import REVISION
from daemon.store.upkeep import migrate, upgrade

pytest.importorskip("pgqueuer", reason="pgqueuer is not installed: pip install 'tocsin[postgres]'")

PUBLISHERS = 3
POLLED = "SELECT count(*) FROM sources WHERE first_polled_at IS NOT NULL"
MIGRATIONS = Path(__file__).parents[2] / "migrations"
# All that a release may do to a schema that the one before goes on using: docs/scale.md.
NEXT = f"""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{REVISION}"

def upgrade():
    for name in set(sa.inspect(op.get_bind()).get_table_names()) - {{"alembic_version"}}:
        op.add_column(name, sa.Column("may_be", sa.Text(), nullable=True))
        op.add_column(name, sa.Column("is_by_default", sa.Text(), nullable=False, server_default="so"))
        op.create_index(f"ix_{{name}}_may_be", name, ["may_be"])
    op.create_table("more", sa.Column("id", sa.BigInteger(), primary_key=True))
"""


@pytest.fixture
async def cluster(tmp_path: Path, postgres: Server) -> AsyncIterator[Cluster]:
    address = postgres.create()
    upgrade(address, datetime.now(UTC))
    async with opened(tmp_path, address, PUBLISHERS) as made:
        yield made
    postgres.drop(address)


def upgrade_to_the_next_release(cluster: Cluster) -> None:
    scripts = cluster.folder / "migrations"
    shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "9999_next.py").write_text(NEXT)
    migrate(database.at(cluster.database), "9999", scripts)


def serve(cluster: Cluster, oldest: str) -> None:
    engine = database.at(cluster.database).migrator()
    with engine.begin() as conn:
        facts.put(conn, facts.SERVES, oldest, datetime.now(UTC))
    engine.dispose()


async def test_processes_of_the_release_before_work_on_beside_the_new_schema(cluster: Cluster) -> None:
    running = [await cluster.start(role) for role in ("scheduler", "worker", "deliverer")]
    await until(cluster, "the backlog", lambda: cluster.ask(POLLED) == PUBLISHERS, 60)
    cluster.publish("before")
    await until(cluster, "alerts before", cluster.everything_told, 60)

    upgrade_to_the_next_release(cluster)
    serve(cluster, REVISION)
    cluster.publish("after")
    await until(cluster, "alerts from those that ran on", cluster.everything_told, 60)

    await cluster.stop(running)
    again = [await cluster.start(role) for role in ("scheduler", "worker", "deliverer")]
    cluster.publish("again")
    await until(cluster, "alerts from those that began after it", cluster.everything_told, 60)
    assert set(cluster.told().values()) == {1}
    assert cluster.ask("SELECT count(*) FROM alerts WHERE is_by_default = 'so'") == 3 * PUBLISHERS

    serve(cluster, "9999")
    assert [await process.wait() for process in again] == [0, 0, 0]
    assert cluster.logs().count("the schema has outgrown this program") == len(again)
    too_old = await cluster.start("worker")
    assert await too_old.wait() == 1
    assert f"its schema is 9999, this program knows {REVISION}" in cluster.logs()
    assert "Traceback" not in cluster.logs()
