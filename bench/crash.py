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
    lost = told = 0
    for channel, messages in world.told().items():
        arrived = Counter(each.article for each in messages)
        missing, more = world.expected - arrived.keys(), arrived.total() - len(arrived)
        lost, told = lost + len(missing), told + arrived.total()
        print(f"  {channel:<14} {len(arrived)} arrived, {len(missing)} lost, {more} twice")
    befell = sum((weather.befell for weather in world.weather), Counter())
    print(f"  faults: {', '.join(f'{count} {name}' for name, count in sorted(befell.items()))}")
    why = repeats(world)
    print(f"{lost} lost; {told / world.kills:.0f} messages a kill; {why.total()} of {told} were repeats:")
    for reason, count in sorted(why.items()):
        print(f"  {count / told:6.2%} ({count}) after {reason}")
    print(f"{world.unrecognised()} of them with another key, or not said to be a repeat")
    print(f"the books: {upkeep.check(world.setting.database) or 'true'}")


def repeats(world: World) -> Counter[str]:
    """Count what came again, by what befell the message that came before."""
    killed, unanswered, why = kills_in_flight(world), world.unanswered(), Counter[str]()
    for channel, messages in world.told().items():
        robbed = Counter(each.key for each in unanswered[channel])
        for key, times in Counter(each.key for each in messages).items():
            lost = min(times - 1, robbed[key])
            died = min(times - 1 - lost, killed[channel, key])
            why += Counter({"a lost reply": lost, "a kill": died, "neither": times - 1 - lost - died})
    return why


def kills_in_flight(world: World) -> Counter[tuple[str, str]]:
    """Count the attempts of which nothing was written down, by channel and key."""
    with Store.open(world.setting.database) as store:
        sent = store.read_now(lambda conn: deliveries.page(conn, limit=1_000_000))
        return Counter(
            (each.channel, each.message.key)
            for each in sent
            for attempt in store.read_now(partial(attempts.of_delivery, delivery_id=each.id))
            if not attempt.outcome_kind
        )


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
