import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from servers.strangers import TEXTS, URLS

from daemon.alert import repeated, word
from daemon.model import Alert, Form, Message, Piece, Precision, Severity, Style

WARSAW = ZoneInfo("Europe/Warsaw")
ALERT = Alert(
    key="k3yk3yk3yk",
    rule="drones",
    severity=Severity.HIGH,
    title="Harbour closed after drone sighting",
    url="https://news.example/1?a=1&b=2",
    source="gazette",
    published=datetime(2026, 7, 1, 9, 5, tzinfo=UTC),
    found=datetime(2026, 7, 1, 9, 6, tzinfo=UTC),
    quote=(Piece("Witnesses saw a "), Piece("drone", marked=True), Piece(" over the harbour.")),
    reasons=("the text says «drone»",),
)


def tell(alert: Alert = ALERT, form: Form = Form.PLAIN, *, limit: int = 0) -> Message:
    return word(alert, Style(form, limit), zone=WARSAW)


def with_text(text: str) -> Alert:
    pieces = (Piece(f"{text} "), Piece(text, marked=True), Piece(f" {text}"))
    return replace(ALERT, title=text, rule=text, source=text, quote=pieces, reasons=(text,))


def both(message: Message) -> str:
    return message.text + message.html


def read(message: Message) -> list[str]:
    """What a reader sees of it: its text, and its HTML part if it has one."""
    body = LexborHTMLParser(message.html).body if message.html else None
    return [message.text, body.text()] if body else [message.text]


@pytest.mark.parametrize("form", Form)
def test_every_form_tells_what_matters(form):
    message = tell(form=form)
    assert message.form is form
    assert message.title == "[high] drones: Harbour closed after drone sighting"
    for fact in ("Harbour closed after drone sighting", "gazette", "high", "k3yk3yk3yk"):
        assert fact in message.text
    assert re.search(r"https://news\.example/1\?a=1&b=2", message.text)
    assert message.headers["X-Tocsin-Alert"] == message.key == "k3yk3yk3yk"
    assert message.headers["References"] == "<k3yk3yk3yk@tocsin.invalid>"


@pytest.mark.parametrize("form", [Form.PLAIN, Form.MARKDOWN, Form.MAIL])
def test_the_longer_forms_tell_when_and_why_too(form):
    message = tell(form=form)
    for text in read(message):
        assert "published 1 Jul 2026, 11:05 CEST · found 11:06 CEST" in text
        assert "Why: the text says «drone»" in text


def test_the_match_is_bold_where_bold_exists():
    assert "> Witnesses saw a **drone** over the harbour." in tell(form=Form.MARKDOWN).text
    mark = LexborHTMLParser(tell(form=Form.MAIL).html).css_first("b.mark")
    assert mark
    assert mark.text() == "drone"
    assert "\nWitnesses saw a drone over the harbour.\n" in tell().text


@pytest.mark.parametrize("form", [Form.PLAIN, Form.MARKDOWN, Form.MAIL])
@pytest.mark.parametrize(
    ("voices", "copies", "told"),
    [
        (1, 1, "Told by: 1 copy"),
        (3, 0, "Told by: 3 independent voices"),
        (2, 12, "Told by: 2 independent voices, 12 copies"),
    ],
)
def test_who_else_tells_the_story_is_told(form, voices, copies, told):
    message = tell(replace(ALERT, voices=voices, copies=copies), form)
    assert all(told in text for text in read(message))
    assert "Told by" not in both(tell(form=form))


def test_a_subject_says_that_a_story_was_corrected_and_the_text_how():
    message = tell(replace(ALERT, news="Corrected: «two hours»; figures: two → one"), Form.MAIL)
    assert message.title == "[high] drones: Corrected: Harbour closed after drone sighting"
    assert message.text.startswith("Corrected: «two hours»; figures: two → one")


@pytest.mark.parametrize("form", Form)
def test_a_follow_up_leads_with_its_news_and_belongs_to_its_alert(form):
    message = word(replace(ALERT, news="now 4 independent voices"), Style(form), zone=WARSAW)
    assert message.title == "[high] drones: now 4 independent voices: Harbour closed after drone sighting"
    assert message.headers == tell(form=form).headers
    for text in read(message):
        assert text.index("now 4 independent voices") < text.index("Harbour closed")


@pytest.mark.parametrize("form", Form)
def test_a_possible_repeat_says_so_and_is_else_the_same(form):
    message = tell(form=form)
    again = repeated(message)
    assert again.key == message.key
    assert again.text.startswith(message.text)
    assert "repeat" in again.text[len(message.text) :]
    assert ("Possibly a repeat" in again.html) == bool(message.html)


