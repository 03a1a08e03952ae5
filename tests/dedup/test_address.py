"""One article, one key; two articles, two."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daemon.dedup import canonical_url
from daemon.dedup.address import _canonical, _is_canonical

PAGE = "https://news.example/2026/11/22/drone-incursion?id=17&page=2"


@pytest.mark.parametrize(
    "same",
    [
        "http://news.example/2026/11/22/drone-incursion?id=17&page=2",
        "//news.example/2026/11/22/drone-incursion?id=17&page=2",
        "HTTPS://News.Example/2026/11/22/drone-incursion?id=17&page=2",
        "https://news.example:443/2026/11/22/drone-incursion?id=17&page=2",
        "http://news.example:80/2026/11/22/drone-incursion?id=17&page=2",
        "https://news.example./2026/11/22/drone-incursion?id=17&page=2",
        "https://news.example/2026/11/22/drone-incursion/?id=17&page=2",
        "https://news.example/2026/11/22/drone-incursion?page=2&id=17",
        "https://news.example/2026/11/22/drone-incursion?id=17&amp;page=2",
        "https://news.example/2026/11/22/drone-incursion?id=17&page=2#comments",
        "https://news.example/2026/11/22/drone-incursion?id=17&page=2&utm_source=rss&utm_medium=feed",
        "https://news.example/2026/11/22/drone-incursion?fbclid=Iw_-9&id=17&page=2",
        "https://news.example/2026/11/22/drone-incursion?id=17&page=2&ref=rss",
        "https://news.example/2026/11/22/drone-incursion?id=17&page=2&source=Twitter",
        "https://news.example/2026/11/22/drone-incursion;jsessionid=4F?id=17&page=2",
        "https://news.example/2026/11/22/../22/drone-incursion?id=17&page=2",
        "https://news.example/2026/11/22/drone%2Dincursion?id=17&page=2",
        "https://news.example/2026/11/22/drone-incursion?id=17&page=2&utm%5Fcampaign=x",
        " https://news.example/2026/11/22/drone-incursion?id=17&page=2\n",
    ],
)
def test_one_article_has_one_hard_key(same: str) -> None:
    assert canonical_url(same).hard == canonical_url(PAGE).hard


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x?id=1", "https://a.example/x?id=2"),
        ("https://a.example/x?p=1", "https://a.example/x?p=2"),
        ("https://a.example/x?sid=1", "https://a.example/x?sid=2"),
        ("https://a.example/x?ref=1207", "https://a.example/x?ref=1208"),
        ("https://a.example/x?source=1207", "https://a.example/x"),
        ("https://a.example/x?page=2", "https://a.example/x"),
        ("https://a.example/x?lang=en", "https://a.example/x?lang=de"),
        ("https://a.example/?utm=1", "https://a.example/?utm=2"),
        ("https://a.example/A1", "https://a.example/a1"),
        ("https://a.example/x", "https://a.example/x/y"),
        ("https://a.example/x", "https://b.example/x"),
        ("https://news.a.example/x", "https://a.example/x"),
        ("https://a.example:8080/x", "https://a.example/x"),
        ("https://a.example/x.html", "https://a.example/x"),
        ("https://a.example/x?a=1&b=2", "https://a.example/x?a=2&b=1"),
        ("https://a.example/x?q=a+b", "https://a.example/x?q=ab"),
        ("https://a.example/x?id=", "https://a.example/x?id=1"),
        ("https://a.example/#!/news/1", "https://a.example/#!/news/2"),
        ("https://a.example/%D0%B0", "https://a.example/%D0%B1"),
        ("https://a.example/a%2Fb", "https://a.example/a/b"),
        ("https://a.example/go?u=https://b.example/1", "https://a.example/go?u=https://b.example/2"),
        ("https://a.example/go?utm_referrer=https://b.example/1", "https://b.example/1"),
        ("https://a.example/x?mod=12", "https://a.example/x?mod=13"),
        ("https://a.example/x;1", "https://a.example/x;2"),
        ("https://a.example/2026/11/1", "https://a.example/2026/1/11"),
        ("https://www.a.example/x", "https://m.a.example/x"),
    ],
)
def test_two_articles_have_two_hard_keys(one: str, other: str) -> None:
    assert canonical_url(one).hard != canonical_url(other).hard


@pytest.mark.parametrize(
    "same",
    [
        "https://www.a.example/x/y",
        "https://m.a.example/x/y",
        "https://amp.a.example/x/y",
        "https://www.a.example/x/y/amp/",
        "https://a.example/amp/x/y",
        "https://a.example/x/y?amp=1",
        "https://a.example/x/y?outputType=amp",
    ],
)
def test_mobile_and_amp_forms_share_a_soft_key(same: str) -> None:
    assert canonical_url(same).soft == canonical_url("http://a.example/x/y").soft


def test_a_name_of_two_parts_keeps_its_first() -> None:
    assert canonical_url("https://m.example/x").soft == "m.example/x"


@pytest.mark.parametrize(
    "address", ["", "/x/y", "x", "mailto:a@b.example", "javascript:void(0)", "http://", "http://[::1"]
)
def test_what_is_no_web_address_has_no_key(address: str) -> None:
    assert canonical_url(address).hard == canonical_url(address).soft == ""


@pytest.mark.parametrize(
    "home", ["https://a.example", "https://a.example/", "https://a.example/?utm_source=rss"]
)
def test_a_home_page_names_no_article(home: str) -> None:
    assert not canonical_url(home).page


@given(st.text(max_size=60))
@example(";/")
def test_any_text_is_taken_and_a_key_is_its_own_key(tail: str) -> None:
    key = canonical_url(f"https://a.example/{tail}")
    assert canonical_url(f"http://{key.hard}").hard == key.hard


@given(st.from_regex(r"[a-z0-9.-]+/[a-zA-Z0-9._~/-]*(\?[a-z]{1,3}=[a-zA-Z0-9]*)?", fullmatch=True))
@example("a.example/../b")
@example("a.example/b/.")
@example("a.example/b//.c/~d/")
@example("a.example/?p=17")
@example("a.example/b?gclid=17")
def test_what_is_taken_for_canonical_is_so(address: str) -> None:
    if _is_canonical(address):
        assert _canonical(address) == address
