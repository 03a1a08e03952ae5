"""Whatever happens in whatever order: the books add up, and no rule rings twice for a story."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from servers.outbox import claim_due
from sqlalchemy import Connection, Engine, text

from daemon.model import Article, DeliveryState, Entry, Fate, Message, Outcome, Severity, Source, Verdict
from daemon.store import (
    alerts,
    articles,
    deliveries,
    entries,
    leases,
    ledger,
    readings,
    sources,
    sqlite,
    stories,
)
from daemon.store.audit import audit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
CHANNELS = ("desk", "email")
FATES = (Fate.BACKLOG, Fate.DUPLICATE, Fate.NO_RULE, Fate.SUPPRESSED)
OUTCOMES = (
    Outcome(ok=True),
    Outcome(ok=True),
    Outcome(ok=False, kind="busy"),
    Outcome(ok=False, kind="timeout", unknown=True),
    Outcome(ok=False, kind="gone", permanent=True),
)


class Books(RuleBasedStateMachine):
    """A daemon's life against a model of it: the entries by key, what rang, what arrived."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.conn: Connection = self.engine.connect()
        self.conn.begin()
        self.now = NOW
        self.keys: dict[str, int] = {}
        self.rang: set[tuple[str, int]] = set()
        self.sent: set[int] = set()
        self.stories: dict[int, int] = {}
        self.originals: dict[int, int] = {}
        self.in_flight: list[deliveries.Delivery] = []
        sources.sync(self.conn, [Source("a", "https://a.example/")], NOW)
        self.source_id = sources.find(self.conn, "a").id

    def teardown(self) -> None:
        self.conn.rollback()
        self.conn.close()

    @rule(
        listing=st.lists(
            st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=2), min_size=1, max_size=4
        )
    )
    def list_entries(self, listing: list[list[str]]) -> None:
        for keys in listing:
            verdict = Verdict(Fate.BACKLOG if "h" in keys else Fate.NEW, "listed")
            listed = entries.Listed(Entry(), tuple(keys), verdict)
            (added,) = entries.add(self.conn, self.source_id, [listed], self.now)
            known = [self.keys[key] for key in keys if key in self.keys]
            assert added.new is not bool(known)
            assert not known or added.id == known[0]
            for key in keys:
                self.keys.setdefault(key, added.id)

    @rule(
        story=st.integers(0, 2),
        fate=st.sampled_from(FATES),
        rules=st.sets(st.sampled_from("xy")),
        again=st.booleans(),
    )
    def read_pages(self, story: int, fate: Fate, rules: set[str], again: bool) -> None:
        for unread in readings.claim(self.conn, self.now, limit=2, lease=LEASE):
            article_id = articles.put(self.conn, unread.id, Article(), self.now)
            if story not in self.stories:
                self.stories[story] = stories.open_new(self.conn, "", self.now)
            original = self.originals.setdefault(story, article_id)
            stories.join(self.conn, self.stories[story], article_id, self.now, stories.Part(original))
            queued = [self.ring(name, original, article_id) for name in sorted(rules)]
            verdict = Verdict(Fate.QUEUED if any(queued) else fate, "read")
            later = self.now + timedelta(minutes=1) if again else None
            entries.settle(self.conn, unread.id, verdict, self.now, read_again_at=later)

    def ring(self, name: str, original: int, article_id: int) -> bool:
        alert = alerts.add(self.conn, name, article_id, Severity.HIGH, self.now)
        assert (alert is None) is ((name, original) in self.rang)
        self.rang.add((name, original))
        for channel in CHANNELS if alert else ():
            deliveries.add(self.conn, alert.id, channel, Message(alert.key, "", ""), self.now)
        return alert is not None

    @precondition(lambda self: self.rang)
    @rule()
    def claim(self) -> None:
        claimed = claim_due(self.conn, self.now, channels=CHANNELS, lease=LEASE)
        in_flight = [item.channel for item in claimed + self.in_flight]
        assert len(in_flight) == len(set(in_flight)), "one in flight per channel"
        assert not any(delivery.id in self.sent for delivery in claimed), "what was sent is not sent again"
        self.in_flight += claimed

    @precondition(lambda self: self.in_flight)
    @rule(outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=2))
    def record(self, outcomes: list[Outcome]) -> None:
        for outcome, delivery in zip(outcomes, list(self.in_flight), strict=False):
            self.in_flight.remove(delivery)
            again = None if outcome.permanent else self.now + timedelta(seconds=30)
            state = deliveries.record(self.conn, delivery.id, outcome, self.now, try_again_at=again)
            if state is DeliveryState.SENT:
                self.sent.add(delivery.id)

    @precondition(lambda self: self.rang)
    @rule()
    def retry_the_dead(self) -> None:
        for dead in deliveries.page(self.conn, state=DeliveryState.DEAD):
            deliveries.retry(self.conn, dead.id, self.now)

    @precondition(lambda self: self.keys)
    @rule()
    def crash(self) -> None:
        leases.expire(self.conn, self.now)
        self.in_flight = []

    @precondition(lambda self: self.keys)
    @rule(minutes=st.integers(1, 4))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        leases_over = self.conn.execute(
            text("SELECT id FROM deliveries WHERE lease_until <= :now"),
            {"now": self.now.strftime("%Y-%m-%d %H:%M:%S.%f")},
        )
        over = set(leases_over.scalars())
        self.in_flight = [item for item in self.in_flight if item.id not in over]

    @invariant()
    def the_books_add_up(self) -> None:
        assert audit(self.conn) == []
        tally = ledger.tally(self.conn)
        assert sum(tally.values()) == len(set(self.keys.values()))
        assert sum(deliveries.tally(self.conn).values()) == len(self.rang) * len(CHANNELS)
        assert deliveries.tally(self.conn)[DeliveryState.SENT] == len(self.sent)


def test_the_books_add_up_whatever_happens(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = sqlite.File(template).writer()
    monkeypatch.setattr(Books, "engine", engine, raising=False)
    quick: Any = settings(
        max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    run_state_machine_as_test(Books, settings=quick)
    engine.dispose()