@pytest.mark.parametrize(
    ("published", "precision", "shown"),
    [
        (None, Precision.SECOND, "published at an unknown time · found 1 Jul 2026, 11:06 CEST"),
        (
            datetime(2026, 7, 1, tzinfo=UTC),
            Precision.DAY,
            "published 1 Jul 2026 · found 1 Jul 2026, 11:06 CEST",
        ),
        (datetime(2026, 7, 1, tzinfo=UTC), Precision.MONTH, "published Jul 2026 "),
        (datetime(2026, 1, 1, tzinfo=UTC), Precision.YEAR, "published 2026 "),
        (datetime(2026, 1, 1, 23, 30, tzinfo=UTC), Precision.MINUTE, "published 2 Jan 2026, 00:30 CET "),
    ],
)
def test_a_time_is_told_no_finer_than_it_is_known(published, precision, shown):
    assert shown in tell(replace(ALERT, published=published, published_precision=precision)).text


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("form", Form)
def test_a_hostile_text_stays_on_its_lines_in_visible_signs(form, text):
    message, plain = tell(with_text(text), form), tell(form=form)
    assert message.text.count("\n") == plain.text.count("\n")
    assert len(message.title) <= 310
    for char in message.title + both(message).replace("\n", ""):
        assert unicodedata.category(char) not in {"Cc", "Cs", "Co", "Zl", "Zp"}
        assert unicodedata.category(char) != "Cf" or char in "\u200c\u200d\u2060"
    assert not re.search(r"[\u0300-\u036f]{5}", both(message))
    assert "49" not in message.title


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_hostile_text_calls_nobody(text):
    for form in (Form.PLAIN, Form.SHORT, Form.MARKDOWN):
        message = tell(with_text(text), form)
        assert not re.search(r"@(everyone|here|channel|all)", message.text + message.title, re.IGNORECASE)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_hostile_text_brings_no_markdown_of_its_own(text):
    markdown = tell(with_text(text), Form.MARKDOWN).text
    ours = re.sub(r"\\[<>\[\]()!#]", "", markdown)  # what is escaped is only shown
    assert "\\" not in ours
    assert "`" not in ours
    assert "~" not in ours
    assert (
        ours.count("<") == ours.count(">") - 1 == ours.count("[") == 1
    )  # the link, and the quotation's sign
    assert ours.count("*") in {4, 8}  # the title's pair, and the match's if there is one
    assert not re.search(r"^(#|-|\+|=|\d+[.)] |>.*\n>)", ours, re.MULTILINE)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_hostile_text_brings_no_element_of_its_own(text):
    tree, plain = (LexborHTMLParser(tell(a, Form.MAIL).html) for a in (with_text(text), ALERT))
    elements = [node.tag for node in tree.css("*")]
    assert [tag for tag in elements if tag != "b"] == [node.tag for node in plain.css("*") if node.tag != "b"]
    assert [node.attributes["href"] for node in tree.css("[href]")] == ["https://news.example/1?a=1&b=2"]
    assert not tree.css("[onerror], [onclick], [src]")


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("form", Form)
def test_a_hostile_address_is_no_link_or_a_harmless_one(form, url):
    message = tell(replace(ALERT, url=url), form)
    links = re.findall(r"https?://\S+", message.text)
    for link in links:
        assert link.startswith("https://news.example/")
        assert not re.search(r"[<|\"\u202e\\]", link)
    for node in LexborHTMLParser(message.html).css("[href]"):
        assert (node.attributes["href"] or "").startswith("https://news.example/")
    assert "javascript:" not in both(message)
    assert len(message.text) > 40


def test_an_address_in_another_script_keeps_its_meaning():
    message = tell(replace(ALERT, url="https://новини.example:8443/київ?q=дрон#x"))
    assert "https://xn--b1amarcd.example:8443/%D0%BA%D0%B8%D1%97%D0%B2?q=%D0%B4" in message.text


def test_scripts_that_need_joiners_keep_them():
    assert "می\u200cخواهم" in tell(replace(ALERT, title="می\u200cخواهم")).text


@pytest.mark.parametrize("form", [Form.PLAIN, Form.MARKDOWN, Form.SHORT])
@given(limit=st.integers(200, 900), words=st.integers(0, 60))
def test_over_a_limit_the_link_and_the_key_stay(form, limit, words):
    alert = replace(ALERT, title="A longish title " * words, quote=(Piece("Quotation. " * 30),))
    message = tell(alert, form, limit=limit)
    assert len(message.text) <= limit
    assert "https://news.example/1?a=1&b=2" in message.text
    assert "k3yk3yk3yk" in message.text


def test_the_shortest_message_still_has_the_key_to_ask_about():
    text = tell(form=Form.SHORT, limit=67).text
    assert text == "high: Harbour closed… (gazette) [k3yk3yk3yk]"
