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
        # After a whole name: an agency, a place, a post and what belongs to it, but not another person.
        ("Jane Doe, Piotr Nowak, and Kai Sand", ("Jane Doe", "Piotr Nowak", "Kai Sand")),
        ("By Jane Doe, Political editor", ("Jane Doe",)),
        ("Jane Doe/AFP", ("Jane Doe",)),
        ("AFP/Jane Doe", ("Jane Doe",)),
        ("dpa/AFP", ("dpa", "AFP")),
        ("admin/Jane Doe", ("Jane Doe",)),
        ("Di Wu", ("Di Wu",)),
        ("Di Anna Conti", ("Anna Conti",)),
        ("Jane Doe in Berlin", ("Jane Doe",)),
        ("Jane Doe, Reuters", ("Jane Doe",)),
        ("Jana Vogel und Kai Sand, Kiew", ("Jana Vogel", "Kai Sand")),
        ("Jane Doe, Sr. Director of Harbours, Vesna Lines", ("Jane Doe",)),
        ("Jane Doe, Staff Writer, and Kai Sand, Editor", ("Jane Doe", "Kai Sand")),
        ("Anna Weiss, MD; Kai Sand, PhD", ("Anna Weiss", "Kai Sand")),
        ("This article was written by Jane Doe", ("Jane Doe",)),
        ("Jana Vogel im Gespräch mit Kai Sand", ("Jana Vogel", "Kai Sand")),
        ("Interview: Jana Vogel", ("Jana Vogel",)),
        ("Reuters", ("Reuters",)),
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
        ("Text: Jana Vogel und Kai Sand", ("Jana Vogel", "Kai Sand")),
        ("Par Marie Duval et Jean Petit", ("Marie Duval", "Jean Petit")),
        ("Propos recueillis par Marie Duval", ("Marie Duval",)),
        ("Auteur : Marie Duval", ("Marie Duval",)),
        ("Por Ana Ruiz y Luis Sosa", ("Ana Ruiz", "Luis Sosa")),
        ("Escrito por Ana Ruiz", ("Ana Ruiz",)),
        ("Di Anna Conti e Marco Riva", ("Anna Conti", "Marco Riva")),
        ("A cura di Anna Conti", ("Anna Conti",)),
        ("Por João Reis", ("João Reis",)),
        ("Door Anna Visser en Jan Kok", ("Anna Visser", "Jan Kok")),
        ("Geschreven door Anna Visser", ("Anna Visser",)),
        ("Autor: Jan Nowak", ("Jan Nowak",)),
        ("Opracowała: Anna Nowak", ("Anna Nowak",)),
        ("oprac. Anna Nowak", ("Anna Nowak",)),
        ("Автор: Иван Петров", ("Иван Петров",)),
        ("Подготовила: Анна Петрова", ("Анна Петрова",)),
        ("Текст: Олена Коваль та Іван Бойко", ("Олена Коваль", "Іван Бойко")),
        ("Підготувала: Олена Коваль", ("Олена Коваль",)),
        ("Від Олена Коваль", ("Олена Коваль",)),
        ("Napsal: Jan Novák", ("Jan Novák",)),
        ("Av Anna Berg och Per Holm", ("Anna Berg", "Per Holm")),
        ("Skrevet av Anna Berg og Per Holm", ("Anna Berg", "Per Holm")),
        ("Af Anna Berg", ("Anna Berg",)),
        ("Teksti: Aino Laine ja Eero Salo", ("Aino Laine", "Eero Salo")),
        ("Γράφει ο Νίκος Παππάς", ("Νίκος Παππάς",)),
        ("Από Νίκος Παππάς και Άννα Ρήγα", ("Νίκος Παππάς", "Άννα Ρήγα")),
        ("Yazan: Ayşe Kaya ve Ali Demir", ("Ayşe Kaya", "Ali Demir")),
        ("Haber: Ayşe Kaya", ("Ayşe Kaya",)),
        ("بقلم: أحمد علي", ("أحمد علي",)),
        ("كتبت سارة علي", ("سارة علي",)),
        ("نویسنده: سارا رضایی", ("سارا رضایی",)),
        ("מאת יוסי כהן", ("יוסי כהן",)),
        ("作者：张三", ("张三",)),
        ("文／王小明", ("王小明",)),
        ("本报记者 李四", ("李四",)),
        ("取材・文＝山田太郎", ("山田太郎",)),
        ("홍길동 기자", ("홍길동",)),
        ("Scris de Ion Pop și Ana Rus", ("Ion Pop", "Ana Rus")),
        ("Írta: Nagy Anna és Kis Péter", ("Nagy Anna", "Kis Péter")),
        ("Penulis: Budi Santoso dan Siti Aminah", ("Budi Santoso", "Siti Aminah")),
        # Pictures have makers too, and so have sentences a beginning.
        ("Photo by Jane Doe", ()),
        ("Foto: Jana Vogel", ()),
        ("Di sera il porto chiude", ()),
        ("记者 从港口获悉，港口已于周五关闭两个小时，没有人员伤亡", ()),
    ],
)
def test_a_byline_is_known_in_the_languages_of_the_news(line, people):
    assert find_people(line) == people


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Photo by Jane Doe on Stockpile", ()),
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
        # The login that the byline shows, and not another person further down.
        ('"author": {"name": "marlin"}', '<p class="author">by marlin</p><p>By Jane Doe</p>', ("marlin",)),
        # What is nobody's name, only where nobody is named.
        ('"author": {"name": "Staff and news service reports"}', "", ("Staff and news service reports",)),
        ('"author": {"name": "Unknown"}', "", ()),
        ("", '<p class="byline">By the harbour desk</p>', ("the harbour desk",)),
        ("", '<p class="byline">Follow</p>', ()),
        ("", '<p class="byline">By the harbour desk</p><p>By Jane Doe</p>', ("Jane Doe",)),
        # Bylines of a list of other articles.
        (
            "",
            "".join(
                f'{PROSE * 20}<div><i class="by-author">By {name}</i></div>'
                for name in ("Jane Doe", "Kai Sand", "Ute Berg")
            ),
            (),
        ),
        (
            "",
            "".join(
                f'<div><i class="by-author">By {name}</i></div>{PROSE * 20}'
                for name in ("Jane Doe", "Kai Sand", "Ute Berg")
            ),
            ("Jane Doe",),
        ),
        # After the date, in a line near the headline.
        ("", "<p>3 May 2025 | 13:10 | Jane Doe in Harbours</p>", ("Jane Doe",)),
        ("", "<p>03.05.2025 - Jane Doe</p>", ("Jane Doe",)),
        ("", "<p>3 May 2025 | Vesna</p>", ()),
        ("", '<p class="author">By <b>Jane Doe</b> and <b>Kai Sand</b></p>', ("Jane Doe", "Kai Sand")),
    ],
)
def test_people_come_before_the_house_and_names_before_logins(head, body, people):
    told = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Port"'
    told += f"{', ' + head if head else ''}}}</script>"
    page = f"{told}<h1>Port closed</h1>{body}{PROSE}"
    assert extract_article(page, url="https://vesna-post.example/a").authors == people


