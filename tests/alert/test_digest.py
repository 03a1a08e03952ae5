from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser
from servers.strangers import TEXTS

from daemon.alert import digest
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
