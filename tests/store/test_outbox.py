"""Stories, hits, alerts and deliveries, and how the ledger follows them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from servers.outbox import claim_due
from sqlalchemy import Connection

from daemon.errors import ConflictError, NotFoundError
from daemon.model import (
    Alert,
    Article,
    DeliveryState,
    Entry,
    Fate,
    Held,
    Hit,
    Message,
    Outcome,
    Piece,
    Precision,
    Severity,
    Span,
    Story,
    Verdict,
)
from daemon.store import Store, alerts, articles, claims, deliveries, entries, hits, leases, ledger, stories
from daemon.store.entries import Listed

T = TypeVar("T")
LEASE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
SENT = Outcome(ok=True)
BUSY = Outcome(ok=False, kind="http_503", detail="the service is down")
LOST = Outcome(ok=False, kind="timeout", detail="no answer", unknown=True)
GONE = Outcome(ok=False, kind="http_404", detail="no such hook", permanent=True)


class Desk:
    """A store with one story in it, and short ways to ring and deliver."""

    def __init__(self, store: Store, source_id: int, now: datetime) -> None:
        self.store, self.source_id, self.now = store, source_id, now
        self.original: int | None = None
        self.story_id = self.do(lambda conn: stories.open_new(conn, "Lights over the quay", now))

    def do(self, work: Callable[[Connection], T]) -> T:
        return self.store.write_now(work)

    def article(self, key: str) -> int:
        """Add an article to the story: the first, or a copy of it."""

        def work(conn: Connection) -> int:
            listed = Listed(
                Entry(url=f"https://harbour.example/{key}"), (key,), Verdict(Fate.NEW, "to be read")
            )
            (added,) = entries.add(conn, self.source_id, [listed], self.now)
            article_id = articles.put(conn, added.id, Article(url=listed.entry.url, title=key), self.now)
            stories.join(conn, self.story_id, article_id, self.now, stories.Part(self.original))
            return article_id

        added = self.do(work)
        self.original = self.original or added
        return added

    def ring(self, article_id: int, rule: str, *channels: str) -> alerts.Alert | None:
        """Ring a rule for an article, on channels."""

        def work(conn: Connection) -> alerts.Alert | None:
            alert = alerts.add(conn, rule, article_id, Severity.HIGH, self.now)
            for channel in channels if alert else ():
                message = Message(alert.key, "title", "text", headers={"X": "y"}, severity=Severity.HIGH)
                assert deliveries.add(conn, alert.id, channel, message, self.now)
                assert not deliveries.add(conn, alert.id, channel, message, self.now)
            (article,) = articles.get(conn, [article_id])
            if alert:
                entries.settle(conn, article.entry_id, Verdict(Fate.QUEUED, "rang"), self.now)
            return alert

        return self.do(work)

    def claim(self, *channels: str, after: timedelta = timedelta()) -> list[deliveries.Delivery]:
        return self.do(lambda conn: claim_due(conn, self.now + after, channels=channels, lease=LEASE))

    def record(self, delivery_id: int, outcome: Outcome, again: timedelta | None = None) -> DeliveryState:
        at = self.now + again if again else None
        return self.do(lambda conn: deliveries.record(conn, delivery_id, outcome, self.now, try_again_at=at))

    def deliver(self, channel: str, outcome: Outcome, again: timedelta | None = None) -> DeliveryState:
        (delivery,) = self.claim(channel)
        return self.record(delivery.id, outcome, again)

    def fates(self, article_id: int) -> list[tuple[Fate, str]]:
        """Tell the way of an article's entry, without its first step."""

        def work(conn: Connection) -> list[ledger.Step]:
            (article,) = articles.get(conn, [article_id])
            return ledger.history(conn, article.entry_id)

        return [(step.fate, step.reason) for step in self.store.read_now(work)[1:]]


@pytest.fixture
def desk(store: Store, source_id: int, now: datetime) -> Desk:
    return Desk(store, source_id, now)


