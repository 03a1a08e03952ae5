"""Hosts are asked one thing at a time, at their pace, and not at all when they wish so."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from httpx2 import Headers
from hypothesis import given
from hypothesis import strategies as st

from daemon.errors import FetchError
from daemon.fetch import Fetcher, Limits
from daemon.fetch.headers import cached_for, retry_after, validators
from daemon.fetch.manners import Manners

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HASTY = Manners(pace=timedelta(0), patience=timedelta(seconds=0.05))


async def test_requests_to_one_host_never_overlap(server, fetcher):
    inside = most = 0

    async def slow(writer: asyncio.StreamWriter) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        inside -= 1

    server.answers["/"] = slow
    await asyncio.gather(*(fetcher.get(server.url, allow_private=True) for _ in range(8)))
    assert (len(server.seen), most) == (8, 1)


async def test_who_would_wait_too_long_is_sent_away():
    async with HASTY.turn("a.example"):
        with pytest.raises(FetchError, match="others of its pages") as caught:
            async with HASTY.turn("a.example"):
                pass
    assert caught.value.kind == "held"
    async with HASTY.turn("a.example"), HASTY.turn("b.example"):
        pass


async def test_a_redirect_need_not_wait_for_the_pause(server):
    server.says("/", 301, location="/feed")
    server.says("/feed", body=b"<rss/>")
    slow = replace(Limits(), pace=timedelta(minutes=5))
    async with Fetcher(user_agent="test", limits=slow) as fetcher:
        got = await fetcher.get(server.url, allow_private=True)
        assert got.body == b"<rss/>"
        with pytest.raises(FetchError, match="longer pauses"):
            await fetcher.get(server.url, allow_private=True)


async def test_a_slow_pace_sends_away_at_once():
    manners = Manners(pace=timedelta(0), patience=timedelta(seconds=1))
    async with manners.turn("a.example", pace=timedelta(seconds=30)):
        pass
    with pytest.raises(FetchError, match="longer pauses") as caught:
        async with manners.turn("a.example"):
            pass
    assert timedelta(seconds=28) < caught.value.retry_after <= timedelta(seconds=30)


async def test_a_host_rests_at_every_port_until_it_may_be_asked_again():
    manners = Manners(pace=timedelta(minutes=10), patience=timedelta(seconds=1))
    assert manners.rest("a.example") == timedelta()
    async with manners.turn("a.example:8080"):
        pass
    assert timedelta(minutes=5) < manners.rest("a.example") <= timedelta(minutes=10)
    manners.hold("a.example", timedelta(hours=1))
    assert timedelta(minutes=55) < manners.rest("a.example") <= timedelta(hours=1)
    assert manners.rest("a.exam") == timedelta()


class Told(list[tuple[str, timedelta]]):
    """Hears which hosts are to be left alone."""

    async def __call__(self, host: str, rest: timedelta) -> None:
        self.append((host, rest))


async def test_a_long_rest_is_told_of_before_its_fetch_is_over_and_a_short_one_is_not(server):
    told = Told()
    limits = replace(Limits(), pace=timedelta(seconds=1), patience=timedelta(0))
    async with Fetcher(user_agent="test", limits=limits, tell=told) as fetcher:
        server.says("/", body=b"text")
        await fetcher.get(server.url, allow_private=True)
        assert told == [], "the usual pace is nothing to tell"
    async with Fetcher(user_agent="test", limits=limits, tell=told) as fetcher:
        server.says("/busy", 429, retry_after="120")
        with pytest.raises(FetchError):
            await fetcher.get(server.url + "/busy", allow_private=True)
        ((host, rest),) = told
        assert host == "127.0.0.1"
        assert timedelta(seconds=100) < rest <= timedelta(seconds=120)
        with pytest.raises(FetchError, match="asked to be left alone"):
            await fetcher.get(server.url, allow_private=True)
        assert len(told) == 1, "it is told once, by who was there"


async def test_a_pace_that_robots_txt_wishes_is_told_of_like_a_pause(server):
    told = Told()
    server.says("/robots.txt", body=b"User-agent: *\nCrawl-delay: 30\n")
    server.says("/page", body=b"text")
    async with Fetcher(user_agent="test", tell=told) as fetcher:
        await fetcher.get(server.url + "/page", allow_private=True, obey_robots=True)
    ((host, rest),) = told
    assert host == "127.0.0.1"
    assert timedelta(seconds=20) < rest <= timedelta(seconds=30)


async def test_a_host_with_letters_of_its_own_rests_by_either_of_its_names(server):
    told = Told()

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    server.says("/", 503, retry_after="60")
    port = server.url.rpartition(":")[2]
    async with Fetcher(user_agent="test", resolve=resolve, tell=told) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.get(f"http://bücher.example:{port}/", allow_private=True)
        assert {host for host, _ in told} == {"bücher.example", "xn--bcher-kva.example"}
        for name in ("bücher.example", "xn--bcher-kva.example"):
            assert fetcher.rest(name) > timedelta(seconds=30)
        assert fetcher.rest("no host at all") == timedelta()


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_host_is_left_alone_with_all_its_pages(server, fetcher, status):
    server.says("/a", status, retry_after="120")
    server.says("/b", body=b"text")
    with pytest.raises(FetchError) as first:
        await fetcher.get(server.url + "/a", allow_private=True)
    with pytest.raises(FetchError, match="asked to be left alone") as second:
        await fetcher.get(server.url + "/b", allow_private=True)
    assert (first.value.kind, first.value.retry_after) == (f"http_{status}", timedelta(seconds=120))
    assert (second.value.kind, len(server.seen)) == ("held", 1)


async def test_a_cancelled_wait_leaves_the_host_free():
    manners = Manners(pace=timedelta(seconds=1), patience=timedelta(seconds=5))
    async with manners.turn("a.example"):
        pass
    waiter = asyncio.ensure_future(manners.turn("a.example").__aenter__())
    await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    assert not manners._place("a.example").lock.locked()


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "120"}, timedelta(minutes=2)),
        ({"Retry-After": " 1.5 "}, timedelta(seconds=1)),
        ({"Retry-After": "316800"}, timedelta(hours=24)),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": ""}, None),
        ({}, None),
        ({"Retry-After": "Sun, 22 Nov 2026 12:10:00 GMT"}, timedelta(minutes=10)),
        ({"Retry-After": "Sun, 22 Nov 2026 11:00:00 GMT"}, timedelta(0)),
        (
            {"Retry-After": "Sun, 22 Nov 2026 15:10:00 GMT", "Date": "Sun, 22 Nov 2026 15:00:00 GMT"},
            timedelta(minutes=10),
        ),
        ({"Retry-After": "Sun, 99 Nov 2026 25:00:00 GMT"}, None),
    ],
)
def test_retry_after_is_read_in_either_form(headers, wait):
    assert retry_after(Headers(headers), NOW) == wait


@given(st.text(st.characters(codec="latin-1"), max_size=80))
def test_no_header_is_too_odd_to_read(text):
    raw = text.encode("latin-1")
    names = (b"cache-control", b"age", b"retry-after", b"date", b"etag")
    odd = Headers([(name, raw) for name in names])
    validators(odd)
    for wait in (cached_for(odd), retry_after(odd, NOW)):
        assert wait is None or timedelta(0) <= wait <= timedelta(hours=24)


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({"Cache-Control": "max-age=600"}, None),
        ({"Cache-Control": "max-age=600", "Age": "100"}, timedelta(seconds=500)),
        ({"Cache-Control": "public, s-maxage=60, max-age=600", "Age": "0"}, timedelta(seconds=60)),
        ({"Cache-Control": 'max-age="300"', "X-Cache": "MISS"}, timedelta(seconds=300)),
        ({"Cache-Control": "MAX-AGE=300", "CF-Cache-Status": "HIT"}, timedelta(seconds=300)),
        ({"Cache-Control": "max-age=300", "CF-Cache-Status": "DYNAMIC"}, None),
        ({"Cache-Control": "max-age=60", "Age": "900"}, timedelta(0)),
        ({"Cache-Control": "max-age=999999999999", "Age": "0"}, timedelta(hours=24)),
        ({"Cache-Control": "no-cache, private", "Age": "0"}, None),
        ({"Cache-Control": "max-age=ten", "Age": "yes"}, None),
    ],
)
def test_what_a_cache_will_repeat(headers, left):
    assert cached_for(Headers(headers)) == left


@pytest.mark.parametrize(("statuses", "moved"), [([301, 308], True), ([301, 302], True), ([302, 301], False)])
async def test_a_move_for_good_is_told(server, fetcher, statuses, moved):
    """The move counts as far as it is for good from the start."""
    server.says("/0", statuses[0], location="/1")
    server.says("/1", statuses[1], location="/2")
    server.says("/2", body=b"text")
    got = await fetcher.get(server.url + "/0", allow_private=True)
    assert got.url == server.url + "/2"
    last = "/2" if statuses == [301, 308] else "/1"
    assert got.hints.moved_to == (server.url + last if moved else "")


async def test_no_more_is_in_flight_than_allowed(serve):
    inside = most = 0

    async def slow(writer: asyncio.StreamWriter) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        for _ in range(20):
            await asyncio.sleep(0)
        inside -= 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async def everywhere(name: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    limits = replace(Limits(), in_flight=3)
    async with serve() as server, Fetcher(user_agent="test", limits=limits, resolve=everywhere) as fetcher:
        server.answers["/"] = slow
        port = server.url.rpartition(":")[2]
        names = [f"http://s{i}.example:{port}/" for i in range(12)]
        await asyncio.gather(*(fetcher.get(name, allow_private=True) for name in names))
    assert most == 3


async def test_who_is_on_a_visit_goes_on_and_the_next_visit_waits():
    manners = Manners(pace=timedelta(hours=1), patience=timedelta(seconds=5))
    async with manners.turn("a.example"):
        pass
    async with manners.turn("a.example", on_visit=True):
        pass
    with pytest.raises(FetchError, match="longer pauses"):
        async with manners.turn("a.example"):
            pass
