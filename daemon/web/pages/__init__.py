"""The pages, in the order of the navigation. A new one is a file here, its template, and its line."""

from daemon.web.pages import alive, deliveries, login, new_source, now, silences, sources, story, why

PAGES = (
    now.PAGE,
    story.PAGE,
    new_source.PAGE,
    sources.PAGE,
    deliveries.PAGE,
    silences.PAGE,
    why.PAGE,
    login.PAGE,
    alive.PAGE,
)

__all__ = ["PAGES"]
