"""The pages, in the order of the navigation. A new one is a file here, its template, and its line."""

from daemon.web.pages import (
    alive,
    api,
    deliveries,
    feeds,
    login,
    new_source,
    now,
    playground,
    rules,
    silences,
    sources,
    story,
    why,
)

PAGES = (
    now.PAGE,
    story.PAGE,
    rules.PAGE,
    playground.PAGE,
    new_source.PAGE,
    sources.PAGE,
    deliveries.PAGE,
    silences.PAGE,
    why.PAGE,
    feeds.PAGE,
    api.PAGE,
    login.PAGE,
    alive.PAGE,
)

__all__ = ["PAGES"]
