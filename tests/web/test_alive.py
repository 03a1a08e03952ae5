"""What machines ask of the desk: metrics as Prometheus reads them, and whether all is well."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from servers.http import Response
from servers.world import Item
from starlette.testclient import TestClient

from daemon.jobs.canary import KEY, Trial
from daemon.model import DeliveryState
from daemon.runtime.health import unwell
from daemon.runtime.pulse import Pulse
from daemon.store import deliveries, facts
from daemon.web.app import application
from daemon.web.desk import Desk
from daemon.web.server import LOOPBACK

DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana.json"
PROMQL = {"sum", "by", "increase", "rate", "histogram_quantile"}


def note_pulse(visit):
    house = visit.house
    pulse = Pulse(1, house.clock.now, "digest").to_json()
    house.store.write_now(lambda conn: facts.put(conn, Pulse.KEY, pulse, house.clock.now))


def samples(visit):
    found = {}
    for family in text_string_to_metric_families(visit.page("/metrics")):
        for sample in family.samples:
            found[sample.name, *(value for _, value in sorted(sample.labels.items()))] = sample.value
    return found


async def publish(visit, *items):
    house = visit.house
    site = house.site("quay", Item("old", "Old news"))
    await house.turn()
    for item in items:
        house.clock.wait(minutes=2)
        site.items.append(replace(item, at=house.clock.now))
        await house.turn(minutes=5)


async def test_counters_count_what_the_process_did_and_nothing_from_before(visit):
    visit.house.clock.wait(minutes=1)
    visit.desk = Desk(lambda: visit.house.context)
    visit.browser = TestClient(application(visit.desk, LOOPBACK), base_url="http://127.0.0.1:8420")
    assert not any(key[0] in {"tocsin_alerts_total", "tocsin_polls_total"} for key in samples(visit))
    await publish(visit, Item("a", "A drone incursion"), Item("b", "A new ferry"))
    visit.house.sites["quay"].answers["/feed"] = Response(500)
    await visit.house.turn(hours=1)
    after = samples(visit)
    assert after["tocsin_alerts_total", "high"] == 1
    assert after["tocsin_alerts_total", "notice"] == 1
    assert after["tocsin_hits_total",] == 2
    assert after["tocsin_polls_total", "listed"] >= 3
    assert after["tocsin_polls_total", "failed"] == 1
    assert [value for key, value in after.items() if key[0] == "tocsin_poll_errors_total"] == [1]
    assert after["tocsin_delivery_attempts_total", "desk", "sent"] >= 2
    assert after["tocsin_leg_seconds_count", "own"] == 2
    assert after["tocsin_leg_seconds_bucket", "300.0", "found"] == 2
    assert after["tocsin_leg_seconds_bucket", "60.0", "found"] == 0
    assert samples(visit) == pytest.approx(after, nan_ok=True), "a second look counted something twice"


async def test_gauges_tell_what_stands_in_the_store(visit):
    visit.house.clock.wait(hours=1)
    told = samples(visit)
    stored = visit.house.store.read_now(deliveries.tally)
    assert stored[DeliveryState.DEAD] == 1
    for state, count in stored.items():
        assert told["tocsin_deliveries", state.value] == count
    assert told["tocsin_entries", "failed"] == 1
    assert told["tocsin_config_info", visit.house.context.config.digest] == 1
    assert told["tocsin_queue_lag_seconds", "poll"] > 0


async def test_each_attempt_counts_once_however_often_it_is_looked_at(visit):
    house = visit.house
    house.channel_server.faults.append(Response(503))
    samples(visit)
    await publish(visit, Item("a", "A drone incursion"))
    for _ in range(3):
        samples(visit)
    await house.turn(minutes=10)
    told = samples(visit)
    outcomes = {key[2]: value for key, value in told.items() if key[0] == "tocsin_delivery_attempts_total"}
    assert outcomes["sent"] >= 1
    assert sum(outcomes.values()) - outcomes["sent"] == 1


async def test_the_dashboard_asks_for_metrics_that_there_are(visit):
    note_pulse(visit)
    await publish(visit, Item("a", "A drone incursion"))
    site = visit.house.sites["quay"]
    site.answers["/feed"] = Response(500)
    await visit.house.turn(hours=1)
    told = samples(visit)
    names, labels = {key[0] for key in told}, set()
    for family in text_string_to_metric_families(visit.page("/metrics")):
        labels |= {label for sample in family.samples for label in sample.labels}
    expressions = [
        target["expr"] for panel in json.loads(DASHBOARD.read_text())["panels"] for target in panel["targets"]
    ]
    asked = {name for each in expressions for name in re.findall(r"\btocsin_\w+", each)}
    assert asked <= names
    for expression in expressions:
        words = re.findall(r"[a-z_]+", re.sub(r'"[^"]*"|\[\w+\]', "", expression))
        assert set(words) <= PROMQL | names | labels, expression
    shown = {re.sub(r"_(bucket|count|sum)$", "", name) for name in asked}
    assert shown >= {re.sub(r"_(bucket|count|sum)$", "", name) for name in names}, "nobody looks at it"


async def test_all_is_well_while_the_pulse_beats(visit):
    note_pulse(visit)
    await visit.house.turn()
    assert json.loads(visit.page("/healthz")) == {"well": True, "reasons": []}


async def test_what_stands_still_is_503_with_its_reasons(visit):
    note_pulse(visit)
    visit.house.clock.wait(hours=3)
    reasons = json.loads(visit.page("/healthz", 503))["reasons"]
    assert any("no pulse for 3 h" in reason for reason in reasons)
    assert any(reason.startswith("poll: what was due") for reason in reasons)


async def test_a_canary_that_is_not_back_is_a_reason(visit):
    note_pulse(visit)
    await visit.house.turn()
    trial = Trial(broken={"read": "it was not read"}).to_json()
    visit.house.store.write_now(lambda conn: facts.put(conn, KEY, trial, visit.house.clock.now))
    assert json.loads(visit.page("/healthz", 503))["reasons"] == ["the canary is not back: it was not read"]


@pytest.mark.parametrize(
    ("age", "late", "said"),
    [
        (timedelta(seconds=4), {}, []),
        (None, {}, ["no pulse yet"]),
        (timedelta(seconds=40), {}, ["no pulse for 40 s"]),
        (timedelta(0), {"read": timedelta(minutes=14)}, []),
        (timedelta(0), {"read": timedelta(minutes=16)}, ["read: what was due 16 min ago"]),
        (timedelta(0), {"deliver": timedelta(minutes=-5)}, []),
    ],
)
def test_what_is_not_well(age, late, said):
    found = unwell(age, late, {})
    assert len(found) == len(said)
    assert all(reason.startswith(start) for reason, start in zip(found, said, strict=True))


def test_a_strange_host_learns_nothing(visit):
    for path in ("/metrics", "/healthz"):
        assert visit.browser.get(path, headers={"Host": "evil.example"}).status_code == 421
