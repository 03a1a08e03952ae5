"""Make pictures of every page, in two widths and both lights: make screenshots."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from servers.browser import chromium, demonstration

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
    with tempfile.TemporaryDirectory() as state, demonstration(Path(state)) as desk:
        for scheme in ("light", "dark"):
            for width in (1280, 360):
                size = {"width": width, "height": 860}
                with chromium(base_url=desk, color_scheme=scheme, viewport=size, locale="en-GB") as browser:
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
