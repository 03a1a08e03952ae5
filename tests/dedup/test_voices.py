"""Voices are counted by independence."""

import pytest

from daemon.dedup import Telling, agency_of, telling, voices
from daemon.model import Article


@pytest.mark.parametrize(
    ("article", "agency"),
    [
        (Article(authors=("Reuters",)), "reuters"),
        (Article(authors=("By AFP",)), "afp"),
        (Article(site_name="Associated Press"), "ap"),
        (Article(text="VARNA, Nov 22 (Reuters) - Two drones fell into the bay."), "reuters"),
        (Article(text="VARNA (AP) — Two drones fell into the bay."), "ap"),
        (Article(text="МОСКВА, 12 сен — РИА Новости. Два беспилотника упали в залив."), "ria"),
        (Article(text="Киев. 22 ноября. УНИАН. Два беспилотника упали в залив."), "unian"),
        (Article(text="新华社北京11月22日电 两架无人机坠入海湾。"), "xinhua"),
        (Article(text="Two drones fell into the bay.\n\n(dpa)"), "dpa"),
        (Article(text="Two drones fell into the bay, Reuters reported.", authors=("Mara Dolnik",)), ""),
        (Article(text="The AP exam is hard. It always was."), ""),
        (Article(text="Two drones fell.\n\n© 2026 The Associated Press. All rights reserved."), "ap"),
        (Article(authors=("Ann Reuterswärd",)), ""),
        (Article(), ""),
    ],
)
def test_an_agency_is_known_by_its_credit(article: Article, agency: str) -> None:
    assert agency_of(article) == agency


def test_reposts_of_one_text_are_one_voice() -> None:
    assert len(voices(Telling(n, 1, (f"site{n}.example",)) for n in range(1, 13))) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Two drones fell into the bay of Varna on Saturday morning, the harbour office told reporters.", 1),
        (
            "两架无人机星期六上午坠入瓦尔纳湾，港务局对记者说，没有人受伤，渡轮中午以前停航，机场也暂时关闭，海岸警卫队正在打捞残骸，居民被要求留在家中等待进一步的通知。",
            1,
        ),
        ("Two drones fell into the bay.", 2),  # so short a text may be anybody's
    ],
)
def test_texts_that_begin_alike_are_one_voice_though_no_copies(text: str, count: int) -> None:
    one = telling(Article(url="https://one.example/1", text=text + " It ended at noon."), 1, 1)
    other = telling(Article(url="https://other.example/1", text=text.upper() + " Subscribe."), 2, 2)
    assert len(voices([one, other])) == count


def test_independent_publishers_are_as_many_voices() -> None:
    assert len(voices(Telling(n, n, (f"site{n}.example",)) for n in range(1, 13))) == 12


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"url": "https://vestermole.lantern.example/1"}, {"url": "https://skagholm.lantern.example/2"}),
        ({"url": "https://news.lantern.co.uk/1"}, {"url": "https://www.lantern.co.uk:8443/2"}),
        (
            {"url": "https://a.example/1", "site_name": "Lantern  Media"},
            {"url": "https://b.example/2", "site_name": "LANTERN MEDIA"},
        ),
        (
            {
                "url": "https://a.example/1",
                "text": "Rain.\n\n© 2019–2026 Lantern Media Group. All rights reserved.",
            },
            {"url": "https://b.example/2", "text": "Snow.\nCopyright © 2026 by Lantern Media Group"},
        ),
        (
            {"url": "https://a.example/1", "text": "Rain.\n\n(c) Canal Media All rights reserved"},
            {"url": "https://b.example/2", "site_name": "Canal Media"},
        ),
    ],
)
def test_one_owner_is_one_voice(one: dict[str, str], other: dict[str, str]) -> None:
    assert voices([telling(Article(**one), 1, 1), telling(Article(**other), 2, 2)]) == ((1, 2),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"url": "https://lantern.co.uk/1"}, {"url": "https://beacon.co.uk/2"}),
        ({"url": "https://lantern.substack.com/1"}, {"url": "https://beacon.substack.com/2"}),
        ({"url": "http://192.0.2.1:81/1"}, {"url": "http://192.0.2.1:82/2"}),
        (
            {"url": "https://a.example/1", "site_name": "News"},
            {"url": "https://b.example/2", "site_name": "News"},
        ),
        (
            {"url": "https://a.example/1", "text": "The copyright of songs is old law.\nIt ends."},
            {"url": "https://b.example/2", "text": "The copyright of songs is old law.\nIt stays."},
        ),
        ({}, {}),
    ],
)
def test_strangers_are_two_voices(one: dict[str, str], other: dict[str, str]) -> None:
    assert voices([telling(Article(**one), 1, 1), telling(Article(**other), 2, 2)]) == ((1,), (2,))


def test_one_agencys_reports_are_one_voice_and_leave_their_printers_their_own() -> None:
    told = [
        Telling(1, 1, ("a.example",), agency="reuters"),
        Telling(2, 2, ("b.example",), agency="reuters"),
        Telling(3, 3, ("b.example",)),
    ]
    assert sorted(voices(told)) == [(1, 2), (3,)]


def test_a_canonical_link_to_another_host_is_that_hosts_voice() -> None:
    told = [
        telling(Article(url="https://www.a.example/1"), 1, 1),
        telling(Article(url="https://b.example/x", canonical_url="https://a.example/1"), 2, 2),
        telling(Article(url="https://c.example/y"), 3, 3),
    ]
    assert sorted(voices(told)) == [(1, 2), (3,)]


def test_the_order_of_articles_makes_no_difference() -> None:
    told = [
        Telling(1, 1, ("a.example",)),
        Telling(2, 1, ("b.example",)),
        Telling(3, 3, ("b.example",)),
        Telling(4, 4, ("c.example",)),
    ]
    assert {frozenset(group) for group in voices(told)} == {frozenset(group) for group in voices(told[::-1])}
    assert voices([]) == ()
