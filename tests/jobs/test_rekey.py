"""After an upgrade from a release with other lookup keys, copies of what was stored ring no more."""

import sys
from array import array
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

import pytest
from servers.world import NOW, House, Item, open_house
from sqlalchemy import delete, insert, select, text, update

from daemon.dedup import fingerprint
from daemon.dedup.facts import word_id
from daemon.dedup.tokens import tokens
from daemon.errors import ParseError
from daemon.jobs import rekey
from daemon.model import Article
from daemon.store import Store, database, fingerprints, rekeying, upkeep
from daemon.store.tables import fingerprint_keys
from daemon.store.tables import fingerprints as table

TEXT = """\
The airport at Vestermole reopened at noon after a drone incursion had halted all flights for two hours.
Controllers saw three aircraft without transponders at 09:40, east of the second runway, and closed it.
Eleven flights were diverted to Skagholm and Norrvik, said the operator's spokeswoman Ingrid Dahl.
The police searched the marshes with forty officers and found neither drones nor pilots by dusk."""
DRONE = Item("incursion", "Airport reopens after drone incursion halts flights", TEXT)


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that is not there yet, on either engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'tocsin.db'}"
        return
    server = request.getfixturevalue("postgres")
    made = server.create()
    yield made
    server.drop(made)


def keys_of_then(words: str) -> list[int]:
    """Make lookup keys as they were made until schema 0007: digests of four words."""
    ids = array("I", map(word_id, tokens(words.lower())))
    runs = [ids[at : at + 4].tobytes() for at in range(len(ids) - 3)]
    chosen = sorted(runs, key=lambda run: crc32(run[:12]))[:20]
    digests = [blake2b(run, digest_size=6).digest() for run in chosen]
    return sorted({int.from_bytes(digest, "big", signed=True) for digest in digests})


def age(address: str) -> None:
    """Turn a database into what a program of schema 0007 would have left."""
    with database.at(address).migrator().begin() as conn:
        conn.execute(delete(fingerprint_keys))
        for article in conn.scalars(select(table.c.article_id)).all():
            keys = keys_of_then(TEXT)
            packed = {"packed_keys": array("q", keys).tobytes()}
            conn.execute(update(table).where(table.c.article_id == article).values(packed))
            rows = [{"key": key, "article_id": article} for key in keys]
            conn.execute(insert(fingerprint_keys), rows)
        for step in (
            "ALTER TABLE articles ADD COLUMN content_hash TEXT DEFAULT '' NOT NULL",
            "CREATE INDEX ix_articles_content_hash ON articles (content_hash)",
            "DROP TABLE listings",
            "DROP TABLE rests",
            "DROP INDEX ix_deliveries_fresh",
            "DROP INDEX ix_deliveries_begun",
            "ALTER TABLE deliveries DROP COLUMN severity",
            "DELETE FROM facts WHERE key IN ('serves', 'rekeying')",
            "UPDATE alembic_version SET version_num = '0007'",
        ):
            conn.execute(text(step))


def found(store: Store) -> list[int]:
    keys = fingerprint(Article(title=DRONE.title, text=TEXT)).keys
    known = store.read_now(lambda conn: fingerprints.candidates(conn, keys, besides=0, since=NOW))
    return [one.article for one in known]


async def publish(house: House, name: str, *items: Item) -> None:
    """Let a new site publish, once its first listing has been seen."""
    site = house.site(name)
    await house.turn()
    site.items.extend(items)
    await house.turn(minutes=5)


async def test_a_copy_of_what_an_earlier_release_stored_does_not_ring(address: str) -> None:
    upkeep.upgrade(address, NOW)
    async with open_house(address) as house:
        await publish(house, "wire", DRONE)
        assert len(house.told()) == 1
    age(address)
    assert upkeep.upgrade(address, NOW).before == "0007"
    async with open_house(address) as house:
        assert found(house.store) == []
        assert await rekey(house.context) == 1
        assert found(house.store) == [1]
        await publish(house, "echo", DRONE)
        assert house.told() == []
        assert house.why(f"{house.sites['echo'].base}/incursion")["fate"] == "duplicate"
        house.assert_sound()


