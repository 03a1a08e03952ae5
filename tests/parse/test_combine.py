"""An article is what the page says and what the feed said."""

from datetime import UTC, datetime

from daemon.model import Article, Entry, Precision
from daemon.parse.combine import combine


def test_without_a_page_the_entry_is_the_article() -> None:
    article = combine(None, Entry(url="https://a.example/1", title="Title", summary="Words.", authors=("A",)))
    assert (article.url, article.title, article.text, article.authors) == (
        "https://a.example/1",
        "Title",
        "Words.",
        ("A",),
    )


def test_the_longer_text_wins() -> None:
    page = Article(title="T", text="Subscribe to read on.")
    assert combine(page, Entry(title="T", content="The whole story, told at length.")).text == (
        "The whole story, told at length."
    )


def test_words_that_only_the_feed_said_are_kept() -> None:
    page = Article(title="Quiet day", text="Nothing happened at the port.")
    article = combine(page, Entry(title="Drone incursion at the port", summary="Nothing happened."))
    assert article.title == "Quiet day"
    assert article.text == "Drone incursion at the port\n\nNothing happened at the port."


def test_what_the_page_knows_better_stays() -> None:
    page = Article(title="T", text="Text.", language="pl", authors=("Anna Wilk",))
    article = combine(page, Entry(title="T", language="en", authors=("redakcja",)))
    assert (article.language, article.authors) == ("pl", ("Anna Wilk",))


def test_a_headline_within_the_pages_title_is_the_headline() -> None:
    assert combine(Article(title="The Post: Quiet day"), Entry(title="Quiet day")).title == "Quiet day"


def test_a_date_with_a_time_of_day_counts_before_one_without() -> None:
    day, moment = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    page = Article(title="T", published=day, published_precision=Precision.DAY)
    assert combine(page, Entry(title="T", published=moment)).published == moment
    assert combine(page, Entry(title="T")).published == day
    exact = Article(title="T", published=day)
    assert combine(exact, Entry(title="T", published=moment)).published == day
