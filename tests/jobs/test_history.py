"""Any history of news, reprints, faults, silences and crashes, against a simple model of it."""

import asyncio
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from servers.http import Fault, Response
from servers.invented import invent
from servers.world import Item, open_house

from daemon.jobs import claim_deliveries, claim_entries, claim_replays, claim_sources, replay, silences
from daemon.model import DeliveryState, Fate, Silence
from daemon.store import alerts, articles, deliveries, entries, leases, ledger
from daemon.store.audit import audit

SITES = ("north", "east", "west")
KINDS: dict[str, set[str]] = {
    "drone incursion": {"drones"},
    "ferry": {"ferries"},
    "ferry in a drone incursion": {"drones", "ferries"},
    "harvest": set(),
}
MOST_RULES = max(map(len, KINDS.values()))
MESSAGE = re.compile(r"\[\w+\] ([\w, ]+): (?:Late: )?(.*)")

MEMORY = Path("/dev/shm")  # where nothing waits for a disk, on machines that have it

sites = st.sampled_from(SITES)


def rules_and_title(subject: str) -> list[tuple[str, str]]:
    """Take a message's subject apart: it names all the rules that one article rang."""
    found = MESSAGE.fullmatch(subject)
    assert found, subject
    return [(name, found[2]) for name in found[1].split(", ")]


@dataclass
class Mute:
    """What the model knows of a silence."""

    id: int
    rule: str
    source: str
    starts: datetime
    ends: datetime

    def covers(self, rule_name: str, source: str, at: datetime) -> bool:
        named = self.rule in {"", rule_name} and self.source in {"", source}
        return named and self.starts <= at < self.ends


