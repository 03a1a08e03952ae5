"""The desk in the browser: one file per page with its template, and what they stand on.

A page is a file in `pages/` with a template of its name beside it, and its line in `pages/__init__.py`.
"""

from daemon.web.server import open_desk

__all__ = ["open_desk"]
