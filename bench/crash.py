"""Killed again and again: what is lost, what comes twice, and whether it can be recognised.

    .venv/bin/python bench/crash.py [KILLS [MINUTES]]

Every second life is ended by SIGKILL at a statement of the store, each in its turn, the others at any
moment, while every fifth message meets a fault. Goals: nothing lost; under 2 % twice, lost replies
aside, each with the same key. The books must be true.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers.lives import World, open_world

from daemon.store import upkeep

FAULTS = 0.2
STRIDE = 389  # a prime, so that early and late statements take turns
NEVER = -1
ARTICLES = 6  # to be published in each life, each for four channels


async def torment(world: World, kills: int, minutes: float) -> None:
    world.publish(ARTICLES)
    statements = await world.live()
    print(
        f"a whole life: {ARTICLES} alerts on {len(world.setting.channels)} channels, {statements} statements"
    )
    chance = random.Random(1)
    world.storm(FAULTS, chance)
    began = time.monotonic()
    while world.kills < kills and time.monotonic() - began < minutes * 60:
        world.publish(ARTICLES)
        if world.kills % 2:
            await world.live(NEVER, within=chance.uniform(0.3, 3))
        else:
            await world.live(1 + world.kills // 2 * STRIDE % statements, within=20)
        if world.kills % 50 == 0:
            print(f"  {world.kills} kills, {time.monotonic() - began:.0f} s", flush=True)
    await world.heal()
    print(f"{world.kills} kills in {time.monotonic() - began:.0f} s")


def report(world: World) -> None:
    lost = twice = told = 0
    for channel, messages in world.told().items():
        arrived = Counter(each.article for each in messages)
        missing, more = world.expected - arrived.keys(), arrived.total() - len(arrived)
        lost, twice, told = lost + len(missing), twice + more, told + arrived.total()
        print(f"  {channel:<14} {len(arrived)} arrived, {len(missing)} lost, {more} twice")
    befell = sum((weather.befell for weather in world.weather), Counter())
    print(f"  faults: {', '.join(f'{count} {name}' for name, count in sorted(befell.items()))}")
    ours = world.replies_lost
    rest = max(twice - ours, 0) / told
    print(f"{told / world.kills:.0f} messages and {max(twice - ours, 0) / world.kills:.2f} repeats a kill")
    print(f"{lost} lost; {twice} of {told} twice, {ours} replies lost by the targets; the rest: {rest:.2%}")
    print(f"{world.unrecognised()} of them with another key, or not said to be a repeat")
    print(f"the books: {upkeep.check(world.setting.database) or 'true'}")


async def main(kills: int, minutes: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        upkeep.upgrade(f"sqlite:///{folder / 'template.db'}", datetime.now(UTC))
        async with open_world(folder, folder / "template.db") as world:
            await torment(world, kills, minutes)
            report(world)


if __name__ == "__main__":
    words = dict(enumerate(sys.argv))
    asyncio.run(main(int(words.get(1, 1_000)), float(words.get(2, 20))))
