"""Listing pages by selector."""

import pytest

from daemon.errors import ParseError
from daemon.parse import parse_listing

PAGE = b"""<html lang="en-GB"><title>Harbour  news</title>
<article><h2><a href="/a?x=1">Ferry late</a></h2>
  <time datetime="2025-09-12T10:00:00+02:00">today</time></article>
<article><h2><a href="b.html"><img alt=""></a></h2><a href="b.html">Crane down</a>
  <span class="d">3 May 2025</span></article>
<article><a href="#top">Up</a></article><article><a href="javascript:go()">Go</a></article>
<a class="card" href="//cdn.example/c"><h3>Quay shut</h3><p>Since noon</p></a>
<a rel="next" href="/page/2">Older</a></html>"""
URL = "https://h.example/news/"


def test_items_may_hold_their_links():
    feed = parse_listing(PAGE, url=URL, links="article", title="h2", date="time, .d", next_page="a[rel=next]")
    assert [(e.url, e.title) for e in feed.entries] == [
        ("https://h.example/a?x=1", "Ferry late"),
        ("https://h.example/news/b.html", ""),
    ]
    assert [e.published.isoformat() for e in feed.entries] == [
        "2025-09-12T08:00:00+00:00",
        "2025-05-03T00:00:00+00:00",
    ]
    assert (feed.title, feed.language, feed.next_page) == ("Harbour news", "en", "https://h.example/page/2")


def test_items_may_be_links_and_the_longest_text_of_an_address_is_its_title():
    feed = parse_listing(PAGE, url=URL, links="article a, a.card")
    assert {e.url: e.title for e in feed.entries} == {
        "https://h.example/a?x=1": "Ferry late",
        "https://h.example/news/b.html": "Crane down",
        "https://cdn.example/c": "Quay shut Since noon",
    }


NEAR = b"""<time>1 May 2020</time><ul>
<li><div><h2><a href="/1">One</a></h2></div><time>12 September 2025</time><a href="#share">Share</a></li>
<li><div><h2><a href="/2">Two</a></h2></div></li>
<li><a href="/3"><img></a><h2><a href="/3">Three</a></h2><b>First of all</b><i>3 May 2025</i></li></ul>"""


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        ({"links": "h2 > a"}, {"/1": ("One", "09-12"), "/2": ("Two", None), "/3": ("Three", None)}),
        ({"links": "a"}, {"/1": ("One", "09-12"), "/2": ("Two", None), "/3": ("Three", None)}),
        ({"links": "a", "date": "i", "title": "b"}, {"/1": ("One", None), "/3": ("First of all", "05-03")}),
    ],
)
def test_a_date_near_a_link_is_its_own_where_no_other_item_lies(options, listed):
    entries = parse_listing(NEAR, url="https://h.example/", **options).entries
    found = {
        e.url.removeprefix("https://h.example"): (e.title, e.published and f"{e.published:%m-%d}")
        for e in entries
    }
    assert found | listed == found


def test_items_may_hold_others():
    body = b"<li><h2>One</h2><a href=/1>more</a><ul><li><h2>Two</h2><a href=/2>more</a></ul>"
    entries = parse_listing(body, url=URL, links="li", title="h2").entries
    assert [entry.title for entry in entries] == ["One", "Two"]


def test_items_may_lie_in_their_links():
    assert parse_listing(PAGE, url=URL, links="h3").entries[0].url == "https://cdn.example/c"


@pytest.mark.parametrize(
    ("links", "kind", "said"),
    [("a[", "selector", r"links = \"a\[\" is not CSS"), (".gone", "no_links", "finds no link")],
)
def test_a_selector_that_fails_is_named(links, kind, said):
    with pytest.raises(ParseError, match=said) as caught:
        parse_listing(PAGE, url=URL, links=links)
    assert caught.value.kind == kind


def test_a_page_that_nests_without_measure_fails_in_time():
    with pytest.raises(ParseError, match="finds no link"):
        parse_listing(b"<div>" * 50_000 + b"<a href='/1'>One</a>", url=URL, links="a")


def test_links_are_relative_to_the_base_and_named_by_their_picture_if_need_be():
    body = b'<base href="/old/"><li><a href="a"><img src=i alt="Ferry  late"></a></li><a rel=next href=2>'
    feed = parse_listing(body, url=URL, links="li a", next_page="[rel=next]")
    assert [(e.url, e.title) for e in feed.entries] == [("https://h.example/old/a", "Ferry late")]
    assert feed.next_page == "https://h.example/old/2"


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("link[rel=next]", "https://h.example/news/?p=2"),
        (".more", "https://h.example/news/?p=3"),
        (".none", ""),
    ],
)
def test_the_next_page_may_be_told_in_the_head_and_by_the_second_link(selector, found):
    page = (
        b'<html><head><link rel="next" href="?p=2"></head><body><a class="item" href="/a">Ferry late</a>'
        b'<a class="more" href="#">More</a><a class="more" href="?p=3">More</a></body></html>'
    )
    assert parse_listing(page, url=URL, links=".item", next_page=selector).next_page == found


def test_a_date_may_lie_within_what_its_selector_names():
    page = (
        b'<article><a href="/a">Ferry late</a><p class="meta">By Jane Doe, '
        b'<time datetime="2025-09-12T10:00:00+02:00">3 hours ago</time></p></article>'
    )
    entry = parse_listing(page, url=URL, links="a", date=".meta").entries[0]
    assert entry.published.isoformat() == "2025-09-12T08:00:00+00:00"
