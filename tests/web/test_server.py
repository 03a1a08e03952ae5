"""The desk in a loop that has other things to do: it opens, tells events, closes, and hurts nobody."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx2
import pytest

from daemon.config import WebSettings
from daemon.store import alerts
from daemon.web import open_desk

FREE = WebSettings(listen="127.0.0.1:0")


@asynccontextmanager
async def opened(visit, web: WebSettings = FREE) -> AsyncIterator[str]:
    visit.house.configure(web=web)
    async with open_desk(lambda: visit.house.context) as address:
        yield address


async def test_it_is_open_as_long_as_the_daemon_runs(visit):
    async with opened(visit) as address, httpx2.AsyncClient() as browser:
        assert (await browser.get(address)).status_code == 200
        assert (await browser.get(address, headers={"Host": "evil.example"})).status_code == 421
    async with httpx2.AsyncClient() as browser:
        with pytest.raises(httpx2.ConnectError):
            await browser.get(address)


async def test_it_can_be_left_closed(visit):
    async with opened(visit, WebSettings(enabled=False)) as address:
        assert address == ""


async def test_a_port_that_is_taken_costs_the_desk_alone(visit, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        async with opened(visit, WebSettings(listen=where)) as address:
            assert address == ""
    said = capsys.readouterr().out
    assert "the desk stays closed" in said
    assert where in said


async def test_it_opens_on_the_new_loopback_too(visit):
    async with opened(visit, WebSettings(listen="[::1]:0")) as address, httpx2.AsyncClient() as browser:
        assert address.startswith("http://[::1]:")
        assert (await browser.get(address)).status_code == 200


async def events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, str, dict]]:
    number = kind = ""
    async for line in lines:
        name, _, text = line.partition(": ")
        if name == "id":
            number = text
        elif name == "event":
            kind = text
        elif name == "data" and kind != "beat":
            yield number, kind, json.loads(text)
            number = kind = ""


async def test_events_replay_what_a_browser_missed(visit):
    latest = visit.house.store.read_now(alerts.latest_id)
    async with opened(visit) as address, httpx2.AsyncClient() as browser:
        asked = {"Last-Event-ID": str(latest - 2)}
        async with browser.stream("GET", f"{address}events?after=0", headers=asked) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            heard = events(answer.aiter_lines())
            numbers = [(await anext(heard))[0] for _ in range(2)]
            _, kind, figures = await anext(heard)
    assert numbers == [str(latest - 1), str(latest)]
    assert kind == "standing"
    assert figures["findings"].endswith("problems")


async def test_an_alert_is_told_while_the_stream_is_open(visit):
    async with (
        opened(visit) as address,
        httpx2.AsyncClient() as browser,
        browser.stream("GET", f"{address}events") as answer,
    ):
        heard = events(answer.aiter_lines())
        assert (await anext(heard))[1] == "standing"
        told = asyncio.create_task(anext(heard))
        await asyncio.sleep(0)
        rung = visit.house.store.read_now(lambda conn: alerts.page(conn, limit=1))[0]
        again = replace(rung, rule="another")
        visit.house.store.write_now(
            lambda conn: alerts.add(conn, again.rule, again.article_id, again.severity, visit.house.clock())
        )
        visit.house.clock.wait(seconds=6)
        number, kind, data = await asyncio.wait_for(told, 15)
    assert kind == "alert"
    assert int(number) == rung.id + 1
    assert data["rule"] == "another"


async def test_it_closes_though_a_stream_is_open(visit):
    async with httpx2.AsyncClient() as browser:
        async with opened(visit) as address:
            stream = browser.stream("GET", f"{address}events")
            answer = await stream.__aenter__()
        assert [line async for line in answer.aiter_lines()]
        await stream.__aexit__(None, None, None)


async def test_a_fault_of_a_page_is_said_without_its_insides(visit, monkeypatch, caplog):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the insides")

    monkeypatch.setattr("daemon.web.pages.why.ways", broken)
    async with opened(visit) as address, httpx2.AsyncClient() as browser:
        answer = await browser.get(f"{address}why?url=x")
        assert (await browser.get(address)).status_code == 200
    assert answer.status_code == 500
    assert "insides" not in answer.text
    assert "content-security-policy" in answer.headers
    assert "a secret of the insides" in caplog.text
