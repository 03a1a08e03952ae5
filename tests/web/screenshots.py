"""Make pictures of every page, mail and Slack message, in two widths and both lights: make screenshots."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Page
from servers.browser import chromium, demonstration
from servers.mails import mails
from servers.posts import as_shown, posts

PATHS = {
    "now": "/",
    "stories": "/stories",
    "story": "/stories/STORY",
    "rules": "/rules",
    "playground": "/rules/try?rule=Drone%20incursion",
    "sources": "/sources",
    "source": "/sources/1",
    "new-source": "/sources/new",
    "deliveries": "/deliveries",
    "delivery": "/deliveries/1",
    "silences": "/silences?rule=Zapad",
    "silence": "/silences/1",
    "login": "/login",
    "why": "/why?url=ARTICLE",
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    messages(folder)
    desk(folder)


def messages(folder: Path) -> None:
    """Mails as a mail server receives them; chats' messages as Slack shows them."""
    shown = {f"mail-{name}": html for name, html in mails().items()}
    shown |= {f"slack-{name}": as_shown(post) for name, post in posts().items()}
    for scheme in ("light", "dark"):
        for width in (600, 360):
            with chromium(color_scheme=scheme, viewport={"width": width, "height": 400}) as browser:
                page = browser.new_page()
                for name, html in shown.items():
                    page.set_content(html)
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)


def desk(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as state, demonstration(Path(state)) as address:
        with chromium(base_url=address) as browser:
            silence(browser.new_page())
        for scheme in ("light", "dark"):
            for width in (1280, 360):
                size = {"width": width, "height": 860}
                settings = {"color_scheme": scheme, "viewport": size, "locale": "en-GB"}
                settings["timezone_id"] = "Europe/Vilnius"  # so that local times show beside UTC
                with chromium(base_url=address, **settings) as browser:
                    screens(browser.new_page(), folder, f"{width}-{scheme}")


def silence(page: Page) -> None:
    page.goto("/silences?rule=Zapad&source=jadran-sport")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Why").fill("A football club of that name")
    page.get_by_role("button", name="Begin the silence").click()
    page.wait_for_load_state()


def screens(page: Page, folder: Path, suffix: str) -> None:
    page.goto("/")
    long = page.locator("[data-item]", has=page.locator(".further")).first
    story = long.locator("[data-open]").get_attribute("href") or ""
    article = page.locator("[data-original]").first.get_attribute("href") or ""
    for name, path in PATHS.items():
        page.goto(path.replace("/stories/STORY", story).replace("ARTICLE", article))
        page.screenshot(path=folder / f"{name}-{suffix}.png", full_page=True)
    found(page)
    page.screenshot(path=folder / f"found-source-{suffix}.png", full_page=True)


def found(page: Page) -> None:
    """Look for a source at an address that a known one is at."""
    page.goto("/sources?q=harbour-post")
    address = page.locator("[data-original]").first.get_attribute("href") or ""
    page.goto("/sources/new")
    page.get_by_label("The address of a feed").fill(f"{address}?edition=2")
    page.get_by_label("It may be on this machine").check()
    page.get_by_role("button", name="Find it").click()
    page.locator("pre.payload").first.wait_for()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