async def test_the_newest_come_first_and_all_of_them_once(house: House, monkeypatch) -> None:
    monkeypatch.setattr(sys.modules["daemon.jobs.rekey"], "_PART", 2)
    monkeypatch.setattr(sys.modules["daemon.jobs.rekey"], "_PARTS", 2)
    await publish(house, "wire", *(Item(f"q{n}", f"Quay {n}", f"{TEXT} {n}.") for n in range(5)))
    age(house.context.config.daemon.database.reveal())
    upkeep.upgrade(house.context.config.daemon.database.reveal(), NOW)
    assert house.store.read_now(rekeying.left) == 5
    assert await rekey(house.context) == 4
    assert sorted(found(house.store)) == [2, 3, 4, 5]
    assert house.store.read_now(rekeying.left) == 1
    assert [await rekey(house.context) for _ in range(2)] == [1, 0]
    assert sorted(found(house.store)) == [1, 2, 3, 4, 5]
    assert house.store.read_now(rekeying.left) is None


async def test_one_that_stops_its_worker_is_passed_over(house: House) -> None:
    await publish(house, "wire", *(Item(f"q{n}", f"Quay {n}", f"{TEXT} {n}.") for n in range(3)))
    age(house.context.config.daemon.database.reveal())
    upkeep.upgrade(house.context.config.daemon.database.reveal(), NOW)
    compute = house.context.compute

    async def choke(work, texts):
        if any("Quay 1" in article.title for article, _ in texts):
            raise ParseError("timeout", "it took longer than 3 s")
        return await compute(work, texts)

    assert await rekey(replace(house.context, compute=choke)) == 3
    assert sorted(found(house.store)) == [1, 3]
    assert house.store.read_now(rekeying.left) is None


async def test_two_leaders_for_a_moment_leave_none_out(house: House) -> None:
    await publish(house, "wire", *(Item(f"q{n}", f"Quay {n}", f"{TEXT} {n}.") for n in range(4)))
    age(house.context.config.daemon.database.reveal())
    upkeep.upgrade(house.context.config.daemon.database.reveal(), NOW)
    part = house.store.read_now(lambda conn: rekeying.outdated(conn, NOW, 2))
    keys = [fingerprint(one.article).keys for one in part]
    for _ in range(2):
        house.store.write_now(lambda conn: rekeying.renew(conn, part, keys, NOW))
    assert house.store.read_now(rekeying.left) == 2
    await rekey(house.context)
    assert sorted(found(house.store)) == [1, 2, 3, 4]


async def test_what_is_read_anew_meanwhile_keeps_its_keys(house: House) -> None:
    await publish(house, "wire", DRONE)
    age(house.context.config.daemon.database.reveal())
    upkeep.upgrade(house.context.config.daemon.database.reveal(), NOW)
    (old,) = house.store.read_now(lambda conn: rekeying.outdated(conn, NOW, 9))
    fresh = fingerprint(Article(title=DRONE.title, text=TEXT))

    def read_anew(conn) -> None:
        fingerprints.drop(conn, old.id)
        fingerprints.put(conn, old.id, fresh, NOW)
        rekeying.renew(conn, [old], [(1, 2, 3)], NOW)

    house.store.write_now(read_anew)
    assert found(house.store) == [old.id]
    assert set(house.store.read_now(lambda conn: conn.scalars(select(fingerprint_keys.c.key)).all())) == set(
        fresh.keys
    )


async def test_what_no_copy_can_be_of_any_more_is_left(house: House) -> None:
    await publish(house, "wire", DRONE)
    age(house.context.config.daemon.database.reveal())
    upkeep.upgrade(house.context.config.daemon.database.reveal(), NOW)
    house.clock.wait(days=15)
    assert await rekey(house.context) == 0
    assert house.store.read_now(rekeying.left) is None
