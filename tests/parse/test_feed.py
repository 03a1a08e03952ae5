"""What is no feed, and that no bytes make any reader raise anything but ParseError."""

import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.errors import ParseError
from daemon.model import Feed, ListingSelectors, SourceKind
from daemon.parse import discover, parse_feed, parse_source


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!doctype html><title>News</title>", "html"),
        (b"<script>location='/'</script>", "html"),
        (b"<!doctype html><p>News<br><rss-button></rss-button>", "html"),
        (b"<!doctype html><html><p>News<br><!-- <rdf:RDF xmlns:rdf='x'></rdf:RDF> -->", "html"),
        (b"<!--" + b"-" * 6000 + b"--><html><body><p>News</p></body></html>", "html"),
        (b"<h1>Not found</h1>", "html"),
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"Service unavailable", "xml"),
        (b"<Error><Code>AccessDenied</Code></Error>", "not_a_feed"),
        (b'{"error": "gone"}', "not_a_feed"),
        (b'{"items": [', "json"),
        (b'{"items":' + b"[" * 100_000, "json"),
        (b"[1, 2]", "not_a_feed"),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body, kind):
    with pytest.raises(ParseError) as caught:
        parse_feed(body)
    assert caught.value.kind == kind


@pytest.mark.parametrize("before", [b"<!-- strips <script> -->", b"<!DOCTYPE html>"])
def test_a_feed_may_be_empty_whatever_stands_before_it(before):
    assert parse_feed(before + b"<rss><channel><title>T</title></channel></rss>").title == "T"


def test_a_web_page_gets_advice():
    with pytest.raises(ParseError, match=r"tocsin sources discover https://example\.org/"):
        parse_feed(b"<html><body>News</body></html>", url="https://example.org/")


@pytest.mark.parametrize(
    ("body", "url", "listing"),
    [
        (b"<rss><channel><title>T</title></channel></rss>", "https://e.example/rss", ListingSelectors()),
        (b'<urlset xmlns="x"><url><loc>https://e.example/1</loc></url></urlset>', "", ListingSelectors()),
        (zlib.compress(b"<urlset/>", wbits=31), "", ListingSelectors()),
        (b'<a href="/1">One</a>', "https://e.example/", ListingSelectors(links="a")),
        (b'<div class="tgme_channel_info_header_title">T</div>', "https://t.me/s/tocsin", ListingSelectors()),
    ],
)
def test_a_source_finds_its_kind_out_by_itself(body, url, listing):
    assert isinstance(parse_source(body, url=url, listing=listing), Feed)


def test_an_entry_keeps_nothing_that_only_hides_words():
    feed = parse_feed("<rss><channel><item><title>dr\u00ado\u200bne</title></item></channel></rss>".encode())
    assert feed.entries[0].title == "drone"


# Pieces that reach the corners of the readers more often than chance would.
PIECES = st.sampled_from(
    [
        *(
            b"<rss>",
            b"<channel>",
            b"<item>",
            b"</item>",
            b"<feed xmlns='http://www.w3.org/2005/Atom'>",
            b"<entry>",
        ),
        *(
            b"<title type='html'>",
            b"<link href='//[x'>",
            b"<link>",
            b"http://[",
            b"<guid>",
            b"<pubDate>",
            b"99999",
        ),
        *(
            b"<dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>",
            b"2024-13-45T99:99",
            b"1 Jan 0001",
            b"31 Feb",
        ),
        *(
            b"<![CDATA[",
            b"]]>",
            b"&nbsp;",
            b"&#x0;",
            b"&#xD800;",
            b"&#146;",
            b"&",
            b"<!DOCTYPE rss [",
            b"]>",
            b"<!--",
        ),
        *(
            b"<content mode='base64'>",
            b"A===",
            b"<script>",
            b"<a ",
            b'"',
            b"'",
            b"\0",
            b"\xff\xfe",
            b"\xc3",
            b"\x1f\x8b",
        ),
        *(
            b"<?xml version='1.0' encoding='utf-16'?>",
            b"<?xml encoding='hex'?>",
            b'{"items":[',
            b'{"id":1e999}',
            b"]}",
        ),
        *(
            b"<urlset>",
            b"<url>",
            b"<loc>",
            b"<lastmod>",
            b"<ttl>",
            b"xml:base='http://['",
            b"<CHANNEL HREF='",
            b"/>",
        ),
        *(
            b"<div class='tgme_widget_message' data-post='a/1'>",
            b"<a href='https://t.me/s/abcd'>",
            b"<time datetime='",
        ),
    ]
)
BODIES = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=25).map(b"".join))


@settings(max_examples=300, deadline=None)
@given(
    body=BODIES,
    kind=st.sampled_from(SourceKind),
    url=st.sampled_from(["", "https://e.example/", "http://[", "relative/path"]),
    content_type=st.sampled_from(
        [None, "text/xml; charset=utf-16", "text/html;charset=hex", "charset=", "\0"]
    ),
)
def test_no_bytes_raise_anything_but_parse_error(body, kind, url, content_type):
    selectors = ListingSelectors(links="a", date="time")
    with suppress(ParseError):
        feed = parse_source(body, url=url, kind=kind, listing=selectors, content_type=content_type)
        assert all(entry.published is None or entry.published.tzinfo for entry in feed.entries)
        assert all(isinstance(entry.summary + entry.content, str) for entry in feed.entries)  # read only here


@settings(max_examples=100, deadline=None)
@given(body=BODIES, url=st.sampled_from(["https://e.example/a", "http://[", "https://e.example/robots.txt"]))
def test_discovery_takes_any_bytes(body, url):
    try:
        found = discover(body, url=url)
    except ParseError:
        return
    assert len({candidate.url + candidate.links for candidate in found}) == len(found)


def test_markup_is_read_in_linear_time_however_many_namespaces_are_declared():
    spaces = " ".join(f'xmlns:a{n}="https://vesna.example/{n}"' for n in range(4000))
    items = "".join(
        f"<item><description>Port <a{n}:b>closed</a{n}:b> &amp; guarded</description></item>"
        for n in range(4000)
    )
    feed = parse_feed(f"<rss {spaces}><channel>{items}</channel></rss>".encode())
    assert {entry.summary for entry in feed.entries} == {"Port closed & guarded"}
    assert len(feed.entries) == 4000
