"""Mails in a real browser: legible in both lights and two widths, and nothing is asked of anybody."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page
from servers.browser import CHROMIUM, chromium
from servers.mails import mails, samples

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
KINDS = sorted(samples())

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Debian's package chromium")


@pytest.fixture(scope="module")
def received() -> Mapping[str, str]:
    return mails()


@pytest.fixture(scope="module")
def page(received) -> Iterator[Page]:  # mails are received by a loop, and playwright's own runs from here on
    with chromium() as browser:
        yield browser.new_page()


def test_nothing_is_asked_of_anybody_when_a_mail_is_opened(page, received):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for html in received.values():
        page.set_content(html, wait_until="load")
    assert asked == []


@pytest.mark.parametrize("width", [360, 600])
@pytest.mark.parametrize("kind", KINDS)
def test_no_mail_is_wider_than_its_window(page, received, kind, width):
    page.set_viewport_size({"width": width, "height": 600})
    page.set_content(received[kind])
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm install --prefix tests/web")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_legible_in_both_lights(page, received, kind, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_content(received[kind])
    page.evaluate(AXE.read_text("utf-8"))
    # A mail has no landmarks, and its one table is for mail programs without a box model.
    found = page.evaluate(
        "axe.run({rules: {region: {enabled: false}, 'landmark-one-main': {enabled: false}}})"
    )
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 20, 24)"
    assert dark == (scheme == "dark")


def test_a_title_is_a_link_and_stands_as_its_script_reads(page, received):
    page.set_content(received["arabic"])
    heading = page.get_by_role("heading", level=1)
    assert heading.evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert heading.get_by_role("link").get_attribute("href") == "https://akhbar.example/9912"
    assert page.locator("p.soft").first.evaluate("node => getComputedStyle(node).direction") == "ltr"


def test_the_contents_of_a_digest_lead_to_its_alerts(page, received):
    page.set_viewport_size({"width": 600, "height": 600})
    page.set_content(received["digest"])
    entries = page.locator("ol a")
    assert entries.count() == page.get_by_role("heading", level=2).count() == 6
    entries.last.click()
    last = page.get_by_role("heading", level=2).last
    assert last.evaluate("node => node.getBoundingClientRect().top < window.innerHeight")
