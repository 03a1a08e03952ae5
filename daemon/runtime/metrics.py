"""What Prometheus is told: counters of this process's time, and gauges of how things stand in the store.

Counters begin with the process, as Prometheus expects, and are counted from the store's new rows at each
look, so that no stage knows of them and none is missed while nobody looks.
"""

import math
from datetime import datetime, timedelta

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from sqlalchemy import Connection

from daemon.alert import spans
from daemon.jobs import Context
from daemon.jobs.canary import trial
from daemon.jobs.operator import problems
from daemon.model import Severity
from daemon.runtime.health import look_over, pulse_age
from daemon.store import deliveries, increments, lateness, ledger, legs, polls
from daemon.store.increments import Marks

# When each counter began is known: with the process.
disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no types

# From what the daemon takes itself to what a rarely polled source does.
_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400)
# A transaction may be seen so long after the time that it notes.
_SLACK = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
# Going through every source's history is not cheap, and what it finds lasts for hours.
_PROBLEMS = timedelta(minutes=1)

Words = tuple[str, ...]


class Metrics:
    """The metrics, in a registry of their own; `look` brings them up to date, `text` writes them out."""

    def __init__(self, started: datetime) -> None:
        self._registry = CollectorRegistry()
        self._started = started
        self._marks: Marks | None = None
        self._counted: dict[tuple[int, int], datetime] = {}
        self._looked = started
        self._timed: dict[int, datetime] = {}
        self._looked_for_problems = started - _PROBLEMS
        self._count_all()
        self._gauge_all()

    def _count_all(self) -> None:
        def counter(name: str, told: str, labels: Words = ()) -> Counter:
            return Counter(f"tocsin_{name}", told, labels, registry=self._registry)

        self._polls = counter("polls", "Polls, by how they ended.", ("outcome",))
        self._errors = counter("poll_errors", "Polls that failed, by the kind of error.", ("kind",))
        self._found = counter("entries_found", "New entries that polls brought.")
        self._hits = counter("hits", "Articles that a rule matched, for each rule.")
        self._alerts = counter("alerts", "Alerts, by the severity of their rule.", ("severity",))
        self._tries = counter(
            "delivery_attempts", "Attempts to deliver, by what came of them.", ("channel", "outcome")
        )
        self._legs = Histogram(
            "tocsin_leg_seconds",
            "From publication to the first channel that had it, leg by leg.",
            ("leg",),
            buckets=_BUCKETS,
            registry=self._registry,
        )

    def _gauge_all(self) -> None:
        def gauge(name: str, told: str, labels: Words = ()) -> Gauge:
            return Gauge(f"tocsin_{name}", told, labels, registry=self._registry)

        self._entries = gauge("entries", "Entries in the ledger, by fate.", ("fate",))
        self._deliveries = gauge("deliveries", "Deliveries in the outbox, by state.", ("state",))
        self._lag = gauge("queue_lag_seconds", "Since when the first piece of work is due.", ("stage",))
        self._spent = gauge("requests_last_hour", "Polls made within the hour.")
        self._budget = gauge("budget_requests_per_hour", "Polls that may be made within an hour.")
        self._problems = gauge("problems", "What the operator should look at, by kind.", ("kind",))
        self._config = gauge("config_info", "The configuration that runs, by its digest.", ("digest",))
        self._sources = gauge("sources", "Sources that are watched.")
        self._rules = gauge("rules", "Rules that are asked.")
        self._pulse = gauge("pulse_age_seconds", "Since the daemon's last pulse.")
        self._healthy = gauge("healthy", "1 where /healthz finds all well, else 0.")
        self._canary = gauge("canary_age_seconds", "Since a canary was back, where there is one.")

    def text(self) -> bytes:
        """Write the metrics in Prometheus's text format."""
        return generate_latest(self._registry)

    def look(self, conn: Connection, ctx: Context) -> None:
        """Bring every metric up to date."""
        self._look_at_rows(conn)
        self._look_at_tries(conn, ctx)
        self._look_at_state(conn, ctx)
        self._look_at_problems(conn, ctx)

    def _look_at_rows(self, conn: Connection) -> None:
        after = self._marks or increments.marks(conn, self._started)
        to = self._marks = increments.present(conn)
        for polled in increments.polled(conn, after, to):
            self._polls.labels(polled.outcome).inc(polled.count)
            self._found.inc(polled.added)
            if polled.error_kind:
                self._errors.labels(polled.error_kind).inc(polled.count)
        self._hits.inc(increments.hit(conn, after, to))
        for severity, count in increments.rung(conn, after, to).items():
            self._alerts.labels(Severity(severity).label).inc(count)

    def _look_at_tries(self, conn: Connection, ctx: Context) -> None:
        """Count each attempt once, and time each alert when the first channel has had it."""
        now = ctx.now()
        since = max(self._started, self._looked - _SLACK)
        tried = increments.tried(conn, tuple(ctx.channels), since)
        for each in tried:
            if (each.delivery, each.attempts) not in self._counted:
                self._tries.labels(each.channel, each.kind).inc()
            self._counted[each.delivery, each.attempts] = now
        arrived = {each.alert for each in tried if each.first}
        for times in legs.of_alerts(conn, arrived - self._timed.keys()):
            for leg, span in spans(times):
                self._legs.labels(leg.name.lower()).observe(span.total_seconds())
        self._timed |= dict.fromkeys(arrived, now)
        self._counted = {key: at for key, at in self._counted.items() if at >= now - 2 * _SLACK}
        self._looked = now
        self._timed = {key: at for key, at in self._timed.items() if at >= now - _HOUR}

    def _look_at_state(self, conn: Connection, ctx: Context) -> None:
        now = ctx.now()
        for fate, count in ledger.tally(conn).items():
            self._entries.labels(fate.value).set(count)
        for state, count in deliveries.tally(conn).items():
            self._deliveries.labels(state.value).set(count)
        for stage, due in lateness.longest_due(conn).items():
            self._lag.labels(stage).set(_seconds(now - due) if due else 0)
        self._spent.set(polls.count_since(conn, now - _HOUR))
        self._budget.set(ctx.config.polling.budget)
        self._config.clear()
        self._config.labels(ctx.config.digest).set(1)
        self._sources.set(len(ctx.sources))
        self._rules.set(len(ctx.config.rules))
        self._pulse.set(_seconds(pulse_age(conn, now) or timedelta()))
        self._healthy.set(not look_over(conn, ctx))
        back = trial(conn).back
        self._canary.set(_seconds(now - back) if back else math.nan)

    def _look_at_problems(self, conn: Connection, ctx: Context) -> None:
        now = ctx.now()
        if now - self._looked_for_problems < _PROBLEMS:
            return
        self._looked_for_problems = now
        self._problems.clear()
        for problem in problems(conn, ctx):
            self._problems.labels(problem.kind.partition(" ")[0]).inc()


def _seconds(span: timedelta) -> float:
    return max(span.total_seconds(), 0.0)
