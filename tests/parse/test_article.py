import contextlib
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.errors import ParseError
from daemon.parse.article import extract_article

PAGE = """<html lang="en-GB"><head><title>Drones seen over port | The Harbour Gazette</title>
<meta property="og:site_name" content="The Harbour Gazette">
<meta name="author" content="Jane Doe and Piotr Nowak">
<meta property="article:published_time" content="2025-09-12T08:30:00+02:00"></head>
<body><nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Drones seen over port</h1>
<p>Three unmanned aircraft circled the harbour for an hour before the coast guard drove them off.</p>
<p>Nobody was hurt, the mayor said on Friday, and ships were allowed to leave again by the evening.</p>
<div class="related"><a href="/1">Another story about something else entirely</a></div></article>
<footer>Copyright The Harbour Gazette, all rights reserved to its owners, whoever they are.</footer>
</body></html>"""


def test_a_plain_page_gives_a_whole_record():
    article = extract_article(PAGE, url="https://gazette.example/1")
    assert article.title == "Drones seen over port"
    assert article.text.split("\n\n") == [
        "Three unmanned aircraft circled the harbour for an hour before the coast guard drove them off.",
        "Nobody was hurt, the mayor said on Friday, and ships were allowed to leave again by the evening.",
    ]
    assert article.authors == ("Jane Doe", "Piotr Nowak")
    assert article.published is not None
    assert article.published.isoformat() == "2025-09-12T06:30:00+00:00"
    assert article.language == "en"
    assert article.site_name == "The Harbour Gazette"


def test_the_code_in_a_text_is_text():
    page = PAGE.replace("<p>Nobody", "<pre><code>port --close all</code></pre><p>Nobody")
    assert "port --close all" in extract_article(page).text


@pytest.mark.parametrize("body", [b"", b"   ", b"\xff\xfe\x00", b"<html></html>"])
def test_a_page_with_nothing_in_it_says_so(body):
    with pytest.raises(ParseError):
        extract_article(body)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            b'<?xml version="1.0"?>\n<!-- x --><rss version="2.0"><channel><title>T</title></channel></rss>',
            "feed",
        ),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title></feed>', "feed"),
        (b"<urlset><url><loc>https://vesna.example/a</loc></url></urlset>", "sitemap"),
        (b'{"title": "Port closed", "text": "Nobody was hurt, the mayor said."}', "JSON"),
        (b'[\n {"title": "Port closed"}]', "JSON"),
    ],
)
def test_what_lists_articles_is_none(body, told):
    with pytest.raises(ParseError, match=f"This is (?:a )?{told}, not the page of an article"):
        extract_article(body)


@pytest.mark.parametrize(
    "before",
    ["<!-- licence --><rdf:RDF></rdf:RDF>", "<rss-widget></rss-widget>", '{"status": "late"}\n'],
)
def test_what_stands_before_a_page_does_not_hide_it(before):
    page = "<!DOCTYPE html><html><body><h1>Flood</h1><p>The river rose in the night.</p></body></html>"
    assert extract_article((before + page).encode()).title == "Flood"


def test_a_page_kept_packed_is_read():
    assert extract_article(gzip.compress(PAGE.encode())).title == extract_article(PAGE).title


FRAGMENTS = (
    *(
        "<p>",
        "</p>",
        "<div class='related'>",
        "<a href=x>",
        "<h1>",
        "<table><td>",
        "<br>",
        "<!--",
        "-->",
        "'>",
    ),
    *("<time datetime='", "<meta property='article:published_time' content='", "By ", "\0", "\ud800", "—"),
    *(
        "<script type='application/ld+json'>",
        '{"@type":"Article","author":[[{}],{"@id":[]}],"articleBody":{},"datePublished":9}',
        "</script>",
    ),
    *("<pre><code>", "<svg><title>", "<body hidden>", "<frameset>", "<plaintext>", "<template>"),
    "Nobody was hurt, the mayor said in the evening, and the ships were let in one by one. ",
)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=300)
    | st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)
)
def test_no_other_error_for_any_page(body):
    with contextlib.suppress(ParseError):
        article = extract_article(body)
        assert article.title or article.text


@pytest.mark.parametrize(("paragraphs", "is_text"), [(40, False), (3, True)])
def test_what_stands_beside_is_the_text_only_where_little_else_is(paragraphs, is_text):
    said = "<p>{0} {1}: nobody was hurt, the mayor said, and ships may leave the harbour again tonight.</p>"
    prose = "".join(said.format("Drone", number) for number in range(paragraphs))
    aside = "".join(said.format("Menu", number) for number in range(400))
    text = extract_article(f"<h1>Port closed</h1><div>{prose}</div><aside>{aside}</aside>").text
    assert ("Menu 9:" in text) is is_text


@pytest.mark.parametrize("pictures", [3, 30])
def test_of_a_gallery_what_is_said_of_its_pictures_is_the_text(pictures):
    told = "Picture {0}: the harbour at night, seen from the lighthouse where nobody lives."
    said = f"<figure><img src=x><figcaption>{told}</figcaption></figure>"
    lead = "<p>Our photographer went to the harbour and saw what nobody else has seen there in years.</p>"
    page = f"<h1>Night</h1>{lead}{''.join(map(said.format, range(pictures)))}"
    assert len(extract_article(page).text.split("\n\n")) == 1 + pictures


def test_a_brief_article_is_not_joined_by_the_captions_of_an_aside():
    said = "<figure><figcaption>Picture {}: another harbour, seen from a lighthouse.</figcaption></figure>"
    aside = f"<aside>{''.join(map(said.format, range(30)))}</aside>"
    prose = "<article><p>Nobody was hurt, the mayor said, and ships may leave again tonight.</p></article>"
    assert "Picture" not in extract_article(f"<h1>Port closed</h1>{prose}{aside}").text


def test_what_is_said_of_an_articles_pictures_is_no_text():
    caption = "<figure><figcaption>The harbour at night, seen from the old lighthouse.</figcaption></figure>"
    assert "lighthouse" not in extract_article(PAGE.replace("<p>Nobody", f"{caption}<p>Nobody")).text
