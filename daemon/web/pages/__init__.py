"""The pages, in the order of the navigation. A new one is a file here, its template, and its line."""

from daemon.web.pages import api, deliveries, feeds, now, playground, rules, sources, story, why

PAGES = (
    now.PAGE,
    story.PAGE,
    rules.PAGE,
    playground.PAGE,
    sources.PAGE,
    deliveries.PAGE,
    why.PAGE,
    feeds.PAGE,
    api.PAGE,
)

__all__ = ["PAGES"]
