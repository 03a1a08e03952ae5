"""What the operator hears: each problem once when it opens, once when it is over, and nobody else hears."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from servers.hostile import XML, hostile_world, says
from servers.http import Fault, HttpServer, Response
from servers.webhook import Webhook
from servers.world import LIMITS, NOW, Item

from daemon.fetch import Fetcher
from daemon.jobs import report_problems
from daemon.model import Channel, Secret, Source


@pytest.fixture
async def operator(house):
    """The operator's own webhook."""
    ears = Webhook()
    async with HttpServer(ears) as server:
        told = Channel("operator", Secret(f"json://{server.address}/"), rules=("nothing of this",))
        config = house.context.config
        house.configure(
            channels=(*config.channels, told),
            daemon=replace(config.daemon, operator_channel="operator"),
        )
        yield Operator(house, ears, server)


class Operator:
    def __init__(self, house, ears, server):
        self.house, self.ears, self.server = house, ears, server

    async def report(self) -> None:
        await report_problems(self.house.context)

    def heard(self) -> list[str]:
        """Each message, its title before its text; then they are forgotten."""
        heard = [f"{r.json()['title']}\n{r.json()['message']}" for r in self.ears.requests]
        self.ears.requests.clear()
        return heard


async def fail_for(house, minutes=90):
    """Let every poll fail for so long."""
    for _ in range(minutes // 10):
        await house.leave_hosts_alone()
        await house.turn(minutes=10)


async def test_an_outage_of_forty_sources_is_one_message_and_its_end_another(house, operator):
    sites = [house.site(f"site-{n}", Item("a", f"Council {n} meets")) for n in range(40)]
    await house.turn()
    await operator.report()
    assert operator.heard() == []
    for site in sites:
        site.answers["/feed"] = Response(500)
    await fail_for(house)
    await operator.report()
    (message,) = operator.heard()
    assert message.startswith("Tocsin: 40 problems\n40 sources at once cannot be polled: ")
    assert "tocsin sources list --problems" in message
    await operator.report()
    assert operator.heard() == []  # it was told
    for site in sites:
        del site.answers["/feed"]
    house.make_due()
    await house.leave_hosts_alone()
    await house.turn(minutes=1)
    await operator.report()
    (message,) = operator.heard()
    assert message.startswith("Tocsin: all is well again\nsite-0 can be polled again. Since ")
    assert "and 35 more are over: `tocsin sources list --problems` names what is not" in message
    assert len(message.splitlines()) <= 8
    assert house.told() == []  # the readers heard nothing of all that


def breaks(site):
    site.answers["/feed"] = Response(503)


def empties(site):
    site.items.clear()


def falls_silent(_site):
    pass


def outruns_the_window(site):
    later = NOW + timedelta(hours=30)
    site.items[:] = [Item(f"n{n}", f"Late news {n}", at=later - timedelta(minutes=n)) for n in range(4)]


def moves(site):
    site.answers["/feed"] = Response(301, b"", {"Location": f"{site.base}/new"})
    site.answers["/new"] = site._feed(site.seen[-1])


@pytest.mark.parametrize(
    ("trouble", "hours", "word"),
    [
        (breaks, 3, "it has failed for"),
        (empties, 2, "listed nothing"),
        (falls_silent, 48, "nothing new for"),
        (outruns_the_window, 30, "may have passed unseen"),
        (moves, 2, "it has moved for good to"),
    ],
)
async def test_each_kind_of_problem_opens_and_closes(house, operator, trouble, hours, word):
    site = house.site(
        "harbour", *(Item(f"i{n}", f"Item {n}", at=NOW - timedelta(hours=n)) for n in range(30))
    )
    await house.turn()
    trouble(site)
    steps = 1 if trouble is outruns_the_window else 8
    for _ in range(steps):
        house.make_due()
        await house.leave_hosts_alone()
        await house.turn(hours=hours / steps)
    await operator.report()
    (message,) = operator.heard()
    assert "harbour: " in message
    assert word in message
    site.answers.clear()
    for n in range(3):
        site.items.append(Item(f"again-{n}", f"Back again {n}", at=house.clock.now))
        house.make_due()
        await house.leave_hosts_alone()
        await house.turn(hours=25)
    await operator.report()
    assert operator.heard()[0].startswith("Tocsin: all is well again")
    assert house.told() == []


async def test_a_certificate_about_to_end_is_told_until_it_is_renewed(house, operator):
    """The moment is the real one, by which TLS itself judges a certificate."""
    house.clock.now = datetime.now(UTC)
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def certify(days):
        ends = house.clock.now + timedelta(days=days)
        authority.issue_cert("harbour.example", not_after=ends).configure_cert(tls)

    async def poll_and_report():
        house.make_due()
        await house.poll()
        await operator.report()
        return operator.heard()

    def trust():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        authority.configure_trust(context)
        return context

    async def resolve(_host, _port):
        return ["127.0.0.1"]

    certify(days=3)
    item = Item("a", "Council meets").in_feed("https://harbour.example")
    feed = says(f"<rss version='2.0'><channel>{item}</channel></rss>".encode(), XML)
    async with (
        hostile_world({"harbour": feed}, tls) as port,
        Fetcher(user_agent="test", limits=LIMITS, resolve=resolve, trust=trust) as fetcher,
    ):
        house.context = replace(house.context, fetcher=fetcher)
        house.configure(sources=(Source("harbour", f"https://harbour.example:{port}/", allow_private=True),))
        (message,) = await poll_and_report()
        assert f"harbour: its certificate ends on {house.clock.now + timedelta(days=3):%d %B %Y}" in message
        assert await poll_and_report() == []  # it was told
        certify(days=90)
        (message,) = await poll_and_report()
        assert message.startswith("Tocsin: all is well again")
    assert house.told() == []


async def test_a_message_that_did_not_arrive_is_sent_next_time(house, operator):
    site = house.site("harbour", Item("a", "Council meets"))
    await house.turn()
    site.answers["/feed"] = Response(500)
    await fail_for(house)
    operator.server.faults.append(Fault.RESET_UNHEARD)
    await operator.report()
    assert operator.heard() == []
    await operator.report()
    assert "harbour: it has failed for" in operator.heard()[0]


async def test_deliveries_that_were_given_up_are_told_as_they_add_up(house, operator):
    site = house.site("harbour")
    await house.turn()
    for number, said in ((1, "1 delivery was given up"), (2, "2 deliveries were given up")):
        site.items.append(Item(f"boat-{number}", f"A new ferry, the {number}th", text=f"Story {number}"))
        house.channel_server.faults.append(Response(404))
        await house.turn(minutes=5)
        assert len([delivery for delivery in house.outbox() if delivery.state == "dead"]) == number
        await operator.report()
        (message,) = operator.heard()
        assert said in message
        assert "over" not in message