def test_a_rule_rings_once_for_a_story(desk: Desk) -> None:
    first, copy = desk.article("first"), desk.article("copy")
    alert = desk.ring(first, "drones")
    assert alert is not None
    assert (alert.rule, alert.title, alert.severity) == ("drones", "first", Severity.HIGH)
    assert desk.ring(copy, "drones") is None
    assert desk.ring(first, "drones") is None
    other = desk.ring(copy, "zapad")
    assert other is not None
    assert other.key != alert.key
    assert alert.key.isalnum()
    assert len(alert.key) == 12
    story = desk.do(lambda conn: stories.get(conn, desk.story_id))
    rang = frozenset({"drones", "zapad"})
    assert story == Story(desk.story_id, "Lights over the quay", desk.now, rang, moved=desk.now)
    told = desk.do(lambda conn: [article.article.title for article in articles.of_story(conn, desk.story_id)])
    assert told == ["first", "copy"]


def test_alerts_are_found_and_paged(desk: Desk) -> None:
    article = desk.article("a")
    rang = [desk.ring(article, rule) for rule in ("one", "two", "three")]
    one, two, three = (alert for alert in rang if alert)
    assert desk.do(lambda conn: alerts.page(conn, limit=2)) == [three, two]
    assert desk.do(lambda conn: alerts.page(conn, after=two.id)) == [one]
    assert desk.do(lambda conn: alerts.page(conn, rule="two")) == [two]
    assert desk.do(lambda conn: alerts.of_story(conn, desk.story_id)) == [one, two, three]
    assert desk.do(lambda conn: alerts.of_article(conn, article)) == [one, two, three]
    assert desk.do(lambda conn: alerts.find(conn, two.key)) == two
    with pytest.raises(NotFoundError, match="tocsin alerts list"):
        desk.do(lambda conn: alerts.find(conn, "none"))


def test_hits_keep_their_evidence(desk: Desk) -> None:
    article = desk.article("a")
    hit = Hit("drones", (Span("body", 0, 5, "Drône"),), ("«Drône» in the text",))
    stronger = Hit("drones", (), ("a name in the title",))
    other = Hit("zapad")
    desk.do(lambda conn: hits.put(conn, article, [(hit, Severity.HIGH), (other, Severity.INFO)], desk.now))
    found = desk.do(lambda conn: hits.of_article(conn, article))
    assert [(item.hit, item.severity) for item in found] == [(hit, Severity.HIGH), (other, Severity.INFO)]
    later = desk.now + MINUTE
    desk.do(lambda conn: hits.put(conn, article, [(stronger, Severity.CRITICAL)], later))
    again = desk.do(lambda conn: hits.of_article(conn, article))[0]
    assert again == hits.StoredHit(stronger, Severity.CRITICAL, desk.now)


def test_a_channel_has_one_delivery_in_flight(desk: Desk) -> None:
    desk.ring(desk.article("a"), "one", "desk", "email")
    desk.ring(desk.article("b"), "two", "desk")
    assert desk.claim() == []
    first = desk.claim("desk", "email", "gone")
    assert sorted(delivery.channel for delivery in first) == ["desk", "email"]
    assert desk.claim("desk", "email") == []
    for delivery in first:
        desk.record(delivery.id, SENT)
    (second,) = desk.claim("desk", "email")
    assert (second.channel, second.attempts, second.unknown) == ("desk", 1, False)
    assert second.message == Message(
        second.message.key, "title", "text", headers={"X": "y"}, severity=Severity.HIGH
    )


def test_a_claim_that_nobody_finished_is_unknown(desk: Desk) -> None:
    desk.ring(desk.article("a"), "one", "desk")
    desk.claim("desk")
    assert desk.claim("desk", after=LEASE - MINUTE) == []
    (again,) = desk.claim("desk", after=LEASE)
    assert (again.attempts, again.unknown) == (2, True)
    assert desk.do(lambda conn: leases.expire(conn, desk.now + LEASE)) == 1
    (third,) = desk.claim("desk", after=LEASE)
    assert third.attempts == 3
    assert desk.record(third.id, SENT) is DeliveryState.SENT
    assert desk.do(lambda conn: deliveries.get(conn, third.id)).unknown, "it may have arrived three times"


