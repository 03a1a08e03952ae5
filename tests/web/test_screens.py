"""Each screen does its job on a running daemon, as somebody in a browser would use it."""

import csv
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from servers.browser import CHROMIUM

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Debian's package chromium")

CORRECTED = "Airport reopens after drone incursion halts flights for 80 minutes"


def open_story(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=CORRECTED).first.click()
    expect(page.get_by_role("heading", name="Its course")).to_be_visible()


def test_now_says_how_things_stand_and_leads_with_the_gravest(page):
    page.goto("/")
    for figure in ("Behind by", "Deliveries waiting", "Sources failing", "Requests, last hour"):
        expect(page.get_by_role("term").filter(has_text=figure)).to_be_visible()
    story = page.locator(".story", has=page.locator(".further")).first
    expect(story).to_have_class(re.compile(r"\bhigh\b"))
    expect(page.get_by_role("heading", level=2, name="Today")).to_be_visible()
    expect(story.locator("mark").first).to_be_visible()
    story.get_by_text("Why it rang").click()
    expect(story.locator(".reasons")).to_contain_text("«")


def test_a_story_tells_its_course_its_copies_and_its_revisions(page):
    open_story(page)
    course = page.locator("#course + ol > li")
    told = [" ".join(text.split()) for text in course.all_inner_texts()]
    for what in (" published ", " seen at ", " copy seen at ", "Drone incursion rang", "alert sent"):
        assert any(what in text for text in told), (what, told)
    expect(course.locator("del")).to_have_text(" two hours")
    expect(course.locator("ins").first).to_contain_text("80 minutes")
    tellers = page.get_by_role("table")
    expect(tellers.get_by_role("cell", name=re.compile("^copy"))).to_have_count(1)
    expect(page.locator("blockquote mark").first).to_have_text("drone incursion")


def test_a_story_is_carried_away_as_json_and_as_a_table(page):
    open_story(page)
    with page.expect_download() as loaded:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(Path(loaded.value.path()).read_text("utf-8").splitlines()))
    assert {row["role"] for row in rows} == {"first", "copy"}
    page.get_by_role("link", name="JSON").click()
    assert json.loads(page.locator("body").inner_text())["copies"] == 1


def test_a_story_is_silenced_with_a_preview_and_the_silence_ends(page):
    open_story(page)
    page.get_by_role("link", name="Silence this story").click()
    expect(page.get_by_role("heading", name="It would have muted 1 alert of the last")).to_be_visible()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Begin the silence").click()
    expect(page.get_by_role("alert")).to_contain_text("Give a reason")
    page.get_by_label("Why").fill("The regatta")
    page.get_by_role("button", name="Begin the silence").click()
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"^Silence \d+ of story"))
    row = page.get_by_role("row").filter(has_text="The regatta")
    expect(row).to_contain_text("in force")
    row.get_by_role("button", name="End now").click()
    expect(page.get_by_role("status")).to_contain_text("has ended")
    ended = page.locator("section", has=page.locator("#over"))
    expect(ended.get_by_role("row").filter(has_text="The regatta")).to_be_visible()


def test_a_source_is_muted_for_a_rule_and_what_matches_nothing_says_so(page):
    open_story(page)
    page.get_by_role("link", name=re.compile("^Mute .* for Drone incursion")).first.click()
    expect(page.locator("select[name=rule]")).to_have_value("Drone incursion")
    assert page.get_by_label("Source, by its name").input_value()
    page.get_by_label("Source, by its name").fill("jadran-sport")
    page.get_by_role("button", name="Show what it would have muted").click()
    expect(page.get_by_role("heading", name="It matches nothing")).to_be_in_viewport()


def test_sources_are_sorted_and_steered_by_tag(page):
    page.goto("/sources")
    page.get_by_role("link", name="Last poll").click()
    expect(page.get_by_role("columnheader", name="Last poll")).to_have_attribute("aria-sort", "descending")
    expect(page.locator("svg.day").first).to_have_attribute("aria-label", re.compile(r"24 hours: \d+ new in"))
    page.get_by_label("Tag").select_option("wire")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("button", name="Pause all tagged wire").click()
    expect(page.get_by_role("status")).to_have_text("2 sources tagged «wire»: paused")
    page.get_by_role("button", name="Resume all tagged wire").click()
    expect(page.get_by_role("status")).to_contain_text("resumed")
    page.get_by_role("link", name="northern-wire", exact=True).click()
    expect(page.get_by_role("img", name=re.compile("New entries by the hour"))).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("half within")


def test_a_source_is_found_and_shown_before_it_is_written(page):
    page.goto("/sources?q=harbour-post")
    address = page.locator("[data-original]").first.get_attribute("href") or ""
    page.get_by_role("link", name="Add a source").click()
    page.get_by_label(re.compile("^The address of a feed")).fill(f"{address}?edition=2")
    page.get_by_label("Name, if not its own").fill("harbour-again")
    page.get_by_label("It may be on this machine").check()
    page.get_by_role("button", name="Find it").click()
    expect(page.get_by_role("heading", name="harbour-again")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Entry")).to_be_visible()
    expect(page.locator("pre.payload")).to_contain_text('name = "harbour-again"')
    expect(page.locator("pre.payload")).to_contain_text("allow_private = true")


def test_a_delivery_shows_its_exact_message(page):
    page.goto("/deliveries?show=sent")
    page.get_by_role("row").filter(has_text="newsroom-slack").get_by_role("link").first.click()
    expect(page.locator("pre.payload").first).to_contain_text("Alert ")


def test_what_was_found_for_other_words_says_so(page):
    page.goto("/rules/try?rule=Zapad")
    expect(page.locator("#asked")).to_contain_text("What it would have done", timeout=90_000)
    page.get_by_label("Query").fill('harbour AND "toy')
    expect(page.locator("#looked")).to_contain_text("column 13: the quotation mark is never closed")
    expect(page.locator("#asked.stale")).to_contain_text("What it would have done")
    expect(page.locator("[data-working]")).to_contain_text("what you wrote before")
    page.get_by_label("Query").fill('harbour AND "toy"')
    expect(page.locator("#asked")).not_to_have_class("stale", timeout=30_000)
    expect(page.locator("[data-working]")).to_have_text("")


def test_a_rule_is_written_into_the_configuration_and_runs(page):
    page.goto("/rules/try")
    page.get_by_label("Query").fill("harvest AND market")
    page.get_by_label("Name").fill("Harvest")
    expect(page.locator("#looked")).to_contain_text("What to change in the configuration", timeout=30_000)
    page.get_by_text("What to change in the configuration").click()
    expect(page.locator("pre.diff")).to_contain_text('+name = "Harvest"')
    page.get_by_role("button", name="Save to the configuration").click(timeout=90_000)
    expect(page.get_by_role("status")).to_contain_text("Harvest: written to config.toml", timeout=90_000)
    row = page.get_by_role("row").filter(has_text="Harvest")
    for _ in range(60):
        if row.count():
            break
        page.reload()
    expect(row).to_contain_text("never")
