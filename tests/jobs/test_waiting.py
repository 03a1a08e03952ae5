"""Much that waits for a channel: what is told, and when, is as if all of it had been looked at."""

import random
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from importlib import import_module

import pytest
from servers.desk import Desk
from servers.world import NOW, House
from sqlalchemy import Connection

from daemon.alert import manners
from daemon.jobs import claim_deliveries
from daemon.jobs.deliver import Parcel
from daemon.model import (
    Alert,
    Article,
    DeliveryState,
    Entry,
    Fate,
    Message,
    Mode,
    Outcome,
    Quiet,
    Severity,
    Source,
    Timetable,
    Verdict,
    Waiting,
)
from daemon.store import alerts, articles, claims, deliveries, entries, sources, stories

FEW = 3
MINUTE = timedelta(minutes=1)
CHANNELS = {
    "instant": {},
    "group": {"group_wait": 10 * MINUTE},
    "quiet": {"quiet": Quiet(time(12, 30), time(14))},
    "digest": {"mode": Mode.DIGEST, "digest": Timetable((time(12, 40), time(15)))},
    "digest, quiet": {
        "mode": Mode.DIGEST,
        "digest": Timetable((time(13),)),
        "quiet": Quiet(time(12, 50), time(13, 30)),
    },
    "budget": {"max_per_hour": 2},
    "budget, quiet, group": {
        "max_per_hour": 2,
        "quiet": Quiet(time(12, 30), time(14)),
        "group_wait": MINUTE,
    },
}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a message settle few, so that few are looked at."""
    monkeypatch.setattr(manners, "MOST", FEW)
    monkeypatch.setattr(import_module("daemon.jobs.deliver"), "MOST", FEW)


def queue(conn: Connection, name: str, severities: list[Severity], now: datetime) -> list[int]:
    """Let an article ring rules of these severities for the desk; give the deliveries."""
    sources.sync(conn, [Source("a", "https://a.example/feed")], now)
    url = f"https://a.example/{name}"
    listed = entries.Listed(Entry(url=url), (f"url:{url}",), Verdict(Fate.NEW, "to be read"))
    (added,) = entries.add(conn, 1, [listed], now)
    article = articles.put(conn, added.id, Article(url=url, title=name), now)
    stories.join(conn, stories.open_new(conn, url, now), article, now)
    for number, severity in enumerate(severities):
        rung = alerts.add(conn, f"rule {number}", article, severity, now)
        assert rung is not None
        told = Alert(rung.key, rung.rule, severity, name, url)
        deliveries.add(conn, rung.id, "desk", Message(rung.key, name, url, severity=severity), now, told=told)
    return [
        each.id for alert in alerts.of_article(conn, article) for each in deliveries.of_alert(conn, alert.id)
    ]


async def settle(house: House) -> list[Parcel]:
    """Claim, and confirm, until nothing is due."""
    told, now = [], house.clock.now
    for _ in range(1_000):
        if not house.store.read_now(partial(claims.is_due, channel="desk", now=now)):
            return told
        for (parcel,) in await claim_deliveries(house.context, 1, ()):
            for each in parcel.deliveries:
                done = partial(deliveries.record, delivery_id=each.id, outcome=Outcome(ok=True), now=now)
                house.store.write_now(done)
            told.append(parcel)
    raise AssertionError("it comes to no end")


def history(seed: int, began: datetime) -> list[Waiting]:
    """Invent what rings within two hours: much of it at once, now and then."""
    chance = random.Random(seed)
    bursts = [chance.randrange(7200) for _ in range(4)]
    seconds = sorted(chance.choice([*bursts, chance.randrange(7200)]) for _ in range(40))
    weights = [4, 4, 2, 1]
    return [
        Waiting(
            n, f"a{n}", f"s{n}", chance.choices(list(Severity), weights)[0], began + timedelta(seconds=at)
        )
        for n, at in enumerate(seconds, start=1)
    ]


async def live(house: House, news: list[Waiting]) -> list[tuple[datetime, list[int]]]:
    """Let the real outbox take the news as it comes, until nothing waits."""
    told = []
    coming = list(news)
    while coming or any(each.state is DeliveryState.PENDING for each in house.outbox()):
        due = [each.next_attempt_at for each in house.outbox() if each.next_attempt_at]
        house.clock.now = min([*due, *(each.since for each in coming[:1])])
        while coming and coming[0].since <= house.clock.now:
            each = coming.pop(0)
            add = partial(queue, name=str(each.id), severities=[each.severity], now=each.since)
            assert house.store.write_now(add) == [each.id]
        told += [(house.clock.now, [d.id for d in parcel.deliveries]) for parcel in await settle(house)]
    return told


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", CHANNELS)
async def test_it_is_told_as_by_an_outbox_that_looks_at_all(house, kind, seed):
    desk = replace(house.context.channels["desk"], **CHANNELS[kind])
    house.configure(channels=(desk,))
    news = history(seed, house.clock.now)
    pure = Desk(desk)
    pure.run(news)
    told = await live(house, news)
    assert sorted(each for _, ids in told for each in ids) == [each.id for each in news]
    severity = {each.id: each.severity for each in news}
    weighed = [(at, sorted(severity[each] for each in ids)) for at, ids in told]
    assert weighed == [(at, sorted(each.severity for each in some)) for at, some in pure.sent]


@pytest.mark.parametrize("wait", [timedelta(), MINUTE])
async def test_what_belongs_together_goes_together_however_much_waits(house, wait):
    desk = replace(house.context.channels["desk"], group_wait=wait)
    house.configure(channels=(desk,))
    for number in range(12):  # those of high severity come in the order in which the others do not
        severities = [Severity.HIGH, Severity.INFO]
        house.store.write_now(partial(queue, name=f"other {number}", severities=[Severity.INFO], now=NOW))
        house.store.write_now(partial(queue, name=str(number), severities=severities, now=house.clock.now))
    house.clock.wait(minutes=1)
    parcels = await settle(house)
    assert [len(parcel.deliveries) for parcel in parcels] == [2] * 12 + [1] * 12
    assert all(len({each.told.url for each in parcel.deliveries}) == 1 for parcel in parcels)