def test_a_failed_delivery_waits_and_a_dead_one_is_kept(desk: Desk) -> None:
    article = desk.article("a")
    desk.ring(article, "one", "desk", "email")
    assert desk.deliver("desk", LOST, again=MINUTE) is DeliveryState.FAILED
    assert desk.claim("desk") == []
    assert desk.deliver("email", SENT) is DeliveryState.SENT
    assert desk.fates(article) == [(Fate.QUEUED, "rang")]
    (again,) = desk.claim("desk", after=MINUTE)
    assert (again.outcome_kind, again.outcome_detail, again.unknown) == ("timeout", "no answer", True)
    assert desk.record(again.id, GONE) is DeliveryState.DEAD
    assert desk.claim("desk", after=timedelta(days=365)) == []
    assert desk.fates(article)[1:] == [(Fate.FAILED, "given up on desk (http_404); sent to email")]

    retried = desk.do(lambda conn: deliveries.retry(conn, again.id, desk.now))
    assert (retried.state, retried.attempts) == (DeliveryState.PENDING, 0)
    assert desk.deliver("desk", SENT) is DeliveryState.SENT
    assert desk.fates(article)[2:] == [
        (Fate.QUEUED, "waiting to be sent to desk"),
        (Fate.DELIVERED, "sent to desk, email"),
    ]
    assert desk.do(deliveries.tally) == {
        DeliveryState.PENDING: 0,
        DeliveryState.SENT: 2,
        DeliveryState.FAILED: 0,
        DeliveryState.DEAD: 0,
    }


def test_what_cannot_be_retried_says_why(desk: Desk) -> None:
    desk.ring(desk.article("a"), "one", "desk")
    with pytest.raises(NotFoundError, match="tocsin deliveries list"):
        desk.do(lambda conn: deliveries.retry(conn, 99, desk.now))
    (delivery,) = desk.claim("desk")
    with pytest.raises(ConflictError, match="is being sent"):
        desk.do(lambda conn: deliveries.retry(conn, delivery.id, desk.now))
    desk.record(delivery.id, SENT)
    with pytest.raises(ConflictError, match="was sent at 2026-11-22 12:00 UTC"):
        desk.do(lambda conn: deliveries.retry(conn, delivery.id, desk.now))


def test_what_is_held_waits_until_its_time_and_says_why(desk: Desk) -> None:
    desk.ring(desk.article("a"), "one", "desk", "email")
    desk.ring(desk.article("b"), "two", "desk")
    waiting = desk.do(lambda conn: claims.fresh(conn, "desk", desk.now, 9))
    assert [(each.held, each.severity) for each in waiting] == [(Held.NOT, Severity.HIGH)] * 2
    assert waiting[0].story == waiting[1].story
    assert waiting[0].article != waiting[1].article
    until, why = desk.now + MINUTE, "held for quiet hours until noon"
    ids = [each.id for each in waiting]
    desk.do(lambda conn: claims.hold(conn, ids, until, Held.QUIET, why))
    assert [delivery.channel for delivery in desk.claim("desk", "email")] == ["email"]
    assert desk.do(lambda conn: deliveries.held(conn, "desk")) == [(why, until, 2)]
    assert desk.do(lambda conn: deliveries.held(conn, "email")) == []
    assert desk.do(deliveries.waiting_by_channel) == {"desk": 2, "email": 1}
    assert [each.held for each in desk.do(lambda conn: claims.fresh(conn, "desk", desk.now, 9))] == [
        Held.QUIET
    ] * 2, "who decides sees what is held"
    (taken,) = desk.claim("desk", after=MINUTE)
    assert (taken.held, taken.reason) == (Held.NOT, why)


def test_a_target_that_was_busy_costs_no_attempt(desk: Desk) -> None:
    desk.ring(desk.article("a"), "one", "desk")
    for minutes in range(3):
        (taken,) = desk.claim("desk", after=minutes * MINUTE)
        assert taken.attempts == 1
        busy = Outcome(ok=False, kind="busy")
        assert desk.record(taken.id, busy, again=(minutes + 1) * MINUTE) is DeliveryState.FAILED
    (taken,) = desk.claim("desk", after=3 * MINUTE)
    assert (taken.attempts, taken.unknown) == (1, False)


