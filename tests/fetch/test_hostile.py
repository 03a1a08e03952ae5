"""Whatever a server does, a fetch ends in time, in little memory, with a word for it."""

import asyncio
import gzip
import ssl
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import pytest
import trustme

from daemon.errors import FetchError
from daemon.fetch import Fetched, Fetcher, Limits

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
IMPATIENT = Limits(
    total=timedelta(seconds=0.5),
    connect=timedelta(seconds=0.5),
    silence=timedelta(seconds=0.4),
    pace=timedelta(0),
    body=1_000_000,
)


def trust_in(*authorities: trustme.CA) -> Callable[[], ssl.SSLContext]:
    def trust() -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        for authority in authorities:
            authority.configure_trust(context)
        return context

    return trust


@pytest.fixture
async def impatient() -> AsyncIterator[Fetcher]:
    async with Fetcher(user_agent="test", limits=IMPATIENT, trust=trust_in()) as fetcher:
        yield fetcher


async def outcome(fetcher: Fetcher, url: str) -> str:
    try:
        await fetcher.get(url, allow_private=True)
    except FetchError as error:
        return error.kind
    return "fetched"


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def bomb(name: str) -> bytes:
    """Fifty megabytes of nothing, in a few kilobytes."""
    nothing = bytes(50_000_000)
    return gzip.compress(nothing, 1) if name == "gzip" else brotli.compress(nothing, quality=1)


@pytest.mark.parametrize("encoding", ["gzip", "br"])
async def test_bombs_do_not_go_off(server, impatient, encoding):
    server.says("/", body=bomb(encoding), content_encoding=encoding)
    tracemalloc.start()
    try:
        assert await outcome(impatient, server.url) == "too_large"
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br, gzip", "zstd", "deflate", "compress"])
async def test_only_what_was_asked_for_is_unpacked(server, impatient, encoding):
    server.says("/", body=gzip.compress(gzip.compress(bytes(1_000_000))), content_encoding=encoding)
    assert await outcome(impatient, server.url) == "encoding"


async def test_what_only_claims_to_be_packed(server, impatient):
    server.says("/", body=b"plain text", content_encoding="gzip")
    assert await outcome(impatient, server.url) == "encoding"


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED)
    while True:
        writer.write(chunk(bytes(50_000)))
        await writer.drain()


async def endless_and_empty(writer: asyncio.StreamWriter) -> None:
    """A gzip stream of empty blocks: it has no end and unpacks to nothing."""
    writer.write(CHUNKED[:-2] + b"Content-Encoding: gzip\r\n\r\n" + chunk(gzip.compress(b"")[:10]))
    while True:
        writer.write(chunk(b"\x00\x00\x00\xff\xff" * 10_000))
        await writer.drain()


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD)
    while True:
        writer.write(b"X-Filler: " + b"x" * 5_000 + b"\r\n")
        await writer.drain()


async def dripping(writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED)
    while True:
        writer.write(chunk(b"x"))
        await writer.drain()
        await asyncio.sleep(0.02)


async def dripping_headers(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"H")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def break_off(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"Content-Length: 1000\r\n\r\nhalf of i")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (endless, "too_large"),
        (endless_and_empty, "too_large"),
        (endless_headers, "protocol"),
        (dripping, "timeout"),
        (dripping_headers, "timeout"),
        (silent, "timeout"),
        (hang_up, "protocol"),
        (break_off, "protocol"),
        (HEAD + b"Content-Length: -5\r\n\r\nx", "protocol"),
        (HEAD + b"Content-Length: 99999999999999\r\n\r\n" + bytes(2_000_000), "too_large"),
        (HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "protocol"),
        (CHUNKED + b"zz\r\n", "protocol"),
        (b"HTTP/1.1 99 Odd\r\n\r\n", "protocol"),
        (b"220 mail.example ESMTP\r\n", "timeout"),
        (b"\x00\xff" * 200_000, "protocol"),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", "http_304"),
        (b"HTTP/1.1 200 OK\r\nBad Header\x00: 1\r\n\r\n", "protocol"),
    ],
)
async def test_every_trick_has_a_name(server, impatient, answer, kind):
    server.answers["/"] = answer
    assert await outcome(impatient, server.url) == kind


