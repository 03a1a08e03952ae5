"""The fetcher brings documents, asks only for what changed, and words what went wrong."""

import gzip

import brotli
import pytest

from daemon.errors import FetchError
from daemon.fetch import Fetched, NotModified
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
