"""Make pictures of every page, mail and Slack message, in two widths and both lights: make screenshots."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

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
    "deliveries": "/deliveries",
    "delivery": "/deliveries/1",
    "silences": "/silences?rule=Zapad",
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
        for scheme in ("light", "dark"):
            for width in (1280, 360):
                size = {"width": width, "height": 860}
                settings = {"color_scheme": scheme, "viewport": size, "locale": "en-GB"}
                with chromium(base_url=address, **settings) as browser:
                    page = browser.new_page()
                    page.goto("/")
                    long = page.locator("[data-item]", has=page.locator(".further")).first
                    story = long.locator("[data-open]").get_attribute("href") or ""
                    article = page.locator("[data-original]").first.get_attribute("href") or ""
                    for name, path in PATHS.items():
                        page.goto(path.replace("/stories/STORY", story).replace("ARTICLE", article))
                        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
