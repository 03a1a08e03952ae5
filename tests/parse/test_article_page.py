"""Pages made to be slow are read all the same, and what is no trick stays as it is."""

import pytest

from daemon.parse.article import extract_article
from daemon.parse.page import DEEPEST, open_page

SAID = "Nobody was hurt, the mayor said in the evening, and the ships were let in one by one."
PROSE = f"<p>{SAID}</p>"
# Each takes Lexbor, or a careless pattern before it, more than a minute when it is read as it stands.
HOSTILE = {
    "attributes": "<div " + " ".join(f"a{n}" for n in range(100_000)) + ">",
    "attributes that hold the end of a tag": "<div " + " ".join(f"a{n}='>'" for n in range(60_000)) + ">",
    "nested blocks": "<div>" * 100_000,
    "nested blocks, all closed": "<div>" * 60_000 + "</div>" * 60_000,
    "ends that end nothing": "<span><div></span>" * 30_000,
    "nested inline elements": "<span>" * 100_000,
    "formatting that is opened again in each paragraph": "".join(f"<p><b a={n}>" for n in range(5000)),
    "tables in tables": "<table><tr><td>" * 20_000,
    "tags without an end": "<p>.</p>" + "<div " * 100_000,
    "quotes without an end": "<a href=\"'" * 50_000,
    "comments without an end": "<p>.</p>" + "<!-- " * 100_000,
    "scripts without an end": "<p>.</p>" + "<script><" * 50_000,
    "a long class": "<div class='" + "related " * 25_000 + "'>",
    "blanks in JSON-LD": "<script type='application/ld+json'>-->" + " " * 200_000 + "x</script>",
    "nested JSON-LD": "<script type='application/ld+json'>" + "[" * 100_000 + "</script>",
}


@pytest.mark.parametrize("trick", HOSTILE, ids=str)
def test_a_hostile_page_gives_its_prose(trick):
    assert "Nobody was hurt" in extract_article(f"<h1>Port closed</h1>{PROSE}{HOSTILE[trick]}{PROSE}").text


def test_nesting_that_browsers_undo_is_no_trick():
    items = "".join(
        f"<ul><li>{n}<li><p>{n}<p>{n}</ul><table><tr><td>{n}<td>{n}<tr><td>{n}</table>" for n in range(4000)
    )
    tree = open_page(f"<div id=kept>{items}</div>")
    assert len(tree.css("#kept > ul > li > p")) == 8000


def test_what_nests_without_measure_is_read_flat():
    tree = open_page("<div>" * 30_000 + PROSE)
    assert tree.css_first("p") is not None
    assert tree.css_first("div") is None
    assert len(open_page("<div>" * DEEPEST + PROSE).css("div")) == DEEPEST


@pytest.mark.parametrize(
    ("html", "selector"),
    [
        ('<a title="<!-- not one">x</a><p>kept</p>', "p"),
        ('<p data-x="<script>">kept</p>', "p"),
        ("<!--><p>kept</p>", "p"),
        ("<script>if (a<b && c=='</p>') {}</script><p>kept</p>", "p"),
        ("<a title=Bob's>x</a><p>kept</p><a title=Bob's>", "p"),
        ('<SCRIPT Type="application/ld+json">{}</SCRIPT>', "script"),
    ],
)
def test_only_what_is_not_read_is_left_out(html, selector):
    assert open_page(html).css_first(selector) is not None


def test_plain_text_is_read_as_paragraphs():
    text = f"Port closed\n\n<img src='a.png' alt='The port'\n\n{SAID}\n\n{SAID[::-1]}\n\nComments\n\n"
    article = extract_article(text)
    assert article.title == "Port closed"
    assert article.text == f"{SAID}\n\n{SAID[::-1]}"


def test_a_picture_left_open_does_not_swallow_the_text():
    page = f"<h1>Port closed</h1><div><img src='a.png' alt='The port'\n\n{SAID}</div>"
    assert extract_article(page).text == SAID


@pytest.mark.parametrize(
    "before",
    [
        '<meta name="description" content="Why the <script> tag is dangerous">',
        '<img alt="the <style> tag" src=a.png>',
        '<a title="use <!-- to begin">x</a>',
        """<div data-player='{"embed":"<div><\\/div><script src=x><\\/script>"}'></div>""",
    ],
)
@pytest.mark.parametrize("after", ["", "<script>var a=1;</script><style>a{}</style><!-- end -->"])
def test_what_looks_like_a_script_in_a_value_swallows_no_text(before, after):
    prose = "<p>The harbour was closed on Tuesday after drones had been seen over the docks.</p>" * 4
    page = f"<html><body>{before}<article>{prose}</article>{after}</body></html>"
    assert "drones had been seen" in extract_article(page).text
