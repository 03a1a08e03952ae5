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
        (Article(authors=("Ann Reuterswärd",)), ""),
        (Article(), ""),
    ],
)
def test_an_agency_is_known_by_its_credit(article: Article, agency: str) -> None:
    assert agency_of(article) == agency


def test_reposts_of_one_text_are_one_voice() -> None:
    assert len(voices(Telling(n, f"site{n}.example", original=1) for n in range(1, 13))) == 1


def test_one_owners_sites_are_one_voice() -> None:
    told = [Telling(n, f"site{n}.example", original=n) for n in range(1, 13)]
    assert len(voices(told)) == 12
    assert len(voices(told, {one.site: "Lantern Media" for one in told})) == 1


def test_one_agencys_reports_are_one_voice_and_leave_their_printers_their_own() -> None:
    told = [
        Telling(1, "a.example", original=1, agency="reuters"),
        Telling(2, "b.example", original=2, agency="reuters"),
        Telling(3, "b.example", original=3),
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
        Telling(1, "a.example", 1),
        Telling(2, "b.example", 1),
        Telling(3, "b.example", 3),
        Telling(4, "c.example", 4),
    ]
    assert {frozenset(group) for group in voices(told)} == {frozenset(group) for group in voices(told[::-1])}
    assert voices([]) == ()
