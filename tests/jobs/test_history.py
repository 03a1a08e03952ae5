"""Any history of news, reprints, faults and crashes: each story rings each rule that asks for it, once."""

import asyncio
import random
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers.http import Fault, Response
from servers.world import House, Item, open_house

from daemon.jobs import claim_deliveries, claim_entries, claim_sources
from daemon.store import leases

SITES = ("north", "east", "west")
KINDS: dict[str, set[str]] = {
    "drone incursion": {"drones"},
    "ferry": {"ferries"},
    "ferry in a drone incursion": {"drones", "ferries"},
    "harvest": set(),
}
MOST_RULES = max(map(len, KINDS.values()))
SYLLABLES = [a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "il")]

sites = st.sampled_from(SITES)
actions = st.one_of(
    st.tuples(st.just("publish"), sites, st.sampled_from(sorted(KINDS))),
    st.tuples(st.just("publish"), sites, st.sampled_from(sorted(KINDS))),
    st.tuples(st.just("reprint"), sites, st.integers(0, 9)),
    st.tuples(st.just("page_down"), st.integers(0, 9)),
    st.tuples(st.just("feed_down"), sites),
    st.tuples(st.just("feed_up"), sites),
    st.tuples(st.just("channel_down"), st.integers(1, 4)),
    st.tuples(st.just("channel_cut")),
    st.tuples(st.just("crash"), st.sampled_from(["polling", "reading", "sending"])),
    st.tuples(st.just("turn"), st.integers(1, 30)),
    st.tuples(st.just("turn"), st.integers(1, 30)),
)


def invent(number: int, kind: str) -> Item:
    """An article like no other: its own words, and the kind in its title."""
    chance = random.Random(number)
    words = ["".join(chance.choices(SYLLABLES, k=3)) for _ in range(80)]
    lines = [" ".join(words[start : start + 16]).capitalize() + "." for start in range(0, 80, 16)]
    return Item(f"story-{number}", f"{words[0]} {kind} {words[1]}".capitalize(), "\n".join(lines))


class History:
    """Plays actions on a house, and knows what must be told at the end."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.expected: Counter[tuple[str, str]] = Counter()
        self.stories: list[Item] = []
        self.unsure = 0

    async def play(self, script: list[tuple]) -> None:
        for name in SITES:
            self.house.site(name)
        await self.house.turn()
        for name, *details in script:
            await getattr(self, name)(*details)
        await self.heal()

    async def publish(self, site: str, kind: str) -> None:
        item = invent(len(self.stories), kind)
        self.stories.append(item)
        self.house.sites[site].items.append(item)
        self.expected += Counter((rule, item.title) for rule in KINDS[kind])

    async def reprint(self, site: str, number: int) -> None:
        if number < len(self.stories):
            copy = replace(self.stories[number], slug=f"reprint-{number}")
            if all(item.slug != copy.slug for item in self.house.sites[site].items):
                self.house.sites[site].items.append(copy)

    async def page_down(self, number: int) -> None:
        for site in self.house.sites.values():
            site.answers[f"/story-{number}"] = Response(500)

    async def feed_down(self, site: str) -> None:
        self.house.sites[site].answers["/feed"] = Response(500)

    async def feed_up(self, site: str) -> None:
        self.house.sites[site].answers.pop("/feed", None)

    async def channel_down(self, times: int) -> None:
        self.house.channel_server.faults.extend([Response(503)] * times)

    async def channel_cut(self) -> None:
        self.unsure += 1
        self.house.channel_server.faults.append(Fault.RESET_HEARD)

    async def crash(self, doing: str) -> None:
        """Die with work in hand, and start again."""
        house = self.house
        if doing == "polling":
            await claim_sources(house.context, 2, ())
        else:
            await house.poll()
            if doing == "sending":
                await house.read()
            await (claim_entries if doing == "reading" else claim_deliveries)(house.context, 2, ())
        house.store.write_now(lambda conn: leases.expire(conn, house.clock.now))

    async def turn(self, minutes: int) -> None:
        await self.house.turn(minutes=minutes)

    async def heal(self) -> None:
        for site in self.house.sites.values():
            site.answers.clear()
        self.house.channel_server.faults.clear()
        for _ in range(6):
            await self.house.turn(hours=4)


def rules_and_title(subject: str) -> list[tuple[str, str]]:
    """Take a message's subject apart: it names all the rules that one article rang."""
    rules, title = subject.partition("] ")[2].split(": ", 1)
    return [(rule, title) for rule in rules.split(", ")]


async def _play(template: Path, script: list[tuple]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_house(Path(shutil.copy(template, folder))) as house:
            history = History(house)
            await history.play(script)
            house.assert_sound()
            told = Counter(pair for title in house.told() for pair in rules_and_title(title))
            assert told.keys() == history.expected.keys()
            assert (told - history.expected).total() <= MOST_RULES * history.unsure, "rang twice"
            sent = (request.headers["x-tocsin-alert"] for request in house.webhook.requests)
            keys = {key for header in sent for key in header.split()}
            assert len(keys) == history.expected.total(), "a repeat keeps its key"
            assert set(house.fates().values()) <= {"delivered", "duplicate", "no_rule"}


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(script=st.lists(actions, min_size=5, max_size=25))
def test_every_history_tells_each_story_once(template, script):
    asyncio.run(_play(template, script))