async def test_redirects_end(server, fetcher):
    server.says("/", 302, location="/")
    assert await outcome(fetcher, server.url) == "redirects"
    assert len(server.seen) == 11


async def test_a_redirect_that_only_sets_a_cookie_is_followed(server, fetcher):
    """Consent walls send the reader on to the same page, with a cookie."""

    async def wall(writer: asyncio.StreamWriter) -> None:
        if "cookie" in server.seen[-1][1]:
            writer.write(HEAD + b"Content-Length: 4\r\n\r\nnews")
        else:
            writer.write(b"HTTP/1.1 302 F\r\nSet-Cookie: ok=1\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")

    server.answers["/"] = wall
    got = await fetcher.get(server.url, allow_private=True)
    assert isinstance(got, Fetched)
    assert got.body == b"news"


async def test_all_at_once_and_the_healthy_lose_nothing(serve, impatient):
    """Eighteen tricks beside fifty healthy sources; each host has its own turns, and nothing stays open."""
    tricks = [endless, endless_and_empty, dripping, silent, hang_up, break_off] * 3
    before = open_sockets()
    async with serve() as healthy, serve() as hostile:
        for i, trick in enumerate(tricks):
            hostile.answers[f"/{i}"] = trick
        for i in range(50):
            healthy.says(f"/{i}", body=b"news")
        names = [f"{hostile.url}/{i}" for i in range(len(tricks))]
        bad = asyncio.gather(*(outcome(impatient, name) for name in names))
        good = await asyncio.gather(*(outcome(impatient, f"{healthy.url}/{i}") for i in range(50)))
        assert good == ["fetched"] * 50
        assert "fetched" not in await bad
    resting = 1  # of the healthy server, for its next page
    await asyncio.sleep(0)
    assert open_sockets() - before <= resting


def open_sockets() -> int:
    """Count this process's sockets."""
    count = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # it took one to list them
            count += str(descriptor.readlink()).startswith("socket:")
    return count


async def test_nothing_listens(server, fetcher):
    with pytest.raises(FetchError, match="refuses connections") as caught:
        await fetcher.get("http://127.0.0.1:9/", allow_private=True)
    assert caught.value.kind == "refused"


# --- TLS -------------------------------------------------------------------------------------


def tls(authority: trustme.CA, *names: str, **options: datetime) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **options).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> Fetcher:
    limits = replace(IMPATIENT, total=timedelta(seconds=5))
    return Fetcher(user_agent="test", trust=trust_in(authority), limits=limits)


async def test_a_good_certificate_tells_its_end(serve, authority):
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    async with serve(tls(authority, "127.0.0.1", not_after=ends)) as server, trusting(authority) as fetcher:
        server.says("/", body=b"news")
        got = await fetcher.get(server.url, allow_private=True)
        assert isinstance(got, Fetched)
        assert got.hints.certificate_ends == ends


@pytest.mark.parametrize(
    ("names", "options", "words"),
    [
        (["news.example"], {}, "IP address mismatch"),
        (["127.0.0.1"], {"not_after": datetime(2020, 1, 1, tzinfo=UTC)}, "certificate has expired"),
    ],
)
async def test_a_bad_certificate_is_refused(serve, authority, names, options, words):
    async with serve(tls(authority, *names, **options)) as server, trusting(authority) as fetcher:
        with pytest.raises(FetchError, match=words) as caught:
            await fetcher.get(server.url, allow_private=True)
        assert caught.value.kind == "tls"


async def test_a_stranger_s_certificate_is_refused(serve, authority, fetcher):
    async with serve(tls(authority, "127.0.0.1")) as server:
        with pytest.raises(FetchError, match="certificate that does not hold") as caught:
            await fetcher.get(server.url, allow_private=True)
        assert caught.value.kind == "tls"


async def test_plain_http_behind_https_is_named(serve, fetcher):
    async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        with pytest.raises(FetchError, match="agree on no encryption") as caught:
            await fetcher.get(f"https://127.0.0.1:{port}", allow_private=True)
    assert caught.value.kind == "tls"


async def test_a_handshake_that_never_ends_is_a_time_out(server, impatient):
    assert await outcome(impatient, server.url.replace("http:", "https:")) == "timeout"
