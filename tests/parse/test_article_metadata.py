"""What a page says of itself: people, headlines, languages, dates, and the selectors of a user."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.errors import ParseError
from daemon.model import ArticleSelectors, Precision
from daemon.parse.article import extract_article
from daemon.parse.headline import without_site
from daemon.parse.language import detect_language, language_code
from daemon.parse.people import find_people, find_people_within, read_people

PROSE = "<p>Nobody was hurt, the mayor said in the evening, and the ships were let in one by one.</p>" * 2


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("ByJane Doe", ("Jane Doe",)),
        ("Written by Jane Doe and Piotr Nowak", ("Jane Doe", "Piotr Nowak")),
        ("Von Jana Vogel, Ute Berg und Kai Sand", ("Jana Vogel", "Ute Berg", "Kai Sand")),
        ("Автор: Олена Коваль", ("Олена Коваль",)),
        ("Marine Le Pont", ("Marine Le Pont",)),
        ("John E Smith", ("John E Smith",)),
        ("Dr. Anna Weiss, MD, PhD", ("Anna Weiss",)),
        ("Maria &amp; Katerina", ("Maria", "Katerina")),
        ("Jana Vogel (Pressesprecherin)", ("Jana Vogel",)),
        ("VESNA-Online-Expertin Jana Vogel", ("Jana Vogel",)),
        ("https://social.example/jane", ()),
        ("https://vesna.example/#identity", ()),
        ("No Author", ()),
        ("admin", ()),
        ("jane@post.example", ()),
        ("The Vesna Post", ()),
        ("", ()),
    ],
)
def test_bylines_give_people(byline, people):
    assert read_people([byline], site="The Vesna Post") == people


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("By Jane Doe | 3 November 2025", ("Jane Doe",)),
        ("By the time the ferry sailed, it was dark.", ()),
        ("Jane Doe", ()),
        ("Sign In", ()),
        ("AFP/The Local", ()),
        ("By Jane Doe on Friday 3 November 2025", ("Jane Doe",)),
    ],
)
def test_a_line_of_the_page_is_a_byline_only_when_it_says_so(line, people):
    assert find_people(line) == people


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Posted on September 21, 2025 by Jane Doe", ("Jane Doe",)),
        ("12 November 2025 by marlin | Leave a comment", ("marlin",)),
        ("Ein Artikel von Jana Vogel | 27.01.2025 - 12:45", ("Jana Vogel",)),
        ("December 26, 2025 • By Olha Koval in Harbours", ("Olha Koval",)),
        ("The port was closed by the police", ()),
        ("Vesna, 3 May 2025", ()),
    ],
)
def test_a_byline_may_follow_a_date_or_a_label(line, people):
    assert find_people_within(line) == people


PERSON = '{"@type": "Person", "name": "Jana Vogel"}'
HOUSE = '{"@type": "NewsMediaOrganization", "name": "Vesna Media"}'


@pytest.mark.parametrize(
    ("head", "body", "people"),
    [
        (f'"author": [{HOUSE}, {PERSON}]', "", ("Jana Vogel",)),
        (f'"author": {HOUSE}', "<p>By Jane Doe</p>", ("Jane Doe",)),
        (f'"author": {HOUSE}', "", ("Vesna Media",)),
        ('"author": {"@type": "Person", "name": "jdoe7"}', "<p>By Jane Doe</p>", ("Jane Doe",)),
        ('"author": {"@type": "Person", "name": "jdoe7"}', "", ("jdoe7",)),
        ('"author": "The Vesna Post"', "<p>By Jane Doe</p>", ("Jane Doe",)),
        ('"author": {"@id": "#identity"}', "<p>By Jane Doe</p>", ("Jane Doe",)),
        ("", f"{PROSE * 9}<h3>Written by Jane Doe</h3>", ("Jane Doe",)),
        ("", '<a rel="author" href="/a/m">marlin</a>', ("marlin",)),
        ("", "<p>Jane Doe</p><p>3 May 2025</p>", ("Jane Doe",)),
        ("", '<p class="author"><b>Jane Doe</b><i>Staff Correspondent</i></p>', ("Jane Doe",)),
        ("", '<p class="author">By <b>Jane Doe</b> and <b>Kai Sand</b></p>', ("Jane Doe", "Kai Sand")),
    ],
)
def test_people_come_before_the_house_and_names_before_logins(head, body, people):
    told = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Port"'
    told += f"{', ' + head if head else ''}}}</script>"
    page = f"{told}<h1>Port closed</h1>{body}{PROSE}"
    assert extract_article(page, url="https://vesna-post.example/a").authors == people


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_names_are_never_longer_than_their_byline(byline):
    assert all(0 < len(name) <= max(len(byline), 1) for name in read_people([byline]))


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Port closed | The Vesna Post", "Port closed"),
        ("The Vesna Post - Port closed", "Port closed"),
        ("Port closed – again", "Port closed – again"),
        ("Port closed « vesnapost", "Port closed"),
        ("The Vesna Post", "The Vesna Post"),
        ("The Vesna Post: Port closed", "Port closed"),
        ("Port closed (The Vesna Post)", "Port closed"),
        ("Port closed｜the vesna post", "Port closed"),
        ("Port closed_The Vesna Post", "Port closed"),
        ("Why I left The Vesna Post", "Why I left The Vesna Post"),
        ("The Vesna Post is sold", "The Vesna Post is sold"),
    ],
)
def test_a_headline_is_without_the_name_of_its_site(title, headline):
    assert without_site(title, "The Vesna Post", "www.vesnapost.example") == headline


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("pl-PL", "pl"),
        ("PL", "pl"),
        ("uk_UA", "uk"),
        ("", ""),
        ("english", ""),
        ("und", ""),
        ("ua", "uk"),
        ("cz-CZ", "cs"),
        ("jp", "ja"),
        ("iw", "he"),
        ("ENG", "en"),
        ("ger", "de"),
        ("deu_DE", "de"),
        ("sah", "sah"),
    ],
)
def test_languages_are_codes(declared, code):
    assert language_code(declared) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Порт був закритий на дві години в п'ятницю, після того як над терміналом побачили дрони.", "uk"),
        ("Port był zamknięty przez dwie godziny w piątek, gdy nad terminalem zauważono drony.", "pl"),
        ("ok", ""),
    ],
)
def test_a_language_that_is_not_declared_is_detected(text, code):
    assert detect_language(text) == code


def test_a_date_is_read_from_the_address_and_beats_a_year_elsewhere():
    article = extract_article(
        f"<h1>Port closed</h1><div class=date>2024</div>{PROSE}", url="https://x.example/2025/09/12/a"
    )
    assert (article.published, article.published_precision) == (
        datetime(2025, 9, 12, tzinfo=UTC),
        Precision.DAY,
    )


@pytest.mark.parametrize(
    ("head", "above"),
    [('<link rel=canonical href="https://x.example/2025/09/12/a">', ""), ("", "<p>12.09.2025 11:35</p>")],
)
def test_a_date_is_read_from_the_canonical_address_or_above_the_headline(head, above):
    article = extract_article(f"{head}<body>{above}<h1>Port closed</h1>{PROSE}", url="https://x.example/a")
    assert article.published is not None
    assert article.published.date().isoformat() == "2025-09-12"


def test_a_day_may_come_first_in_an_address():
    article = extract_article(f"<h1>Port closed</h1>{PROSE}", url="https://x.example/12-09-2025-port/a")
    assert article.published == datetime(2025, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(("language", "month"), [("en", 3), ("en-US", 3), ("en-GB", 4), ("en_AU", 4)])
def test_who_reads_the_page_tells_whether_the_month_comes_first(language, month):
    page = f"<html lang={language}><h1>Port closed</h1><span class=date>03/04/2025</span>{PROSE}"
    published = extract_article(page).published
    assert published is not None
    assert published.month == month


def test_selectors_are_believed_first():
    page = (
        "<title>Wrong</title><h1>Wrong</h1><b id=t>Right</b><i id=a>Jane Doe</i>"
        "<time datetime=2025-09-12>x</time>"
        f"{PROSE}<div id=b>Short, but it is what was <em>chosen</em>.<p class=ad>Not this.</p></div>"
    )
    article = extract_article(
        page, selectors=ArticleSelectors(title="#t", body="#b", authors="#a", published="time", remove=".ad")
    )
    assert (article.title, article.text) == ("Right", "Short, but it is what was chosen.")
    assert article.authors == ("Jane Doe",)
    assert article.published == datetime(2025, 9, 12, tzinfo=UTC)


def test_a_selector_that_is_none_says_so():
    with pytest.raises(ParseError, match="CSS selector"):
        extract_article(f"<h1>x</h1>{PROSE}", selectors=ArticleSelectors(title="h1[[["))


@pytest.mark.parametrize("address", ["http://[", "//[::1", "\x00", "http://a:b:c/"])
def test_addresses_that_are_none_do_no_harm(address):
    told = f'<link rel=canonical href="{address}"><meta property="og:image" content="{address}">'
    page = f"{told}<h1>x</h1>{PROSE}"
    assert extract_article(page, url=address).title == "x"


@pytest.mark.parametrize(
    ("told", "paywalled"),
    [
        ('"isAccessibleForFree": false', True),
        ('"isAccessibleForFree": true', False),
        ('"isAccessibleForFree": "False"', True),
        ('"isAccessibleForFree": "https://schema.org/False"', True),
        ('"isAccessibleForFree": 0', None),
        ('"headline": "Port closed"', None),
    ],
)
def test_a_page_tells_whether_it_is_free(told, paywalled):
    script = f'<script type="application/ld+json">{{"@type": "NewsArticle", {told}}}</script>'
    assert extract_article(f"{script}<h1>Port closed</h1>{PROSE}").paywalled is paywalled


def test_a_meta_tag_may_tell_that_too():
    head = '<meta itemprop="isAccessibleForFree" content="false">'
    assert extract_article(f"<head>{head}</head><h1>Port closed</h1>{PROSE}").paywalled is True


@pytest.mark.parametrize(
    "image",
    [
        '"https://vesna.example/port.jpg"',
        '"/port.jpg"',
        '["/port.jpg", "/other.jpg"]',
        '{"@type": "ImageObject", "name": "The port", "url": "/port.jpg"}',
        '[{"@type": "ImageObject", "contentUrl": "/port.jpg"}]',
        '{"@id": "#port"}, "hasPart": {"@id": "#port", "contentUrl": "/port.jpg"}',
    ],
)
def test_json_ld_tells_the_image_where_no_meta_tag_does(image):
    script = f'<script type="application/ld+json">{{"@type": "NewsArticle", "image": {image}}}</script>'
    article = extract_article(f"{script}<h1>Port closed</h1>{PROSE}", url="https://vesna.example/a")
    assert article.image == "https://vesna.example/port.jpg"


@pytest.mark.parametrize("remove", ["html", "*", "article, article p, p", "p, .aside p"])
def test_what_lies_in_what_is_removed_is_removed_with_it(remove):
    page = f"<h1>Port closed</h1><article>{PROSE}<div class=aside><p>Aside</p></div></article>"
    article = extract_article(page, selectors=ArticleSelectors(remove=remove))
    assert article.title == "Port closed"
    assert "Aside" not in article.text or remove in ("html", "*")


def test_what_lies_in_what_is_chosen_is_read_once():
    said = "The last ship left before the storm came in from the west, he said."
    page = f"<h1>Port closed</h1><article><p>{said}</p>{PROSE}</article>"
    article = extract_article(page, selectors=ArticleSelectors(body="p, article, article p"))
    assert article.text.count(said) == 1


def test_the_fault_of_a_selector_ends_in_one_full_stop():
    with pytest.raises(ParseError, match=r"[^.]\.$"):
        extract_article(f"<h1>Port closed</h1>{PROSE}", selectors=ArticleSelectors(body="a["))


@pytest.mark.parametrize(
    ("shown", "published"),
    [
        ("<p>1984</p>", None),
        (
            '<abbr class="published" title="2025-11-03T10:00:00Z">10:00 AM</abbr>',
            datetime(2025, 11, 3, 10, tzinfo=UTC),
        ),
        (
            '<span property="dc:date dc:created" content="2025-11-03T10:00:00+01:00">Mon, 03/11/2025</span>',
            datetime(2025, 11, 3, 9, tzinfo=UTC),
        ),
    ],
)
def test_dates_that_pages_show_in_older_ways(shown, published):
    assert extract_article(f"<h1>Port closed</h1>{shown}{PROSE}").published == published


@pytest.mark.parametrize(
    "byline",
    [
        '<span property="author" typeof="Person"><span property="name">Jane Doe</span></span>',
        '<span property="schema:author">Jane Doe</span>',
        '<span rel="sioc:has_creator"><a class="username" property="foaf:name">Jane Doe</a></span>',
    ],
)
def test_an_author_may_be_marked_in_rdfa(byline):
    page = f'<div vocab="https://schema.org/"><h1>Port closed</h1>{byline}{PROSE}</div>'
    assert extract_article(page).authors == ("Jane Doe",)


def test_microdata_tells_image_and_section():
    page = (
        '<h1 itemprop="headline">Port closed</h1><img itemprop="image" src="/p.jpg">'
        '<p itemprop="publisher" itemscope><meta itemprop="name" content="The Vesna Post"></p>'
        f'<a itemprop="articleSection">Ports</a><meta itemprop="keywords" content="sea, ships">{PROSE}'
    )
    article = extract_article(f"<article>{page}</article>", url="https://e.example/a")
    assert (article.image, article.section) == ("https://e.example/p.jpg", "Ports")
    assert (article.tags, article.site_name) == (("sea", "ships"), "The Vesna Post")


def test_addresses_are_relative_to_the_base_of_the_page():
    head = '<base href="/en/"><link rel="canonical" href="a.html"><meta property="og:image" content="i.jpg">'
    article = extract_article(f"{head}<h1>Port closed</h1>{PROSE}", url="https://e.example/x/y?z")
    assert (article.canonical_url, article.image) == (
        "https://e.example/en/a.html",
        "https://e.example/en/i.jpg",
    )


def test_section_and_tags_in_the_words_of_other_vocabularies():
    head = '<meta name="parsely-section" content="Ports"><meta name="parsely-tags" content="sea; ships,sea">'
    article = extract_article(f"{head}<h1>Port closed</h1>{PROSE}")
    assert (article.section, article.tags) == ("Ports", ("sea", "ships"))