@pytest.mark.parametrize(
    ("head", "people"),
    [
        ('<meta name="author" content="Jane Doe"><meta name="byl" content="By Jane Doe and Kai Sand">', 2),
        ('<meta name="author" content="Jane Doe"><meta name="byl" content="By Kai Sand and Ute Berg">', 1),
        ('<meta name=citation_author content="Doe, Jane"><meta name=citation_author content="Kai Sand">', 2),
    ],
)
def test_who_declares_all_of_the_people_is_believed(head, people):
    page = f"{head}<h1>Port closed</h1>{PROSE}"
    assert extract_article(page).authors == ("Jane Doe", "Kai Sand")[:people]


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
    ("declared", "shown", "headline"),
    [
        # What the page shows comes first, unless it is a label, or the site's name.
        ("Port closed for hours", "<h1>Why the port closed</h1>", "Why the port closed"),
        ("The port closes again", "<h1>Details</h1>", "The port closes again"),
        ("The port closes again", "<h1>Details</h1><h2>Menu</h2>", "The port closes again"),
        ("All about the port", "<h1>The port</h1>", "The port"),
        (
            "The port closes again | Salt",
            "<h1>Salt</h1><h2>The port closes again</h2>",
            "The port closes again",
        ),
        (
            "The port closes again : Salt Air",
            "<h1>Salt Air</h1><h1>The port closes again</h1>",
            "The port closes again",
        ),
        # What stands above the headline, in one element with it, is not the headline.
        ("The port closes again", "<h1>Harbours | The port closes again</h1>", "The port closes again"),
        (
            "The port closes again",
            "<h1><i>Harbours</i><b>The port closes again</b></h1>",
            "The port closes again",
        ),
        ("The port closes again", "<h1>3 May 2025 The port closes again</h1>", "The port closes again"),
        # What a headline says itself before a colon, and after a dash, is its own.
        ("Drones seen above pier", "<h1>Lind: Drones seen above pier</h1>", "Lind: Drones seen above pier"),
        (
            "Drones hit the house",
            "<h1><b>Army denies Drones hit the house</b></h1>",
            "Army denies Drones hit the house",
        ),
        ("", "<h1>Ships wait at the pier – Opinion</h1>", "Ships wait at the pier – Opinion"),
        ("", "<h1>Lind | Opinion</h1>", "Lind | Opinion"),
        ("Port closed to all ships", "<h1>A Port closed to all ships</h1>", "A Port closed to all ships"),
        ("The port closes", "<h1>How to act when The port closes</h1>", "How to act when The port closes"),
        ("Port closes, ships wait", "<h1>Port closes, ships wait | Opinion</h1>", "Port closes, ships wait"),
        (
            "Port closes, ships wait",
            "<h1>Port closes, ships wait | At sea</h1>",
            "Port closes, ships wait | At sea",
        ),
        ("Port closes, ships wait | Vesna Post | vesna-post.example", "", "Port closes, ships wait"),
        # Lines of a headline are parted, letters are not.
        ("", "<h1>The port<br>closes again</h1>", "The port closes again"),
        ("", "<h1><span>The port</span><span>Closed again</span></h1>", "The port Closed again"),
        ("", "<h1><span>T</span>he p<i>or</i>t closes</h1>", "The port closes"),
    ],
)
def test_the_headline_is_what_the_page_shows_as_its_title(declared, shown, headline):
    page = f"<title>{declared}</title>{shown}{PROSE}"
    assert extract_article(page, url="https://vesna-post.example/opinion/a").title == headline


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


