"""What no program can prevent: clocks that jump, disks that are full or read-only, yesterday's backup."""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from servers.world import NOW, Item, open_house

from daemon.errors import StoreError
from daemon.jobs import heed_clock
from daemon.store import Store, leases, upkeep

DRONES = [Item(f"d{n}", f"Drone incursion number {word}", f"{word} " * 30) for n, word in enumerate("abcd")]


def expected(items):
    return [f"[high] drones: {item.title}" for item in items]


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_clock_that_jumps_loses_and_repeats_nothing_and_delays_little(house, hours):
    site = house.site("wire")
    await house.turn()
    site.items.append(DRONES[0])
    await house.turn(minutes=5)
    seen = house.clock.now
    house.clock.wait(hours=hours)
    await heed_clock(house.context, seen, house.clock.now)
    site.items.append(DRONES[1])
    await house.turn(minutes=6)
    assert house.told() == expected(DRONES[:2])


async def test_after_a_gap_the_operator_hears_what_cannot_be_known(house):
    daemon = replace(house.context.config.daemon, operator_channel="desk")
    house.configure(daemon=daemon)
    now = house.clock.now
    await heed_clock(house.context, now - timedelta(minutes=1), now)
    assert house.told() == []
    await heed_clock(house.context, now - timedelta(hours=9), now)
    (told,) = (request.json() for request in house.webhook.requests)
    assert told["title"] == "Tocsin: nobody watched from 2026-11-22 03:00 UTC to 2026-11-22 12:00 UTC"
    assert "cannot be known" in told["message"]


async def test_from_last_nights_backup_only_what_is_no_longer_listed_is_lost(house, tmp_path):
    """Delivered and pending since then, both come again, with their keys; what is gone is gone."""
    site, url = house.site("wire"), house.context.config.daemon.database.reveal()
    await house.turn()
    site.items.append(DRONES[0])
    house.clock.wait(minutes=5)
    await house.poll()
    await house.read()  # in the outbox, not sent
    night = upkeep.backup(url, tmp_path / "night.backup")
    await house.deliver()
    site.items += DRONES[1:3]
    await house.turn(hours=1)
    assert Counter(house.told()) == Counter(expected(DRONES[:3]))
    keys = {request.headers["x-tocsin-alert"] for request in house.webhook.requests}

    house.store.close()
    shutil.copy(night, tmp_path / "tocsin.db")
    for leftover in ("tocsin.db-wal", "tocsin.db-shm"):
        (tmp_path / leftover).unlink(missing_ok=True)
    house.context = replace(house.context, store=Store.open(url))
    house.store.write_now(lambda conn: leases.expire(conn, house.clock.now))
    site.items = [DRONES[0], DRONES[2], DRONES[3]]  # the second has left the feed
    await house.turn(hours=1)
    again = house.told()[3:]
    assert Counter(again) == Counter(expected([DRONES[0], DRONES[2], DRONES[3]]))
    repeated = {request.headers["x-tocsin-alert"] for request in house.webhook.requests[3:]}
    assert len(keys | repeated) == 4, "what comes again has the key that it had"


@pytest.fixture
def disk(tmp_path) -> Iterator[Path]:
    """A disk of 4 MB of its own."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a disk of its own is mounted by root alone; test_engine.py fills a store without one")
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True)
    if done.returncode:
        pytest.skip(f"this machine mounts no tmpfs: {done.stderr.decode()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(b"x" * 512):
            pass
    return ballast


async def _try(house, stage) -> list[str]:
    try:
        await getattr(house, stage)()
    except StoreError as error:
        return [str(error)]
    return []


async def test_a_full_disk_delays_and_loses_nothing(template, disk):
    async with open_house(Path(shutil.copy(template, disk / "tocsin.db"))) as house:
        site = house.site("wire")
        await house.turn()
        refused: list[str] = []
        for item, full in zip(DRONES, ("poll", "read", "deliver"), strict=False):
            site.items.append(item)
            house.clock.wait(minutes=6)
            for stage in ("poll", "read", "deliver"):
                ballast = fill(disk) if stage == full else None
                refused += await _try(house, stage)
                if ballast:
                    ballast.unlink()
        assert refused
        assert all("is full" in error for error in refused)
        for _ in range(3):
            await house.turn(minutes=10)
        told = Counter(house.told())
        assert told.keys() == set(expected(DRONES[:3]))
        assert told.total() <= 3 + 1, "what was sent and could not be written down may come again"
        house.assert_sound()


def test_a_read_only_disk_is_named_and_nothing_is_lost(template, disk):
    url = f"sqlite:///{shutil.copy(template, disk / 'tocsin.db')}"
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(StoreError, match="who runs Tocsin must be able to write"), Store.open(url) as store:
        store.write_now(lambda conn: leases.expire(conn, NOW))
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert upkeep.check(url) == []
