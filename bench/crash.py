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
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers.lives import World, open_world

from daemon.store import Store, attempts, deliveries, upkeep

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
    for label, befell in sorted(before_repeats(world).items()):
        print(f"  {label}: after {', '.join(f'{count} {kind}' for kind, count in befell.most_common())}")
    print(f"the books: {upkeep.check(world.setting.database) or 'true'}")


def before_repeats(world: World) -> dict[str, Counter[str]]:
    """Count what came of the attempts before the last of what came twice, by whether the repeat says so."""
    with Store.open(world.setting.database) as store:
        sent = store.read_now(lambda conn: deliveries.page(conn, limit=1_000_000))
        tried = {
            (each.channel, each.message.key): store.read_now(
                partial(attempts.of_delivery, delivery_id=each.id)
            )
            for each in sent
        }
    found: dict[str, Counter[str]] = {"labelled": Counter(), "not labelled": Counter()}
    for channel, messages in world.told().items():
        plain = Counter(each.key for each in messages if not each.labelled)
        for key, times in Counter(each.key for each in messages).items():
            if times > 1:
                label = "labelled" if plain[key] <= 1 else "not labelled"
                kinds = (one.outcome_kind or "killed" for one in tried.get((channel, key), [])[:-1])
                found[label][" + ".join(kinds) or "nothing"] += 1
    return found


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
