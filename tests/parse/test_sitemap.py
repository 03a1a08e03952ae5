"""Sitemaps that are packed, plain, broken, or none; the samples show the rest."""

import gzip

import pytest

from daemon.errors import ParseError
from daemon.parse import parse_sitemap, parse_telegram

SITEMAP = b"<urlset><url><loc> /1 </loc></url><url><loc></loc></url></urlset>"


def test_a_packed_sitemap_is_unpacked_and_its_addresses_resolved():
    feed = parse_sitemap(gzip.compress(SITEMAP), url="https://s.example/map.xml.gz")
    assert [entry.url for entry in feed.entries] == ["https://s.example/1"]


def test_a_sitemap_may_be_a_list_of_addresses():
    feed = parse_sitemap(b"https://s.example/1\r\n\r\nhttps://s.example/2\n# no\n", url="")
    assert [entry.url for entry in feed.entries] == ["https://s.example/1", "https://s.example/2"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"<html><body>404", "html"), (b"<rss/>", "not_a_sitemap"), (b"\x1f\x8bbroken", "gzip"), (b"", "xml")],
)
def test_what_is_no_sitemap_is_said_to_be_none(body, kind):
    with pytest.raises(ParseError) as caught:
        parse_sitemap(body, url="")
    assert caught.value.kind == kind


def test_a_channel_without_a_preview_is_said_to_have_none():
    with pytest.raises(ParseError, match=r"https://t\.me/s/NAME") as caught:
        parse_telegram(b"<div class=tgme_page>Join</div>", url="https://t.me/s/private")
    assert caught.value.kind == "no_preview"
