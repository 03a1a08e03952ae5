"""The desk in a real browser: each page does its job, with a keyboard, in both lights, and for everybody."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from servers.browser import CHROMIUM

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
PATHS = [
    "/",
    "/rules",
    "/rules/try",
    "/stories",
    "/sources",
    "/sources/1",
    "/deliveries",
    "/deliveries/1",
    "/silences?rule=Zapad",
    "/why",
]

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Debian's package chromium")


@pytest.fixture(scope="module")
def paths(browser) -> list[str]:
    """One of each page."""
    page = browser.new_page()
    page.goto("/")
    story = page.locator("[data-item]:has(.further) [data-open]").first.get_attribute("href")
    article = page.locator("[data-original]").first.get_attribute("href")
    page.close()
    return [*PATHS, story, f"/why?url={article}"]


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm install --prefix tests/web")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(page, paths, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for path in paths:
        page.goto(path)
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("axe.run()")
        assert [
            (path, each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]
        ] == []


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_its_window(page, paths, width):
    page.set_viewport_size({"width": width, "height": 800})
    for path in paths:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_keys_of_a_feed_reader(page):
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-item]").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-item]").first).to_be_focused()
    page.keyboard.press("e")
    expect(page.locator("[data-evidence]").first).to_have_attribute("open", "")
    page.keyboard.press("o")
    page.wait_for_url("**/stories/*")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/sources")
    page.keyboard.press("/")
    page.keyboard.type("harbour")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=harbour*")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_letter_typed_into_a_field_is_a_letter(page):
    page.goto("/sources")
    page.get_by_label("Words in a name").fill("")
    page.get_by_label("Words in a name").press_sequentially("gd?j")
    expect(page.get_by_label("Words in a name")).to_have_value("gd?j")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_source_is_paused_and_resumed(page):
    page.goto("/sources")
    row = page.get_by_role("row").filter(has_text="harbour-post")
    row.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status")).to_have_text("harbour-post: paused")
    row.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("status")).to_contain_text("resumed")


def test_a_channel_is_tried_and_an_address_explained(page):
    page.goto("/deliveries")
    page.get_by_role("button", name="Send a test to desk-mail").click()
    expect(page.get_by_role("status")).to_contain_text("accepted by its service")
    page.goto("/")
    link = page.locator("[data-original]").first.get_attribute("href")
    page.goto("/why")
    page.get_by_label("An article's address").fill(link or "")
    page.get_by_role("button", name="Tell me why").click()
    expect(page.locator(".timeline").first).to_contain_text("listed by")


def test_a_rule_is_tried_while_it_is_typed(page):
    page.goto("/rules/try")
    page.get_by_label("Query").fill("drone AND (")
    expect(page.locator("#looked")).to_contain_text("query, line 1, column 12", timeout=20_000)
    page.get_by_label("Query").fill('airport "drone incursion"')
    expect(page.locator("#looked .tree")).to_contain_text("airport", timeout=20_000)
    expect(page.locator("#asked")).to_contain_text("What it matches", timeout=90_000)
    page.get_by_role("button", name="Pin: must match").first.click()
    expect(page.get_by_label("Other keys")).to_have_value(re.compile("rules.tests"), timeout=90_000)


def test_alerts_come_as_a_pill_to_all_tabs_over_one_stream(browser):
    leading, following = browser.new_page(), browser.new_page()
    streams: list[Page] = []
    for tab in (leading, following):
        tab.on("request", lambda request, tab=tab: streams.append(tab) if "/events" in request.url else None)
        # As it would look to somebody who opened the page before anything rang.
        early = "document.addEventListener('readystatechange', () => { document.body.dataset.latest = 0; })"
        tab.add_init_script(early)
        tab.goto("/")
        expect(tab.locator("[data-fresh]")).to_have_text("7 new")
        expect(tab.get_by_role("log")).to_contain_text("Zapad")
        expect(tab).to_have_title("(7) Now · Tocsin")
    assert following not in streams
    leading.close()
    following.reload()
    expect(following.locator("[data-fresh]")).to_have_text("7 new")
    following.close()


def test_without_scripts_the_pages_still_work(browser, desk):
    plain = browser.browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(desk)
    page.locator("[data-open]").first.click()
    expect(page.get_by_role("heading", name="Who tells it")).to_be_visible()
    expect(page.locator("[data-keys]")).to_be_hidden()
    plain.close()