class History(RuleBasedStateMachine):
    """Plays on a house whatever Hypothesis thinks of, and goes through its books at each step."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        self.opened = open_house(Path(shutil.copy(self.template, self.folder.name)))
        self.house = self.do(self.opened.__aenter__())
        self.stories: list[Item] = []
        self.expected: Counter[tuple[str, str]] = Counter()
        self.old: set[str] = set()
        self.mutes: list[Mute] = []
        self.replayed: set[str] = set()
        self.seen: set[Fate] = set()
        self.cuts = 0
        for name in SITES:
            self.house.site(name)
        self.do(self.house.turn())

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run(work)

    def read(self, work: Any) -> Any:
        return self.house.store.read_now(work)

    def write(self, work: Any) -> Any:
        return self.house.store.write_now(work)

    @initialize()
    def begin(self) -> None:
        """Let each history have something to tell: one without proves little."""
        for number, kind in enumerate(sorted(KINDS)):
            self.publish(SITES[number % len(SITES)], kind)

    @rule(site=sites, kind=st.sampled_from(sorted(KINDS)))
    def publish(self, site: str, kind: str) -> None:
        item = invent(len(self.stories), kind)
        self.stories.append(item)
        self.house.sites[site].items.append(item)
        self.expected += Counter((name, item.title) for name in KINDS[kind])

    @rule(site=sites)
    def publish_old_news(self, site: str) -> None:
        number = 1000 + len(self.old)
        item = replace(invent(number, "drone incursion"), at=self.house.clock.now - timedelta(days=30))
        self.old.add(item.title)
        self.house.sites[site].items.append(item)

    @precondition(lambda self: self.stories)
    @rule(site=sites, number=st.integers(0, 9))
    def reprint(self, site: str, number: int) -> None:
        number %= len(self.stories)
        copy = replace(self.stories[number], slug=f"reprint-{number}")
        if all(item.slug != copy.slug for item in self.house.sites[site].items):
            self.house.sites[site].items.append(copy)

    @rule(number=st.integers(0, 9))
    def page_down(self, number: int) -> None:
        for site in self.house.sites.values():
            site.answers[f"/story-{number}"] = Response(500)

    @rule(site=sites)
    def feed_down(self, site: str) -> None:
        self.house.sites[site].answers["/feed"] = Response(500)

    @rule(site=sites)
    def feed_up(self, site: str) -> None:
        self.house.sites[site].answers.pop("/feed", None)

    @rule(times=st.integers(1, 4), answer=st.sampled_from([503, 429, 403]))
    def channel_down(self, times: int, answer: int) -> None:
        self.house.channel_server.faults.extend([Response(answer)] * times)

    @rule()
    def channel_cut(self) -> None:
        self.cuts += 1
        self.house.channel_server.faults.append(Fault.RESET_HEARD)

    @rule(name=st.sampled_from(["", "drones", "ferries"]), source=st.sampled_from(["", *SITES]))
    def silence(self, name: str, source: str) -> None:
        self.house.clock.wait(seconds=1)  # what rang in this very instant was before it
        now = self.house.clock.now
        if name or source:
            wanted = Silence(now, now + timedelta(hours=2), rule=name, source=source)
            made = self.write(lambda conn: silences.add(conn, self.house.context.config, wanted, now))
            self.mutes.append(Mute(made.id, name, source, made.starts, made.ends))

    @precondition(lambda self: self.mutes)
    @rule(number=st.integers(0, 9))
    def expire(self, number: int) -> None:
        self.house.clock.wait(seconds=1)  # what it muted in this very instant was before its end
        mute, now = self.mutes[number % len(self.mutes)], self.house.clock.now
        if mute.ends > now:
            self.write(lambda conn: silences.expire(conn, mute.id, now))
            mute.ends = now

    @rule()
    def replay(self) -> None:
        for alert in self.read(alerts.page):
            if alert.silent and not alert.replay_at:
                self.replayed.add(alert.key)
                self.write(partial(silences.replay, alert=alert, now=self.house.clock.now))
        self.do(self._replay())

    async def _replay(self) -> None:
        for alert_id in chain(*await claim_replays(self.house.context, 100, ())):
            await replay(self.house.context, alert_id)

    @rule()
    def retry_what_is_dead(self) -> None:
        for each in self.read(lambda conn: deliveries.page(conn, state=DeliveryState.DEAD)):
            self.write(partial(deliveries.retry, delivery_id=each.id, now=self.house.clock.now))

    @rule(doing=st.sampled_from(["polling", "reading", "sending"]))
    def crash(self, doing: str) -> None:
        """Die with work in hand, and start again."""
        self.do(self._crash(doing))
        self.write(lambda conn: leases.expire(conn, self.house.clock.now))

    async def _crash(self, doing: str) -> None:
        house = self.house
        if doing == "polling":
            await claim_sources(house.context, 2, ())
            return
        await house.poll()
        if doing == "sending":
            await house.read()
        await (claim_entries if doing == "reading" else claim_deliveries)(house.context, 2, ())

    @rule(minutes=st.integers(1, 30))
    def turn(self, minutes: int) -> None:
        self.do(self.house.turn(minutes=minutes))

    @invariant()
    def the_books_are_true(self) -> None:
        assert self.read(audit) == []
        tally = self.read(ledger.tally)
        assert sum(tally.values()) == len(self.house.listed())
        self.seen |= {fate for fate, count in tally.items() if count}

    def heal(self) -> None:
        """End all faults, and let time pass until nothing is left to do."""
        for site in self.house.sites.values():
            site.answers.clear()
        # A cut that nothing met excuses no repeat.
        self.cuts -= self.house.channel_server.faults.count(Fault.RESET_HEARD)
        self.house.channel_server.faults.clear()
        self.retry_what_is_dead()
        for _ in range(6):
            self.do(self.house.turn(hours=4))

    def teardown(self) -> None:
        try:
            self.heal()
            self.house.assert_sound()
            self.the_books_are_true()
            self.check()
        finally:
            self.do(self.opened.__aexit__(None, None, None))
            self.loop.close()
            self.folder.cleanup()

    def check(self) -> None:
        told = Counter(pair for subject in self.house.told() for pair in rules_and_title(subject))
        rung = self.read(lambda conn: alerts.page(conn, limit=1_000))
        assert Counter((each.rule, each.title) for each in rung) == self.expected, "lost, or rung for nothing"
        heard = {(each.rule, each.title) for each in rung if not each.silent}
        assert told.keys() == heard, "told what was muted, or not told what was not"
        assert told.total() - len(heard) <= MOST_RULES * self.cuts, "rang twice"
        sent = (request.headers["x-tocsin-alert"] for request in self.house.webhook.requests)
        keys = {key for header in sent for key in header.split()}
        assert keys == {each.key for each in rung if not each.silent}, "a repeat keeps its key"
        for each in rung:
            self.check_mute(each)
        self.check_fates({each.article_id for each in rung if each.silent})

    def check_mute(self, alert: alerts.Alert) -> None:
        (stored,) = self.read(lambda conn: articles.get(conn, [alert.article_id]))
        if alert.silent:
            assert self.covered(alert.rule, stored.article.source, alert.created_at)
        elif alert.released_at is None:
            assert not self.covered(alert.rule, stored.article.source, alert.created_at)
        elif alert.key not in self.replayed:
            assert not self.covered(alert.rule, stored.article.source, alert.released_at), "a copy was muted"

    def check_fates(self, muted: set[int]) -> None:
        for entry in self.read(lambda conn: entries.page(conn, limit=1_000)):
            article = self.read(partial(articles.of_entry, entry_id=entry.id))
            if entry.entry.title in self.old:
                assert entry.fate is Fate.BACKLOG
            elif article and article.id in muted:
                assert entry.fate in {Fate.SUPPRESSED, Fate.DUPLICATE, Fate.DELIVERED}
            else:
                assert entry.fate in {Fate.DELIVERED, Fate.DUPLICATE, Fate.NO_RULE, Fate.SUPPRESSED}

    def covered(self, name: str, source: str, at: datetime) -> bool:
        return any(mute.covers(name, source, at) for mute in self.mutes)


@pytest.fixture
def history(template) -> type[History]:
    return type("HistoryHere", (History,), {"template": template})


def test_every_history_tells_what_must_be_told_once(history):
    run_state_machine_as_test(
        history,
        settings=settings(
            max_examples=5,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_fate_is_reached(history):
    played = history()
    played.publish_old_news("north")
    played.publish("north", "harvest")
    played.publish("north", "drone incursion")
    played.house.clock.wait(minutes=5)
    played.do(played.house.poll())
    played.the_books_are_true()  # new
    played.channel_down(1, 403)
    played.turn(1)
    played.the_books_are_true()  # failed
    played.reprint("east", 1)
    played.silence("ferries", "")
    played.publish("west", "ferry")
    played.channel_down(1, 503)
    played.publish("west", "drone incursion")
    played.turn(6)
    played.the_books_are_true()  # queued, suppressed, duplicate
    played.teardown()
    assert played.seen == set(Fate)
