"""The desk's manners, in a real browser: without a mouse, on a phone, on paper, asleep, and cut off."""

import re

import pytest
from playwright.sync_api import Page, expect
from servers.browser import CHROMIUM

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Debian's package chromium")


def style(page: Page, selector: str, name: str, pseudo: str = "") -> str:
    asked = "([s, n, p]) => getComputedStyle(document.querySelector(s), p || null)[n]"
    return page.evaluate(asked, [selector, name, pseudo])


def tree(page: Page) -> list[str]:
    """The roles that a screen reader is given, in order."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [node["role"]["value"] for node in nodes if not node["ignored"]]


def test_without_a_mouse_the_first_stop_skips_to_the_content(page):
    page.goto("/sources")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Add a source")).to_be_focused()
    assert style(page, "a.do", "outlineStyle") == "solid"


def test_the_original_opens_apart_and_the_story_is_silenced_by_keys(page):
    page.goto("/")
    page.keyboard.press("j")
    with page.expect_popup() as opened:
        page.keyboard.press("v")
    assert opened.value.evaluate("window.opener") is None
    opened.value.close()
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories/*")
    page.keyboard.press("s")
    page.wait_for_url("**/silences?story=*")
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(page).to_have_title("Now · Tocsin")


def test_a_source_is_paused_by_its_key(page):
    page.goto("/sources?q=jadran")
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.get_by_role("status")).to_have_text("jadran-sport: paused")
    page.wait_for_load_state()  # the words stand before the keys are heard
    page.keyboard.press("s")
    expect(page.get_by_role("status")).to_contain_text("resumed")


@pytest.mark.parametrize("path", ["/sources", "/stories", "/rules", "/deliveries"])
def test_on_a_phone_nothing_is_cut_off_and_a_table_stays_a_table(page, path):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(path)
    row = page.locator("tbody tr").first.bounding_box()
    assert row["x"] >= 0
    assert row["x"] + row["width"] <= 360
    assert page.evaluate(
        "[...document.querySelectorAll('td')].every(e => e.scrollWidth <= e.clientWidth + 1)"
    )
    assert {"table", "row", "columnheader", "rowheader", "cell"} <= set(tree(page))


def test_utc_and_the_browsers_own_time_stand_together(browser, desk):
    away = browser.browser.new_context(timezone_id="Asia/Kolkata", base_url=desk)
    page = away.new_page()
    page.goto("/")
    when = page.locator(".when time").first.inner_text()
    # What came before midnight shows its day in place of its seconds.
    assert re.fullmatch(r"(\d\d:\d\d:\d\d|\d+ \w{3} \d\d:\d\d) UTC \d\d:\d\d here", when), when
    utc, here = (
        int(hour) * 60 + int(minute) for hour, minute in re.findall(r"(\d\d):(\d\d)(?::\d\d)?", when)
    )
    assert (here - utc) % (24 * 60) == 330
    away.close()


def test_nothing_is_told_by_colour_alone(page):
    page.goto("/")
    signs = {}
    for kind, names in {
        "severity": ("critical", "high", "notice", "info"),
        "state": ("sent", "pending", "failed", "dead", "failing", "well", "paused"),
    }.items():
        for name in names:
            page.evaluate(
                "([k, n]) => { const e = document.createElement('i'); e.className = `${k} ${n}`; "
                "e.id = `${k}-${n}`; document.querySelector('main').append(e); }",
                [kind, name],
            )
            signs[name] = style(page, f"#{kind}-{name}", "content", "::before")
    assert "none" not in signs.values()
    assert len({signs[name] for name in ("critical", "high", "notice", "info")}) == 4
    assert len({signs[name] for name in ("sent", "pending", "failed", "dead", "paused")}) == 5


def test_what_is_written_from_right_to_left_begins_at_the_right(page):
    page.goto("/stories")
    page.evaluate("document.querySelector('th .wide a').textContent = 'חדשות: drone incursion'")
    words, cell = (
        page.evaluate(
            "s => { const r = document.createRange(); "
            "r.selectNodeContents(document.querySelector(s)); const b = r.getBoundingClientRect(); "
            "return [b.left, b.right]; }",
            selector,
        )
        for selector in ("th .wide a", "th .wide")
    )
    assert style(page, "th .wide", "direction") == "rtl"
    assert abs(words[1] - cell[1]) < 1


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_whom_it_must_not(page, motion, moves):
    page.emulate_media(reduced_motion=motion)
    page.goto("/")
    assert (style(page, ".fresh a", "animationName") != "none") is moves


def test_on_paper_stand_the_words_and_their_reasons(page):
    page.set_viewport_size({"width": 760, "height": 1000})
    page.emulate_media(media="print", color_scheme="dark")
    page.goto("/")
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator("details .reasons").first).to_be_visible()
    assert style(page, "body", "backgroundColor") == "rgb(255, 255, 255)"
    copied = page.locator(".story", has_text="1 copy among them").first
    page.goto(copied.locator("[data-open]").get_attribute("href") or "")
    assert page.evaluate("document.documentElement.scrollWidth") <= 760
    page.goto("/sources")
    assert style(page, "tbody tr", "display") == "table-row"
    expect(page.get_by_role("button", name="Pause").first).to_be_hidden()


def test_a_page_that_nobody_feeds_says_so_until_somebody_does(browser):
    page = browser.new_page()
    page.clock.install()
    with page.expect_response("**/events*"):
        page.goto("/sources")
    pulse = page.locator(".pulse")
    expect(pulse).to_contain_text("running")
    page.route("**/events*", lambda route: route.abort())
    page.clock.fast_forward("01:00")
    expect(pulse).to_contain_text("the daemon does not answer")
    expect(pulse).to_have_class(re.compile(r"\bill\b"))
    expect(page.get_by_role("log")).to_contain_text("does not answer")
    page.unroute("**/events*")
    page.clock.fast_forward("01:00")
    expect(pulse).to_contain_text("running")
    expect(page.get_by_role("log")).to_contain_text("answers again")
    page.close()


def test_who_is_logged_out_meanwhile_is_told_so(browser):
    page = browser.new_page()
    page.clock.install()
    page.goto("/rules/try")
    refused = {"status": 401, "body": "The desk does not know you"}
    for path in ("**/events*", "**/rules/try"):
        page.route(path, lambda route: route.fulfill(**refused))
    page.get_by_label("Query").fill("ferry")
    page.clock.fast_forward("00:01")
    expect(page.locator("[data-working]")).to_contain_text("not logged in any more")
    page.clock.fast_forward("01:00")
    expect(page.locator(".pulse")).to_contain_text("you are logged out")
    expect(page.get_by_role("log")).to_contain_text("You are logged out.")
    page.close()


def test_a_laptop_that_slept_asks_for_what_it_missed(page):
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/events" in request.url else None)
    page.goto("/")
    expect(page.locator(".pulse")).to_contain_text("running")
    latest = page.locator("body").get_attribute("data-latest")
    with page.expect_request("**/events*"):
        page.clock.fast_forward("08:00:00")
    assert len(asked) == 2
    assert asked[-1].endswith(f"after={latest}")


def test_news_on_any_page_lead_to_now(page):
    early = "document.addEventListener('readystatechange', () => { document.body.dataset.latest = 0; })"
    page.add_init_script(early)
    page.goto("/silences")
    page.get_by_role("link", name="7 new").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Now")
