"""The fetcher brings documents, asks only for what changed, and words what went wrong."""

import gzip
import socket

import brotli
import pytest

from daemon.errors import FetchError
from daemon.fetch import Fetched, Fetcher, NotModified
from daemon.model import Validators


async def test_a_document_comes_with_what_to_ask_next_time(server, fetcher):
    server.says(
        "/feed",
        body=b"<rss/>",
        content_type="application/rss+xml",
        etag='"a1"',
        last_modified="Sun, 22 Nov 2026 10:00:00 GMT",
    )
    got = await fetcher.get(server.url + "/feed", allow_private=True)
    assert isinstance(got, Fetched)
    assert (got.status, got.body, got.content_type) == (200, b"<rss/>", "application/rss+xml")
    assert got.validators == Validators('"a1"', "Sun, 22 Nov 2026 10:00:00 GMT")
    assert got.url == server.url + "/feed"


async def test_an_unchanged_document_is_not_sent_again(server, fetcher):
    server.says("/feed", 304, etag='"a2"')
    known = Validators('"a1"', "Sun, 22 Nov 2026 10:00:00 GMT")
    got = await fetcher.get(server.url + "/feed", validators=known, allow_private=True)
    assert isinstance(got, NotModified)
    assert got.validators == Validators('"a2"', known.last_modified)
    headers = server.seen[0][1]
    assert headers["if-none-match"] == '"a1"'
    assert headers["if-modified-since"] == known.last_modified


async def test_it_says_who_it_is_and_what_it_understands(server, fetcher):
    server.says("/")
    await fetcher.get(server.url, allow_private=True)
    headers = server.seen[0][1]
    assert headers["user-agent"] == "Tocsin/test (+mailto:desk@example.org)"
    assert headers["accept-encoding"] == "gzip, br"


@pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
async def test_compressed_documents_are_unpacked(server, fetcher, name, pack):
    server.says("/", body=pack(b"zapad" * 1000), content_encoding=name)
    got = await fetcher.get(server.url, allow_private=True)
    assert isinstance(got, Fetched)
    assert got.body == b"zapad" * 1000


@pytest.mark.parametrize(
    ("status", "permanent"), [(404, True), (410, True), (401, True), (500, False), (503, False)]
)
async def test_a_refusal_is_an_error_in_plain_words(server, fetcher, status, permanent):
    server.says("/", status)
    with pytest.raises(FetchError, match=f"127.0.0.1 answered {status}: ") as caught:
        await fetcher.get(server.url, allow_private=True)
    assert (caught.value.kind, caught.value.permanent) == (f"http_{status}", permanent)


@pytest.mark.parametrize("etag", ['"é"', "x" * 5000, ""])
async def test_a_validator_that_could_not_be_sent_back_is_not_kept(server, fetcher, etag):
    server.answers["/"] = f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
    got = await fetcher.get(server.url, allow_private=True)
    assert got.validators == Validators()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "does not exist"),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), "is this machine online"),
    ],
)
async def test_a_name_without_an_address_is_named(error, words):
    async def resolve(host: str, port: int) -> list[str]:
        raise error

    async with Fetcher(user_agent="test", resolve=resolve) as fetcher:
        with pytest.raises(FetchError, match=words) as caught:
            await fetcher.get("http://news.example/")
    assert caught.value.kind == "dns"


@pytest.mark.parametrize(
    "url", ["", "tribune.example/feed", "ftp://tribune.example/", "http://", "http://[::g]/"]
)
async def test_what_is_no_address_is_named(fetcher, url):
    with pytest.raises(FetchError, match="no web address") as caught:
        await fetcher.get(url)
    assert (caught.value.kind, caught.value.permanent) == ("url", True)