TIMES = (
    "<meta property=article:published_time content={}><meta property=article:modified_time content={}>"
    "<p>2 May 2025</p>"
)


@pytest.mark.parametrize(
    ("address", "shown", "date"),
    [
        # The land that a host's name ends in tells how its English is read, where the page does not.
        ("https://x.example.uk/a", "<i class=date>03/04/2025</i>", "2025-04-03"),
        ("https://x.example.co/a", "<i class=date>03/04/2025</i>", "2025-03-04"),
        # Another date of the page tells how one is read that reads either way.
        ("", "<i class=date>03/04/2025</i><p>Published 3 April 2025</p>", "2025-04-03"),
        ("", "<i class=date>03-04-2025</i><p>Published March 4, 2025</p>", "2025-03-04"),
        ("", "<i class=date>03/04/2025</i><p>March 4, 2025</p><p>3 April 2025</p>", "2025-03-04"),
        # Changed before it was published: what is shown is likelier.
        (
            "",
            TIMES.format("2025-06-12", "2025-06-10"),
            "2025-05-02",
        ),
        (
            "",
            TIMES.format("2025-06-12T01:00:00Z", "2025-06-11T23:00:00Z"),
            "2025-06-12",
        ),
        # What says anywhere that it was published then, or, failing that, changed.
        ("", f"{PROSE * 20}<p>Posted on May 2, 2025</p>", "2025-05-02"),
        ("", f"{PROSE * 20}<p>Опубліковано: 2 травня 2025</p>", "2025-05-02"),
        ("", f"{PROSE * 20}<p>发布时间：2025年5月2日</p>", "2025-05-02"),
        ("", f"{PROSE * 20}<p>Stand: 02.05.2025</p>", "2025-05-02"),
        ("", f"{PROSE * 20}<p>The port was opened on May 2, 2025</p>", None),
        ("", "<p>By Jane Doe, Staff Writer, Updated May 2, 2025</p>", "2025-05-02"),
        (
            "",
            "<div class=article><p class=footer><time itemprop=datePublished>2.5.2025</time></p></div>",
            "2025-05-02",
        ),
        ("", "<p>vor 2 Stunden</p>", None),
    ],
)
def test_a_date_is_found_wherever_the_page_says_it(address, shown, date):
    page = f"<html lang=en><h1>Port closed</h1>{shown}{PROSE * 3}"
    published = extract_article(page, url=address).published
    assert (published and published.date().isoformat()) == date


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
