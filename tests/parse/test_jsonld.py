"""JSON-LD as pages have it: whole, broken, and several articles at once."""

import json

import pytest

from daemon.parse.article import extract_article
from daemon.parse.jsonld import read_objects, texts

NEWS = {
    "@type": "NewsArticle",
    "headline": "Harbour closed",
    "datePublished": "2025-11-03T10:00:00Z",
    "author": {"@type": "Person", "name": "Jane Doe"},
}
PROSE = "Nobody was hurt, the mayor said in the evening, and the ships were let in one by one. " * 2


def page(*scripts, kind="application/ld+json", body=""):
    told = "".join(
        f'<script type="{kind}">{script if isinstance(script, str) else json.dumps(script)}</script>'
        for script in scripts
    )
    body = body or f"<h1>Harbour closed</h1><p>{PROSE}</p><p>{PROSE}</p>"
    return extract_article(
        f'<html lang="en"><head>{told}</head><body>{body}</body></html>', url="https://e.example/a"
    )


@pytest.mark.parametrize(
    "script",
    [
        "%s;",
        "\ufeff%s",
        '{"@type": "WebSite", "name": "Vesna"}%s',
        "/* ours */ %s // end",
        "%s}",
        "<!-- %s -->",
    ],
)
def test_what_stands_around_the_json_does_not_hide_it(script):
    article = page(script % json.dumps(NEWS))
    assert (article.authors, article.published.day) == (("Jane Doe",), 3)


@pytest.mark.parametrize(
    "script",
    [
        r"""{"@type": "NewsArticle", "description": "it\'s \x", "datePublished": "2025-11-03",
            "author": "Jane Doe"}""",
        """{"@type": "NewsArticle", // a note
            "url": "https://e.example/a", "datePublished": "2025-11-03", "author": ["Jane Doe",],}""",
        """{"@type": "NewsArticle", "headline": "The "old" harbour", "datePublished": "2025-11-03",
            "author": {"@type": "Person", "name": "Jane Doe"}}""",
        """{"@type": "NewsArticle", "datePublished": "2025-11-03" "author": [{"name": "Jane Doe"}]}""",
        """{"@type": "NewsArticle", "author": "Jane Doe", "datePublished": "2025-11-03",
            "articleBody": "It was""",
        """{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;datePublished&quot;: &quot;2025-11-03&quot;,
            &quot;author&quot;: &quot;Jane Doe&quot;}""",
    ],
)
def test_broken_json_still_tells_who_and_when(script):
    article = page(script)
    assert (article.authors, article.published and article.published.day) == (("Jane Doe",), 3)


def test_broken_json_about_other_things_tells_nothing():
    assert read_objects(['{"@type": "Event", "datePublished": "2025-11-03" "author": "Jane Doe"}']) == []


@pytest.mark.parametrize("kind", ["application/ld+json; charset=utf-8", "Application/LD+JSON"])
def test_the_type_of_the_script_may_be_written_in_other_ways(kind):
    assert page(NEWS, kind=kind).authors == ("Jane Doe",)


@pytest.mark.parametrize(
    ("author", "people"),
    [
        ({"@type": "Person", "name": ["Jane Doe", "Jan Roe"]}, ("Jane Doe", "Jan Roe")),
        ([[{"@type": "Person", "name": "Jane Doe"}], "Jan Roe"], ("Jane Doe", "Jan Roe")),
    ],
)
def test_authors_in_lists_within_lists(author, people):
    assert page({**NEWS, "author": author}).authors == people


def test_the_creator_is_the_author_where_none_is_named():
    assert page({"@type": "NewsArticle", "creator": ["Jane Doe"]}).authors == ("Jane Doe",)


@pytest.mark.parametrize(
    ("graph", "site"),
    [
        (
            [{"@type": "Organization", "@id": "https://e.example/#us", "name": "The Vesna Post"}],
            "The Vesna Post",
        ),
        ([], ""),
    ],
)
def test_a_publisher_that_is_only_referred_to_gives_its_name_not_its_id(graph, site):
    news = {**NEWS, "publisher": {"@id": "https://e.example/#us"}}
    assert page({"@graph": [news, *graph]}).site_name == site


@pytest.mark.parametrize(
    "own",
    [
        {"url": "https://e.example/a"},
        {"mainEntityOfPage": {"@id": "https://e.example/a#page"}},
        {"@id": "https://e.example/a/"},
    ],
)
def test_of_several_articles_the_one_of_this_address_counts(own):
    other = {**NEWS, "url": "https://e.example/b", "author": "Jan Roe", "datePublished": "2020-01-01"}
    article = page([other, {**NEWS, **own}])
    assert (article.authors, article.published.year) == (("Jane Doe",), 2025)


@pytest.mark.parametrize(
    ("told", "paywalled"),
    [
        ({"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": False}}, True),
        ({"hasPart": [{"@type": "Clip"}, {"isAccessibleForFree": "False"}]}, True),
        ({"isAccessibleForFree": True, "hasPart": {"isAccessibleForFree": False}}, False),
        ({"hasPart": "x"}, None),
    ],
)
def test_a_part_that_is_not_free_counts_where_the_whole_says_nothing(told, paywalled):
    assert page({**NEWS, **told}).paywalled is paywalled


def test_a_date_may_be_a_number_and_an_image_a_thumbnail():
    article = page({**NEWS, "datePublished": 1762164000, "thumbnailUrl": "/t.jpg"})
    assert article.published.isoformat() == "2025-11-03T10:00:00+00:00"
    assert article.image == "https://e.example/t.jpg"


@pytest.mark.parametrize("markup", ["<p>%s</p><p>%s</p>", "&lt;p&gt;%s&lt;/p&gt;&lt;p&gt;%s&lt;/p&gt;"])
def test_a_body_only_in_json_ld_may_be_markup_that_was_escaped(markup):
    prose = PROSE.strip()
    article = page({**NEWS, "articleBody": markup % (prose, prose)}, body="<h1>Harbour closed</h1>")
    assert article.text == f"{prose}\n\n{prose}"


def test_a_live_blog_that_only_json_ld_holds_is_its_updates():
    updates = [{"@type": "BlogPosting", "headline": f"At {hour}", "articleBody": PROSE} for hour in (12, 11)]
    blog = {**NEWS, "@type": "LiveBlogPosting", "liveBlogUpdate": updates}
    article = page(blog, body="<h1>Harbour closed</h1>")
    assert article.text == f"At 12\n\n{PROSE.strip()}\n\nAt 11\n\n{PROSE.strip()}"


def test_texts_of_odd_values():
    assert texts([None, 3, True, {"name": None}, {"@value": " a "}, [["b"]], {"name": ["c", 4]}]) == [
        "3",
        "a",
        "b",
        "c",
        "4",
    ]
