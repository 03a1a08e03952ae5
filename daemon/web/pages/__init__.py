"""The pages, in the order of the navigation. A new one is a file here, its template, and its line."""

from daemon.web.pages import alive, deliveries, now, sources, story, why

PAGES = (now.PAGE, story.PAGE, sources.PAGE, deliveries.PAGE, why.PAGE, alive.PAGE)

__all__ = ["PAGES"]
