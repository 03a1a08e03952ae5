"""Who may ask, and what a browser may do with the answer."""

import pytest

from daemon.web.guard import HEADERS

OWN = "http://127.0.0.1:8420"


@pytest.mark.parametrize("path", ["/", "/nothing", "/stories/99", "/events", "/static/x/y"])
async def test_every_answer_has_the_headers_of_safety(visit, path):
    headers = visit.browser.head(path).headers
    for name, value in HEADERS.items():
        assert headers[name] == value
    assert headers["cache-control"] == "no-store"
    assert "unsafe-inline" not in headers["content-security-policy"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:8420", "LOCALHOST:8420"])
async def test_it_is_known_by_the_names_of_this_machine(visit, host):
    assert visit.browser.get("/why", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8420", "[", "x@127.0.0.1.x", ""]
)
async def test_under_another_name_it_is_closed(visit, host):
    answer = visit.browser.get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "Tocsin" not in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": OWN}, 303),
        ({}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OWN}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
    ],
)
async def test_only_our_own_pages_may_send_a_form(visit, headers, status):
    form = {"name": "harbour", "act": "pause"}
    answer = visit.browser.post("/sources", data=form, headers=headers, follow_redirects=False)
    assert answer.status_code == status
    assert visit.house.state("harbour").paused == (status == 303)


async def test_a_form_that_never_ends_is_refused(visit):
    answer = visit.browser.post("/sources", content=b"x" * 300_000)
    assert answer.status_code == 413


async def test_what_takes_no_form_says_so(visit):
    assert visit.browser.post("/why", data={}).status_code == 405


async def test_files_are_kept_for_ever_under_a_name_that_changes_with_them(visit):
    page = visit.page("/")
    start = page.index("/static/")
    address = page[start : page.index('"', start)]
    answer = visit.browser.get(address)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")
