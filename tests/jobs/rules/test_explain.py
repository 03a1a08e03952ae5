"""The article that a question is about."""

import pytest

from daemon.errors import NotFoundError, ParseError
from daemon.jobs.explain import article_in, stored_article


def test_an_article_is_found_by_its_address_without_what_trackers_hang_on_it(store, add):
    add("Flood")
    address = "https://tides.example/Flood?utm_source=x"
    article = store.read_now(lambda conn: stored_article(conn, address, {"Tides": ("coast",)}))
    assert (article.title, article.source, article.source_tags) == ("Flood", "Tides", ("coast",))


def test_an_address_that_was_never_listed_is_said_to_be_so(store):
    with pytest.raises(NotFoundError, match="never listed"):
        store.read_now(lambda conn: stored_article(conn, "https://tides.example/x", {}))


def test_a_text_file_has_its_title_on_the_first_line():
    article = article_in("\ufeffFlood\n\nThe sea rose.\n".encode())
    assert (article.title, article.text) == ("Flood", "The sea rose.")


@pytest.mark.parametrize(
    "before", ["", "\ufeff", "\ufeff\n ", "Notice: no cache in line 9.\n<!DOCTYPE html>"]
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_a_page_is_read_as_pages_are(before, charset):
    page = "<html lang=en><title>Flood</title><article><h1>Flood</h1><p>The sea rose.</article>"
    article = article_in(f"{before}{page}".encode(charset))
    assert (article.title, article.language) == ("Flood", "en")
    assert "<" not in article.text


@pytest.mark.parametrize("tag", ["b", "html", "!doctype html"])
def test_a_text_may_speak_of_tags(tag):
    article = article_in(f"Flood\n\nThe page says <{tag}> and nothing else.".encode())
    assert (article.title, article.text) == ("Flood", f"The page says <{tag}> and nothing else.")


def test_a_text_may_begin_with_a_sign_that_is_no_tag():
    assert article_in(b"Flood\nIts pages begin with <html> now.").title == "Flood"
    assert article_in(b"<3 floods\nThe sea rose.").title == "<3 floods"


@pytest.mark.parametrize("content", [b"", b" \r\n", b"\xff\xfe"])
def test_an_empty_file_is_said_to_be_empty(content):
    with pytest.raises(ParseError, match="it is empty"):
        article_in(content)
