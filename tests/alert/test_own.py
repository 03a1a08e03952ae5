"""A user's own template: checked when read, harmless with strangers' texts, and never the end of an alert."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from selectolax.lexbor import LexborHTMLParser
from servers.strangers import TEXTS

from daemon.alert import check_template, together, word
from daemon.model import Alert, Form, Piece, Severity, Style

ALERT = Alert(
    key="k3y",
    rule="drones",
    severity=Severity.HIGH,
    title="Harbour closed",
    url="https://news.example/1",
    source="gazette",
    published=datetime(2026, 7, 1, 9, 5, tzinfo=UTC),
    quote=(Piece("A "), Piece("drone", marked=True), Piece(" came.")),
    reasons=("the text says «drone»",),
)
BRIEF = "{{ severity }}! {{ title }} {{ url }}"


def tell(template: str, form: Form = Form.PLAIN, alert: Alert = ALERT, limit: int = 0):
    return word(alert, Style(form, limit), zone=UTC, template=template)


@pytest.mark.parametrize("form", [Form.PLAIN, Form.MARKDOWN, Form.SHORT])
def test_it_writes_the_text(form):
    assert tell(BRIEF, form).text == "high! Harbour closed https://news.example/1"
    assert tell(BRIEF, form).headers == tell("", form).headers
    assert tell(BRIEF, form).title == tell("", form).title


def test_in_a_mail_it_writes_the_html_part_alone():
    message = tell("<h1>{{ title }}</h1>", Form.MAIL)
    assert message.html == "<h1>Harbour closed</h1>"
    assert message.text == tell("", Form.MAIL).text


@pytest.mark.parametrize(
    ("template", "line", "said"),
    [
        ("{{ title }}\n{% if url %}", 2, "not a template"),
        ("{{ title }}\n\n{{ autor }}", 3, "there is no fact «autor»"),
        ("{% for p in quote %}{{ p.words }}{% endfor %}{{ title }}", 1, "has no attribute 'words'"),
        ("{{ title }}\n{{ quote[3].text }}", 2, "it fails"),
        ("{{ title }}\n{{ voices + 1 }}", 2, "it fails"),
        ("{{ title }}\n{% include 'other' %}", 2, "it fails"),
        ("{{ title }}{{ title.__class__.__mro__ }}", 1, "it fails"),
        ("{{ title | safe }}", 1, "No filter named 'safe'"),
        ("", 1, "it writes nothing"),
        ("{% if url %}{{ url }}{% endif %}", 1, "it writes nothing"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(template, line, said):
    fault = check_template(template)
    assert fault is not None
    assert fault.line == line
    assert said in fault.message
    assert fault.hint


@pytest.mark.parametrize(
    "template",
    [
        BRIEF,
        "{% set short = title[:20] %}{{ short }}{% for p in quote %}{{ loop.index }}{{ p.text }}{% endfor %}",
        "{% macro line(it) %}- {{ it }}{% endmacro %}{{ title }}{{ line(source) }}",
        "{{ title | upper }} {{ published }} {{ found }} {{ colour }} {{ key }} {{ news or voices }}",
    ],
)
def test_what_is_well_is_taken(template):
    assert check_template(template) is None


@pytest.mark.parametrize("form", [Form.PLAIN, Form.MARKDOWN, Form.MAIL])
def test_what_a_macro_writes_is_escaped_once(form):
    macro = "{% macro told(it) %}<b>{{ it }}</b>{% endmacro %}"
    alert = replace(ALERT, title="AT&T (again) <!channel>")
    messages = tell("<b>{{ title }}</b>", form, alert), tell(macro + "{{ told(title) }}", form, alert)
    assert messages[0] == messages[1]


def test_where_it_fails_on_an_alert_ours_stands_in():
    failing = "{{ title }}{{ 1 // (quote | length) }}"
    bare = replace(ALERT, quote=())
    assert tell(failing, alert=bare).text == tell("", alert=bare).text
    assert tell(failing).text == "Harbour closed0"
    assert tell("{{ 1 // 0 }}", Form.MAIL).html == tell("", Form.MAIL).html


def test_over_a_limit_it_spares_as_ours_does_or_ours_stands_in():
    wordy = "{% for p in quote %}{{ p.text }}{% endfor %} {{ title }}"
    assert tell(wordy, alert=replace(ALERT, quote=(Piece("x" * 500),)), limit=100).text == "Harbour closed"
    assert tell("x" * 500 + "{{ title }}", limit=100).text == tell("", limit=100).text


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_strangers_bring_no_markup_into_it(text):
    bad = replace(ALERT, title=text, source=text)
    html = [
        [node.tag for node in LexborHTMLParser(tell("<p>{{ title }}</p>", Form.MAIL, a).html).css("*")]
        for a in (bad, ALERT)
    ]
    assert html[0] == html[1]
    assert "@everyone" not in tell("{{ title }} {{ source }}", Form.PLAIN, bad).text
    assert "<!" not in tell("{{ title }} {{ source }}", Form.MARKDOWN, bad).text.replace("\\<", "")


# --- several rules on one article ------------------------------------------------------------


def test_alerts_of_one_article_become_one_that_says_all():
    other = replace(
        ALERT, key="oth3r", rule="zapad", severity=Severity.CRITICAL, reasons=("a name",), voices=3
    )
    merged = together([ALERT, other])
    assert merged is not None
    assert (merged.key, merged.rule, merged.severity) == ("oth3r", "zapad, drones", Severity.CRITICAL)
    assert merged.reasons == ("a name", "the text says «drone»")
    assert merged.voices == 3
    message = word(merged, Style(), zone=UTC, keys=["k3y", "oth3r"])
    assert message.headers["X-Tocsin-Alert"] == "k3y oth3r"
    assert message.headers["References"] == "<k3y@tocsin.invalid> <oth3r@tocsin.invalid>"


@pytest.mark.parametrize("other", [{"url": "https://news.example/2"}, {"news": "Withdrawn"}])
def test_alerts_that_tell_different_things_stay_apart(other):
    assert together([ALERT, replace(ALERT, key="oth3r", **other)]) is None


def test_alerts_without_an_address_are_not_taken_for_one():
    assert together([replace(ALERT, url=""), replace(ALERT, url="", key="oth3r")]) is None
