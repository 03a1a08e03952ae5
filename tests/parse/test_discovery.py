"""What a page offers to be polled."""

import pytest

from daemon.model import SourceKind
from daemon.parse import discover, parse_listing

HEADLINES = "".join(
    f'<li class="item item-{n}"><h3><a href="/news/{n}">Headline number {n} about the harbour</a></h3></li>'
    for n in range(6)
)
PAGE = f"""<base href="https://h.example/en/">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" title="All  news" href="/feed">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
<link rel="alternate" hreflang="pl" href="/pl"><link rel="stylesheet" href="/feed.css">
<a href="rss/sport.xml">Sport</a><a href="https://t.me/harbour_news">Telegram</a>
<a href="https://t.me/share/url?u=1">Share</a>
<a href="https://social.example/dialog/feed?x">Post</a>
<nav class="menu"><a href="/1">One</a><a href="/2">Two</a></nav>
<ul class="list">{HEADLINES}</ul>""".encode()
URL = "https://h.example/en/index.html"


def test_announced_feeds_come_first_and_those_of_comments_after_them():
    certain = [(c.url, c.title) for c in discover(PAGE, url=URL) if c.certain]
    assert certain == [
        ("https://h.example/feed", "All news"),
        ("https://h.example/comments/feed", "Comments"),
    ]


def test_links_to_feeds_and_channels_are_found():
    linked = {(c.url, c.kind) for c in discover(PAGE, url=URL) if "links to" in c.why}
    assert linked == {
        ("https://h.example/en/rss/sport.xml", SourceKind.FEED),
        ("https://t.me/s/harbour_news", SourceKind.TELEGRAM),
    }


def test_a_listing_comes_with_a_selector_that_finds_it():
    (listing,) = [c for c in discover(PAGE, url=URL) if c.kind is SourceKind.LISTING]
    assert len(parse_listing(PAGE, url=URL, links=listing.links).entries) == 6


@pytest.mark.parametrize(
    ("root", "posts"),
    [
        ("/wp-json/", "https://h.example/wp-json/wp/v2/posts?per_page=30&_embed=author,wp:term"),
        (
            "/index.php?rest_route=/",
            "https://h.example/index.php?rest_route=/wp/v2/posts&per_page=30&_embed=author,wp:term",
        ),
    ],
)
def test_wordpress_s_list_of_posts_is_offered(root, posts):
    page = f'<link rel="https://api.w.org/" href="{root}">'.encode()
    (found,) = [c for c in discover(page, url=URL) if c.interface]
    assert (found.url, found.kind, found.certain) == (posts, SourceKind.FEED, False)


def test_usual_places_are_guesses():
    guesses = [c for c in discover(b"<p>nothing", url=URL) if not c.certain]
    assert ("https://h.example/sitemap.xml", SourceKind.SITEMAP) in {(c.url, c.kind) for c in guesses}


def test_robots_txt_names_sitemaps():
    body = (
        b"User-agent: *\nDisallow:\nSitemap: https://h.example/news.xml\n sitemap:https://h.example/all.xml"
    )
    assert [c.url for c in discover(body, url="https://h.example/robots.txt")] == [
        "https://h.example/news.xml",
        "https://h.example/all.xml",
    ]


def test_headlines_without_a_class_are_a_listing_by_their_tags():
    stories = "".join(
        f"<article><h2><a href='/news/{n}'>Headline number {n} about the harbour</a></h2></article>"
        for n in range(6)
    )
    page = f"<nav><a href='/1'>One of the pages about ourselves</a></nav><main>{stories}</main>".encode()
    found = [c for c in discover(page, url=URL) if c.kind is SourceKind.LISTING]
    assert [c.links for c in found] == ["article h2 a"]
    assert len(parse_listing(page, links=found[0].links, url=URL).entries) == 6


def discovered(head, url=URL):
    return [c for c in discover(f"<html><head>{head}</head></html>".encode(), url=url) if c.certain]


@pytest.mark.parametrize("address", ["", " ", "javascript:void(0)", "mailto:a@h.example", "#feed"])
def test_an_announced_feed_without_an_address_of_its_own_is_none(address):
    assert not discovered(f'<link rel="alternate" type="application/rss+xml" href="{address}">')


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("feed://h.example/rss", "http://h.example/rss"),
        ("feed:https://h.example/rss", "https://h.example/rss"),
    ],
)
def test_the_scheme_that_opens_a_reader_becomes_that_of_the_web(address, found):
    assert [c.url for c in discovered(f'<link rel="alternate" type="text/xml" href="{address}">')] == [found]


@pytest.mark.parametrize(
    "given",
    [
        'rel="alternate" type="application/rss"',
        'rel="alternate" type="application/x-rss+xml"',
        'rel="alternate" type="rss"',
        'rel="ALTERNATE" type="Application/Atom+XML; charset=utf-8"',
        'rel="service.feed" type="application/atom+xml"',
        'rel="alternate"',
    ],
)
def test_feeds_are_announced_by_loose_names_too(given):
    assert [c.kind for c in discovered(f'<link {given} href="/news.rss">')] == [SourceKind.FEED]


def test_other_forms_of_a_page_are_no_feeds():
    head = (
        '<link rel="alternate" hreflang="pl" href="/pl"><link rel="alternate" type="text/html" href="/m/rss">'
    )
    assert not discovered(head + '<link rel="alternate" type="application/json+oembed" href="/oembed">')


def test_a_sitemap_that_the_page_announces_is_found_after_its_feeds():
    head = '<link rel="sitemap" href="/maps/all.xml"><link rel="alternate" type="text/xml" href="/feed">'
    assert [(c.url, c.kind) for c in discovered(head)] == [
        ("https://h.example/feed", SourceKind.FEED),
        ("https://h.example/maps/all.xml", SourceKind.SITEMAP),
    ]


def test_a_link_to_a_host_that_serves_feeds_is_one():
    page = b'<a href="https://feeds.burner.example/Harbour">RSS</a><a href="https://other.example/x">x</a>'
    linked = [c.url for c in discover(page, url=URL) if "links to" in c.why]
    assert linked == ["https://feeds.burner.example/Harbour"]


def test_robots_txt_may_name_its_sitemaps_by_relative_addresses_and_twice():
    robots = (
        b"User-agent: *\nSitemap: /a.xml\nsitemap:https://h.example/b.xml # all\nSitemap: /a.xml\nSitemap:\n"
    )
    found = discover(robots, url="https://h.example/robots.txt")
    assert [c.url for c in found] == ["https://h.example/a.xml", "https://h.example/b.xml"]
