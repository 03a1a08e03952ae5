"""What the daemon asks all day is answered from indexes, however large the tables grow."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from servers.outbox import claim_due
from sqlalchemy import Connection, event

from daemon.dedup import Cluster, fingerprint
from daemon.model import Article, DeliveryState, Entry, Fate, Held, Hit, Message, Outcome, Severity, Verdict
from daemon.store import (
    Store,
    alerts,
    articles,
    claims,
    clusters,
    deliveries,
    entries,
    fingerprints,
    hits,
    ledger,
    listings,
    polls,
    readings,
    rechecks,
    rests,
    sources,
    stories,
)
from daemon.store.rests import Rest

LEASE = timedelta(minutes=5)


def work(conn: Connection, source_id: int, now: datetime) -> None:
    """Do once what the jobs do all day."""
    sources.claim_due(conn, now, limit=9, lease=LEASE, busy_hosts=["a", "b"])
    polls.record(
        conn, source_id, polls.Poll(now, polls.PollOutcome.LISTED), polls.NextPoll(now, "", schedule={})
    )
    listed = entries.Listed(Entry(), ("a", "b"), Verdict(Fate.NEW, "to be read"))
    (added,) = entries.add(conn, source_id, [listed], now)
    entries.sight_again(conn, source_id, {added.id, 2}, now)
    listings.put(conn, source_id, now, listings.LastListing(b"a"))
    listings.last(conn, source_id, now)
    readings.claim(conn, now, limit=9, lease=LEASE, busy_hosts=["a", "b"])
    article_id = articles.put(conn, added.id, Article(), now)
    marks = fingerprint(Article(text="Lights were seen over the quay at noon. " * 9))
    fingerprints.known_lines(conn, "a")
    fingerprints.candidates(conn, marks.keys, besides=article_id, since=now)
    clusters.find(conn, {1: 0.5, 2: 0.1})
    clusters.get(conn, 1)
    story_id = stories.open_new(conn, "", now)
    stories.join(conn, story_id, article_id, now)
    clusters.put(conn, story_id, Cluster.of({1: 0.5}, 1, now))
    clusters.drop(conn, story_id)
    fingerprints.put(conn, article_id, marks, now)
    fingerprints.drop(conn, article_id)
    fingerprints.count_lines(conn, "a", [1, 2], now)
    fingerprints.forget(conn, now, 9)
    fingerprints.forget_lines(conn, now)
    clusters.forget(conn, now, 9)
    rechecks.plan(conn, article_id, 0, now)
    rechecks.count_since(conn, now)
    rechecks.claim_due(conn, now, limit=9, lease=LEASE, busy_hosts=["a"])
    rechecks.record(conn, article_id, now, again_at=now)
    rechecks.hasten(conn, added.id, now)
    rechecks.give_up(conn, now)
    rests.put(conn, Rest.HOST, "a", now)
    rests.get(conn, Rest.HOST, "a")
    rests.forget(conn, now)
    rechecks.revisions_of(conn, [1, 2])
    hits.put(conn, article_id, [(Hit("rule"), Severity.HIGH)], now)
    alert = alerts.add(conn, "rule", article_id, Severity.HIGH, now)
    assert alert is not None
    stories.rung(conn, alert.story_id)
    deliveries.add(conn, alert.id, "desk", Message(alert.key, "", ""), now)
    entries.settle(conn, added.id, Verdict(Fate.QUEUED, ""), now)
    (delivery,) = claim_due(conn, now, channels=["desk", "email"], lease=LEASE)
    claims.mates(conn, "desk", [delivery.id], now)
    claims.make_digest(conn, [delivery], delivery.message, "", now)
    claims.sent_since(conn, "desk", now)
    claims.receipt(conn, alert.id, "desk")
    deliveries.record(conn, delivery.id, Outcome(ok=False), now)
    deliveries.retry(conn, delivery.id, now)
    claims.hold(conn, [delivery.id], now, Held.QUIET, "")
    claims.release(conn, now)


def look(conn: Connection, source_id: int, now: datetime) -> None:
    """Look once at every page that people open."""
    sources.page(conn, after="a")
    polls.of_source(conn, source_id)
    entries.find(conn, ["a"])
    entries.page(conn, after=5)
    entries.page(conn, fate=Fate.FAILED)
    entries.sighted_by(conn, 1)
    ledger.history(conn, 1)
    articles.of_story(conn, 1)
    hits.of_article(conn, 1)
    alerts.page(conn, after=5)
    alerts.of_story(conn, 1)
    alerts.of_article(conn, 1)
    deliveries.page(conn, after=5)
    deliveries.page(conn, state=DeliveryState.DEAD)
    deliveries.of_alert(conn, 1)
    deliveries.latest(conn, "desk")
    deliveries.held(conn, "desk")


@pytest.fixture
def url(file: Path) -> str:
    """On SQLite, whose plans do not hang on how full the tables are."""
    return f"sqlite:///{file}"


@pytest.mark.parametrize("what", [work, look])
def test_no_table_is_scanned(
    template: Path, store: Store, source_id: int, now: datetime, what: Callable[..., None]
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        asked.append((statement, parameters[0] if many else parameters))

    event.listen(store._writing, "before_cursor_execute", note)
    store.write_now(lambda conn: what(conn, source_id, now))
    event.remove(store._writing, "before_cursor_execute", note)

    def explain(conn: Connection) -> list[str]:
        plans = [
            f"{row[3]}: {statement}"
            for statement, parameters in asked
            if statement.split()[0] in {"SELECT", "UPDATE", "DELETE"}
            for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
        # `best` and `first` are the few rows of a subquery, a virtual table the numbers of one parameter.
        scans = [plan for plan in plans if plan.startswith("SCAN") and "VIRTUAL TABLE" not in plan]
        return [plan for plan in scans if not plan.startswith(("SCAN best:", "SCAN first:"))]

    assert len(asked) > 10
    assert store.read_now(explain) == []
