"""Pages are fetched as their site's robots.txt allows; what the user listed is fetched all the same."""

import pytest

from daemon.errors import FetchError
from daemon.fetch.robots import _only_for


async def allowed(fetcher, server, path):
    try:
        await fetcher.get(server.url + path, allow_private=True, obey_robots=True)
    except FetchError as error:
        return error.kind
    return "yes"


async def test_what_is_disallowed_is_left_alone(server, fetcher):
    server.says(
        "/robots.txt", body=b"User-agent: *\nDisallow: /private/\nDisallow: /*.pdf$\nAllow: /private/news\n"
    )
    for path in ("/a", "/private/b", "/private/news", "/c.pdf"):
        server.says(path, body=b"text")
    answers = [
        await allowed(fetcher, server, path) for path in ("/a", "/private/b", "/private/news", "/c.pdf")
    ]
    assert answers == ["yes", "robots", "yes", "robots"]
    assert [path for path, _ in server.seen] == ["/robots.txt", "/a", "/private/news"]


async def test_rules_for_us_come_before_rules_for_all(server, fetcher):
    server.says(
        "/robots.txt",
        body=b"User-agent: *\nDisallow: /\n\nUser-agent: GPTBot\nUser-agent: Tocsin\nAllow: /\n",
    )
    server.says("/a", body=b"text")
    assert await allowed(fetcher, server, "/a") == "yes"


async def test_a_site_without_rules_allows_all(server, fetcher):
    server.says("/a", body=b"text")
    assert await allowed(fetcher, server, "/a") == "yes"


async def test_a_site_that_fails_is_left_alone_for_now(server, fetcher):
    server.says("/robots.txt", 500)
    server.says("/a", body=b"text")
    with pytest.raises(FetchError, match="does not show its robots") as caught:
        await fetcher.get(server.url + "/a", allow_private=True, obey_robots=True)
    assert not caught.value.permanent
    assert caught.value.retry_after


async def test_what_the_user_listed_is_fetched_unasked(server, fetcher):
    server.says("/feed", body=b"<rss/>")
    await fetcher.get(server.url + "/feed", allow_private=True)
    assert [path for path, _ in server.seen] == ["/feed"]


async def test_a_redirect_into_the_forbidden_is_not_followed(server, fetcher):
    server.says("/robots.txt", body=b"User-agent: *\nDisallow: /b\n")
    server.says("/a", 302, location="/b")
    assert await allowed(fetcher, server, "/a") == "robots"


def test_other_programs_all_bear_one_name():
    """Thousands of names times thousands of rules took the parser 11 s."""
    text = "".join(f"User-agent: a{i}\n" for i in range(3000)) + "USERAGENT Tocsin\nDisallow: /x\n"
    names = set(_only_for("Tocsin", text).splitlines())
    assert names == {"User-agent: other", "USERAGENT Tocsin", "Disallow: /x"}