def test_a_digest_settles_many_and_counts_once(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        desk.ring(desk.article(name), name, "desk")
    ids = [each.id for each in desk.do(lambda conn: claims.fresh(conn, "desk", desk.now, 9))]
    message = Message("key", "[digest] 2 alerts", "text")

    def begin(conn: Connection) -> list[deliveries.Delivery]:
        taken = claims.take(conn, ids[:2], desk.now, LEASE)
        claims.make_digest(conn, taken, message, "many", desk.now)
        return taken

    taken = desk.do(begin)
    assert not desk.do(lambda conn: claims.is_due(conn, "desk", desk.now)), "one flight per channel"
    later = desk.now + LEASE
    again = desk.do(lambda conn: claims.begun(conn, "desk", later))
    assert [each.id for each in again] == ids[:2]
    assert desk.do(lambda conn: claims.digest_of(conn, again[0])) == message
    assert [each.id for each in desk.do(lambda conn: claims.fresh(conn, "desk", later, 9))] == ids[2:]
    for each in taken:
        desk.record(each.id, SENT)
    desk.deliver("desk", SENT)
    assert desk.do(lambda conn: claims.sent_since(conn, "desk", desk.now - MINUTE)) == [desk.now] * 2
    assert desk.do(lambda conn: claims.sent_since(conn, "desk", desk.now)) == []


def test_what_came_last_of_a_channel_is_told(desk: Desk) -> None:
    desk.ring(desk.article("a"), "one", "desk")
    assert desk.do(lambda conn: deliveries.latest(conn, "desk")) is None
    desk.deliver("desk", BUSY, again=MINUTE)
    last = desk.do(lambda conn: deliveries.latest(conn, "desk"))
    assert last is not None
    assert (last.state, last.tried_at, last.sent_at) == (DeliveryState.FAILED, desk.now, None)


def test_what_was_to_be_told_is_kept_whole(desk: Desk) -> None:
    told = Alert(
        key="key",
        rule="one",
        severity=Severity.HIGH,
        title="Lights",
        url="https://harbour.example/a",
        published=desk.now,
        published_precision=Precision.DAY,
        quote=(Piece("a "), Piece("light", marked=True)),
        reasons=("«light»",),
        voices=3,
        news="now 3 independent voices",
    )
    alert = desk.ring(desk.article("a"), "one")
    assert alert is not None
    message = Message("key", "title", "text")
    desk.do(lambda conn: deliveries.add(conn, alert.id, "desk", message, desk.now, told=told))
    (kept,) = desk.do(lambda conn: deliveries.of_alert(conn, alert.id))
    assert kept.told == told


def test_deliveries_are_paged_by_state(desk: Desk) -> None:
    alert = desk.ring(desk.article("a"), "one", "a", "b", "c")
    assert alert is not None
    desk.deliver("b", GONE)
    page = desk.do(lambda conn: deliveries.page(conn, limit=2))
    assert [delivery.channel for delivery in page] == ["c", "b"]
    assert [item.channel for item in desk.do(lambda conn: deliveries.page(conn, after=page[-1].id))] == ["a"]
    dead = desk.do(lambda conn: deliveries.page(conn, state=DeliveryState.DEAD))
    assert [delivery.channel for delivery in dead] == ["b"]
    assert [item.channel for item in desk.do(lambda conn: deliveries.of_alert(conn, alert.id))] == [
        "a",
        "b",
        "c",
    ]


def test_a_later_reading_does_not_unsay_what_rang(desk: Desk) -> None:
    article = desk.article("a")
    desk.ring(article, "one", "desk")

    def settle(conn: Connection) -> None:
        (stored,) = articles.get(conn, [article])
        entries.settle(conn, stored.entry_id, Verdict(Fate.NO_RULE, "no rule matches the page"), desk.now)

    desk.do(settle)
    assert desk.fates(article)[-1][0] is Fate.QUEUED
    desk.deliver("desk", SENT)
    desk.do(settle)
    assert desk.fates(article)[-1] == (Fate.DELIVERED, "sent to desk")
