"""Killed at statements all along its work, among failing targets: nothing is lost, and a repeat says so."""

import random
from datetime import UTC, datetime

from servers.lives import open_world

from daemon.store import upkeep

KILLS = 17  # with the three of the whole daemon in test_crash, twenty; bench/crash.py has a thousand
ARTICLES = 2


async def test_killed_at_any_statement_it_loses_nothing_and_a_repeat_says_so(tmp_path):
    template = tmp_path / "template.db"
    upkeep.upgrade(f"sqlite:///{template}", datetime.now(UTC))
    async with open_world(tmp_path, template) as world:
        world.publish(ARTICLES)
        statements = await world.live()
        world.storm(0.2, random.Random(20261122))
        for kill in range(KILLS):
            world.publish(ARTICLES)
            await world.live(1 + kill * statements // KILLS, within=10)
        await world.heal()
        assert world.kills == KILLS
        for channel, told in world.told().items():
            assert {each.article for each in told} == world.expected, f"lost on {channel}"
        assert world.unrecognised() == 0
        assert upkeep.check(world.setting.database) == []
