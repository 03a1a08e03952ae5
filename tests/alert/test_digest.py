from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser
from servers.strangers import TEXTS

from daemon.alert import check_digest_template, digest
from daemon.model import Alert, Form, Message, Piece, Severity, Style

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def alert(number: int, severity: Severity = Severity.NOTICE, **facts) -> Alert:
    return Alert(
        key=f"key{number}",
        rule="drones",
        severity=severity,
        title=f"Title {number}",
        url=f"https://news.example/{number}",
        source="gazette",
        published=NOON + timedelta(minutes=number),
        quote=(Piece("A "), Piece("drone", marked=True), Piece(" came.")),
        **facts,
    )


ALERTS = (
    alert(1),
    alert(2, Severity.CRITICAL),
    alert(3, voices=4),
    alert(4, Severity.HIGH),
    alert(5),
)
RANKED = ["Title 2", "Title 4", "Title 3", "Title 5", "Title 1"]


def tell(form: Form, alerts=ALERTS, limit: int = 0) -> Message:
    return digest(alerts, Style(form, limit), zone=UTC, reason="held overnight")


@pytest.mark.parametrize("form", Form)
def test_a_digest_tells_all_ranked_by_severity_voices_and_freshness(form):
    message = tell(form)
    assert message.title == "[digest] 5 alerts: 1 critical, 1 high, 3 notice (held overnight)"
    assert message.severity is Severity.CRITICAL
    for text in filter(None, (message.text, message.html)):
        places = [text.index(title) for title in RANKED]
        assert places == sorted(places)
        assert all(f"key{n}" in text for n in range(1, 6))
    assert set(message.headers["X-Tocsin-Alert"].split()) == {f"key{n}" for n in range(1, 6)}


def test_its_key_depends_on_what_it_tells_and_not_on_the_order():
    assert tell(Form.PLAIN).key == tell(Form.MARKDOWN, ALERTS[::-1]).key != tell(Form.PLAIN, ALERTS[:4]).key


def test_a_mail_begins_with_its_contents():
    tree = LexborHTMLParser(tell(Form.MAIL).html)
    assert [a.text() for a in tree.css("ol a")] == RANKED
    assert all(tree.css_first(a.attributes["href"] or "") for a in tree.css("ol a"))


@pytest.mark.parametrize("form", [Form.PLAIN, Form.MARKDOWN, Form.SHORT])
@pytest.mark.parametrize("limit", [160, 400, 1000, 4000])
def test_over_a_limit_the_last_in_rank_are_counted(form, limit):
    alerts = [alert(n, Severity.HIGH if n == 7 else Severity.INFO) for n in range(400)]
    text = tell(form, alerts, limit).text
    assert len(text) <= limit
    told = sum(f"Title {n}" in text.replace("]", "\n").replace(" [", "\n").splitlines() for n in range(400))
    assert "more; see tocsin alerts list." in text
    assert told < 400
    assert limit < 400 or "Title 7" in text


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_hostile_text_brings_no_markup_of_its_own(text):
    bad = replace(alert(1), title=text, rule=text, source=text)
    elements = [
        [n.tag for n in LexborHTMLParser(tell(Form.MAIL, [a]).html).css("*")] for a in (bad, alert(1))
    ]
    assert elements[0] == elements[1]
    assert tell(Form.MARKDOWN, [bad]).text.count("\n") == tell(Form.MARKDOWN, [alert(1)]).text.count("\n")
    assert tell(Form.PLAIN, [bad]).text.count("\n") == tell(Form.PLAIN, [alert(1)]).text.count("\n")


# --- the user's own template -------------------------------------------------------------------

OWN = """{{ heading }}
{% for item in items %}
{{ item.severity }}: {{ item.title }}
{% endfor %}
{{ more }}"""


def own(form: Form, template: str = OWN, alerts=ALERTS, limit: int = 0) -> Message:
    return digest(alerts, Style(form, limit), zone=UTC, template=template)


@pytest.mark.parametrize("form", [Form.PLAIN, Form.MARKDOWN, Form.SHORT])
def test_an_own_template_writes_the_text_ranked_as_ours_is(form):
    assert own(form).text.splitlines()[1:3] == ["critical: Title 2", "high: Title 4"]
    assert own(form).title == "[digest] 5 alerts: 1 critical, 1 high, 3 notice"


def test_in_a_mail_it_writes_the_html_part_alone():
    message = own(Form.MAIL, "<h1>{{ heading }}</h1>{% for i in items %}<p>{{ i.title }}</p>{% endfor %}")
    assert [node.text() for node in LexborHTMLParser(message.html).css("p")] == RANKED
    assert message.text == digest(ALERTS, Style(Form.MAIL), zone=UTC).text


def test_over_a_limit_it_counts_the_last_in_rank_or_ours_stands_in():
    many = [alert(n) for n in range(99)]
    short = own(Form.PLAIN, alerts=many, limit=300).text
    assert len(short) <= 300
    assert short.endswith("more; see tocsin alerts list.")
    assert "notice: Title 98" in short
    assert own(Form.PLAIN, "x" * 500, many, 300).text == digest(many, Style(Form.PLAIN, 300), zone=UTC).text


def test_where_it_fails_ours_stands_in():
    assert own(Form.PLAIN, "{{ items[7].title }}").text == digest(ALERTS, Style(), zone=UTC).text


@pytest.mark.parametrize(
    ("template", "line", "said"),
    [
        ("{{ heading }}\n{{ title }}", 2, "there is no fact «title»"),
        ("{{ heading }}\n{% for i in items %}{{ i.autor }}{% endfor %}", 2, "no attribute 'autor'"),
        ("{{ items[1].title }}", 1, "it fails"),
        ("{{ more }}", 1, "it writes nothing"),
    ],
)
def test_what_is_wrong_with_it_is_told_with_its_line(template, line, said):
    fault = check_digest_template(template)
    assert fault
    assert fault.line == line
    assert said in fault.message
    assert check_digest_template(OWN) is None
