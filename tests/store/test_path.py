"""The main path through the store: from a source that is due to an entry that was delivered."""

from datetime import datetime, timedelta

from servers.outbox import claim_due
from sqlalchemy import Connection

from daemon.model import Article, DeliveryState, Entry, Fate, Hit, Message, Outcome, Severity, Span, Verdict
from daemon.store import (
    Store,
    alerts,
    articles,
    deliveries,
    entries,
    hits,
    ledger,
    polls,
    readings,
    sources,
    stories,
)

LEASE = timedelta(minutes=5)


def test_from_a_due_source_to_a_delivered_alert(store: Store, source_id: int, now: datetime) -> None:
    def poll(conn: Connection) -> list[entries.Added]:
        (source,) = sources.claim_due(conn, now, limit=10, lease=LEASE)
        entry = Entry(
            id="tag:1", url="https://harbour.example/1", title="Lights over the quay", published=now
        )
        listed = entries.Listed(entry, ("url:harbour.example/1", "id:tag:1"), Verdict(Fate.NEW, "to be read"))
        outcome = polls.Poll(now, polls.PollOutcome.LISTED, status=200, listed=1, added=1)
        following = polls.NextPoll(now + timedelta(hours=1), "hourly", etag='"a"')
        polls.record(conn, source.id, outcome, following)
        return entries.add(conn, source.id, [listed], now)

    def read(conn: Connection) -> str:
        (unread,) = readings.claim(conn, now, limit=10, lease=LEASE)
        article = Article(url=unread.entry.url, title=unread.entry.title, text="A drone incursion.")
        article_id = articles.put(conn, unread.id, article, now)
        stories.join(conn, stories.open_new(conn, article.title, now), article_id, now)
        hit = Hit("drones", (Span("body", 2, 17, "drone incursion"),), ("«drone incursion» in the text",))
        hits.put(conn, article_id, [(hit, Severity.HIGH)], now)
        alert = alerts.add(conn, "drones", article_id, Severity.HIGH, now)
        assert alert is not None
        deliveries.add(conn, alert.id, "desk", Message(alert.key, article.title, article.text), now)
        entries.settle(conn, unread.id, Verdict(Fate.QUEUED, "waiting to be sent to desk"), now)
        return alert.key

    def deliver(conn: Connection) -> DeliveryState:
        (delivery,) = claim_due(conn, now, channels=["desk"], lease=LEASE)
        return deliveries.record(conn, delivery.id, Outcome(ok=True), now)

    (added,) = store.write_now(poll)
    key = store.write_now(read)
    assert store.write_now(deliver) is DeliveryState.SENT

    assert [step.fate for step in store.read_now(lambda conn: ledger.history(conn, added.id))] == [
        Fate.NEW,
        Fate.QUEUED,
        Fate.DELIVERED,
    ]
    tally = store.read_now(ledger.tally)
    assert tally[Fate.DELIVERED] == sum(tally.values()) == 1
    alert = store.read_now(lambda conn: alerts.find(conn, key))
    assert (alert.title, alert.url) == ("Lights over the quay", "https://harbour.example/1")
