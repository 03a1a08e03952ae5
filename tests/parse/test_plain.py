"""Markup to text: what breaks, what hides, and that quick and careful reading agree."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.parse.plain import to_plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p>\n<p>two <b>three</b></p>", "One\n\ntwo three"),
        ("One<br/>two<BR>three", "One\n\ntwo\n\nthree"),
        ("<tr><td>Drone</td><td>seen</td></tr>", "Drone\n\nseen"),
        ('<a title="x > y">One</a> two', "One two"),
        ("1 < 2 > 0 <b>is true</b>", "1 < 2 > 0 is true"),
        ("x => <i>y</i>", "x => y"),
        ("One<script>if (a<b && c>d) {}</script> two", "One two"),
        ("One<!-- <b>no</b> > --> two", "One two"),
        ("<p>One<svg a='b'><p>no</p></SVG > two<svg/> three<head></p>", "One two three"),
        ("<p>One</p><!-- no --><><p>two</p>", "One\n\n<>\n\ntwo"),
        ("\u202bOne\u202c &rlm;t\u2066w\u2069o\u200e\u2028three\u200c", "One two three\u200c"),
        ("One\x85 two\u2009three\ud800", "One… two three\ud800"),
        ("One <!-- never closed > two", "One never closed > two"),
        ("One <a href='x' two", "One"),
        ("One <2 <b>three</b> <(four", "One <2 three <(four"),
        ("One\n \r\ntwo\nthree\n\n\nfour &amp; five", "One\n\ntwo three\n\nfour & five"),
        ("One<Br>two</Div>three < four<lI>five", "One\n\ntwo\n\nthree < four\n\nfive"),
        ("One<p title='a>two -> three", "One\n\ntwo -> three"),
        ("<![CDATA[One]]> two<![CDATA[<p>three</p>]]>", "One two\n\nthree"),
        ("It\x92s", "It’s"),
        ("&amp;lt;b&amp;gt; &#8217;&nbsp;&eacute;", "&lt;b&gt; ’ é"),
        ("One&#x20;\u3000 \t two\xa0&#12;three", "One two three"),
        ("dr\xado\u200bne\ufeff", "drone"),
        (f"x &#{'1' * 5000}; y", f"x &#{'1' * 5000}; y"),
    ],
)
def test_markup_becomes_text(markup, text):
    assert to_plain(markup) == text


TAGS = (
    "<p>",
    "</p>",
    "<p class='x'>",
    "<br/>",
    "<b>",
    "</b>",
    "<IMG src=x>",
    "<td>",
    "<o:p>",
    "<hr>",
    "<header>",
)
HIDDEN = (
    "<!-- x -->",
    "<script>x()</script>",
    "<STYLE><b>x</b></Style >",
    "<svg>",
    "<svg/>",
    "<!-->",
    "<iframe src=x></iframe>",
    "<a href=\"/x?y='z'\">",
    "</a>",
)
WORDS = ("Drone", " ", "\n", "é", "—", "&amp;", "&lt;", "=>", "1 > 0")
PIECES = st.sampled_from(TAGS + HIDDEN + WORDS)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_lone_bracket_changes_nothing_but_the_pace(markup):
    tagged = f"<b>{markup}"  # without any tag, blank lines part paragraphs
    assert to_plain(f"{tagged}<br> <").removesuffix("<").strip() == to_plain(tagged)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            "<p>US <China gap widens</p><p>Drones crossed.</p><p>Read <a href='x'>more</a></p>",
            "US <China gap widens\n\nDrones crossed.\n\nRead more",
        ),
        ("Losses <NATO said <b>today</b> again", "Losses <NATO said today again"),
        ("<p>Intro</b<p>Drones crossed.</p><p>more <b>bold</b> end</p>", "Drones crossed."),
    ],
)
def test_a_bracket_before_a_letter_swallows_nothing(markup, text):
    assert text in to_plain(markup)
