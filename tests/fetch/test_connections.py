"""Connections rest between the pages of a host, few of them, and not for long."""

import httpcore2
import pytest

from daemon.fetch import connections
from daemon.fetch.connections import Connections

ANSWER = b"HTTP/1.1 304 Not Modified\r\n\r\n"


class Wires(httpcore2.AsyncNetworkBackend):
    """A network whose every connection says the same, as often as it is asked."""

    def __init__(self) -> None:
        self.opened: list[Stream] = []
        self.ending = False

    async def connect_tcp(self, host, port, **_):
        self.opened.append(Stream(host))
        self.opened[-1].ending = self.ending
        return self.opened[-1]

    @property
    def open(self) -> list[str]:
        """The hosts that are connected now."""
        return [stream.host for stream in self.opened if not stream.closed]


class Stream(httpcore2.AsyncNetworkStream):
    """One of its connections; its server has hung up if `ended`, and does at the next request if `ending`."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.closed = self.ended = self.ending = False

    async def read(self, max_bytes, **_):
        return b"" if self.ending else ANSWER

    async def write(self, buffer, **_):
        if self.host == "broken.example":
            raise httpcore2.ReadError

    async def aclose(self):
        self.closed = True

    def get_extra_info(self, info):
        return self.ended if info == "is_readable" else None


@pytest.fixture
def wires() -> Wires:
    return Wires()


@pytest.fixture
def ready(wires) -> Connections:
    return Connections(ssl_context=None, proxy=None, network_backend=wires)


def ask(host: str) -> httpcore2.Request:
    return httpcore2.Request("GET", f"http://{host}/", headers={"Host": host})


async def visit(ready: Connections, *hosts: str) -> None:
    for host in hosts:
        async with ready.exchange(ask(host)) as answer:
            assert await answer.aread() == b""


async def test_the_next_page_of_a_host_comes_over_the_same_connection(ready, wires):
    await visit(ready, "a.example", "b.example", "a.example")
    assert wires.open == ["a.example", "b.example"]
    assert len(wires.opened) == 2


async def test_a_server_that_hangs_up_just_as_it_is_asked_is_asked_once_more(ready, wires):
    await visit(ready, "a.example")
    wires.opened[0].ending = True
    await visit(ready, "a.example")
    assert [stream.closed for stream in wires.opened] == [True, False]


async def test_a_server_that_hangs_up_on_whoever_comes_anew_is_not_asked_again(ready, wires):
    wires.ending = True
    with pytest.raises(httpcore2.RemoteProtocolError):
        await visit(ready, "a.example")
    assert [stream.closed for stream in wires.opened] == [True]


async def test_a_connection_whose_server_hung_up_is_not_used_again(ready, wires):
    await visit(ready, "a.example")
    wires.opened[0].ended = True
    await visit(ready, "a.example")
    assert [stream.closed for stream in wires.opened] == [True, False]


async def test_few_rest_and_the_oldest_go_first(ready, wires, monkeypatch):
    monkeypatch.setattr(connections, "_MOST", 2)
    await visit(ready, "a.example", "b.example", "a.example", "c.example")
    assert wires.open == ["a.example", "c.example"]


async def test_none_rests_for_long(ready, wires, monkeypatch):
    monkeypatch.setattr(connections, "_REST", -1.0)
    await visit(Connections(ssl_context=None, proxy=None, network_backend=wires), "a.example")
    assert wires.open == []


@pytest.mark.parametrize("host", ["broken.example", "a.example"])
async def test_what_fails_is_closed(ready, wires, host):
    async def fail():
        async with ready.exchange(ask(host)):
            raise httpcore2.ReadError

    with pytest.raises(httpcore2.ReadError):
        await fail()
    assert wires.open == []


async def test_none_is_left_open_at_the_end(ready, wires):
    await visit(ready, "a.example", "b.example")
    await ready.aclose()
    assert wires.open == []
