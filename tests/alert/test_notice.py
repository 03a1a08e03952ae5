"""A word to the operator, in each form, and over a limit."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from daemon.alert import notice
from daemon.model import Form, Message, Severity, Style

LINES = "harbour: the name is not known\n3 were given up: `tocsin deliveries list` <b>shows</b> them"
MESSAGE = Message("operator", "Tocsin: 2 problems", LINES, severity=Severity.HIGH)


@pytest.mark.parametrize("form", [Form.PLAIN, Form.MARKDOWN])
def test_a_chat_and_a_program_get_the_lines_as_they_are(form):
    assert notice(MESSAGE, Style(form)) == MESSAGE


def test_a_mail_shows_commands_as_such_and_no_markup_of_others():
    message = notice(MESSAGE, Style(Form.MAIL))
    tree = LexborHTMLParser(message.html)
    assert message.form is Form.MAIL
    assert [node.text() for node in tree.css("h1, p, code")] == [
        "Tocsin: 2 problems",
        "harbour: the name is not known",
        "3 were given up: tocsin deliveries list <b>shows</b> them",
        "tocsin deliveries list",
    ]


def test_a_short_service_gets_one_line_within_its_limit():
    message = notice(MESSAGE, Style(Form.SHORT, 60))
    assert message.form is Form.SHORT
    assert message.text == "Tocsin: 2 problems: harbour: the name is not known; 3 were…"


@pytest.mark.parametrize("limit", [120, 500, 4_000])
def test_over_a_limit_the_last_lines_go_and_the_message_says_so(limit):
    many = Message("operator", "Tocsin: 99 problems", "\n".join(f"source-{n}: is down" for n in range(99)))
    told = notice(many, Style(Form.MARKDOWN, limit))
    assert len(told.text) <= limit
    assert told.text.startswith("source-0: is down\nsource-1: is down\n")
    assert told.text.endswith("is down\n… and more: `tocsin status`") == (limit < 4_000)


def test_where_there_is_no_place_for_a_title_it_is_the_first_line():
    message = notice(MESSAGE, Style(Form.MARKDOWN, titled=False))
    assert message.text == f"Tocsin: 2 problems\n{LINES}"
