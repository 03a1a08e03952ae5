"""A small newsroom on loopback: outlets with different looks, written for this project.

Each folder under seeds/newsroom is an outlet: `outlet.toml` holds its articles, the other files are
Jinja2 templates of its feed or front page and of its article page. What `published = 1` marks appears
at edition 1, what an aggregator takes over from others at edition 2, what is `revised` changes at
edition 3; so that the first poll meets a backlog, as on any real site.
"""

import threading
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from daemon.model import ListingSelectors, Source, SourceKind

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Outlet:
    """One site: its facts and its templates' folder."""

    name: str
    facts: Mapping[str, Any]
    folder: Path

    @property
    def entry_point(self) -> str:
        return str(self.facts["entry_point"])


class Newsroom:
    """Serves every outlet on a port of its own; `edition` says how far the news have come.

    `asked` remembers when each outlet was asked for its list, and which edition it gave.
    """

    def __init__(self, folder: Path, opened: datetime, ports: Mapping[str, int] | None = None) -> None:
        self.edition = 0
        self.asked: dict[str, tuple[int, datetime]] = {}
        self.opened = opened
        self.outlets = tuple(_read_outlets(folder))
        self._servers = {o.name: _serve(self, o, (ports or {}).get(o.name, 0)) for o in self.outlets}

    @property
    def ports(self) -> dict[str, int]:
        return {name: server.server_address[1] for name, server in self._servers.items()}

    def base(self, outlet: Outlet) -> str:
        return f"http://{HOST}:{self._servers[outlet.name].server_address[1]}"

    def sources(self) -> tuple[Source, ...]:
        """Describe the outlets as a user's config.toml would."""
        return tuple(self._source(outlet) for outlet in self.outlets)

    def close(self) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()

    def respond(self, outlet: Outlet, path: str) -> tuple[str, bytes] | None:
        """Give content type and body for a path, None where the outlet has no such page."""
        path = path.partition("?")[0].strip("/")
        edition, articles = self.edition, self._articles(outlet)
        if path == outlet.entry_point:
            self.asked[outlet.name] = (edition, datetime.now(UTC))
            return _content_type(outlet.entry_point), self._render(outlet, path, articles=articles)
        for article in articles:
            if path.endswith(article["slug"]) or path.rpartition("/")[2].partition(".")[0] == article["slug"]:
                return "text/html", self._render(outlet, "page.html", article=article)
        return None

    def _source(self, outlet: Outlet) -> Source:
        return Source(
            name=outlet.name,
            url=f"{self.base(outlet)}/{outlet.entry_point}",
            kind=SourceKind(outlet.facts["kind"]),
            language=outlet.facts["language"],
            listing=ListingSelectors(**outlet.facts.get("listing", {})),
            every=timedelta(seconds=1),
            allow_private=True,
            tags=tuple(outlet.facts["tags"]),
        )

    def _articles(self, outlet: Outlet) -> list[dict[str, Any]]:
        listed = [a for a in outlet.facts["articles"] if a.get("published", 0) <= self.edition]
        return sorted((self._dated(a) for a in listed), key=lambda a: a["at"], reverse=True)

    def _dated(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        at = self.opened.replace(microsecond=0) - timedelta(minutes=facts["minutes_ago"])
        article = {**self._original(facts), **facts, "at": at, "updated": at}
        if "revised" in facts and self.edition >= 3:  # noqa: PLR2004  the edition of corrections
            article["title"] = facts["revised"]["title"]
            article["paragraphs"] = [facts["revised"]["paragraph"], *article["paragraphs"]]
            article["updated"] = self.opened.replace(microsecond=0)
        return article

    def _original(self, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        if "repost_of" not in facts:
            return {}
        name, _, slug = facts["repost_of"].partition("/")
        outlet = next(o for o in self.outlets if o.name == name)
        return {"paragraphs": next(a for a in outlet.facts["articles"] if a["slug"] == slug)["paragraphs"]}

    def _render(self, outlet: Outlet, template: str, **values: object) -> bytes:
        environment = Environment(loader=FileSystemLoader(outlet.folder), autoescape=True)
        environment.filters["rfc2822"] = format_datetime
        text = environment.get_template(template).render(
            outlet=outlet.facts, base=self.base(outlet), now=self.opened.replace(microsecond=0), **values
        )
        return text.encode(outlet.facts.get("encoding", "utf-8"))


def _read_outlets(folder: Path) -> Iterator[Outlet]:
    for path in sorted(folder.glob("*/outlet.toml")):
        yield Outlet(path.parent.name, tomllib.loads(path.read_text("utf-8")), path.parent)


def _content_type(name: str) -> str:
    suffixes: Sequence[tuple[str, str]] = ((".json", "application/feed+json"), (".html", "text/html"))
    return next((kind for suffix, kind in suffixes if name.endswith(suffix)), "application/xml")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: a client that hangs up is no news."""


def _serve(newsroom: Newsroom, outlet: Outlet, port: int) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            answer = newsroom.respond(outlet, self.path)
            if answer is None:
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            content_type, body = answer
            etag = f'"{sha256(body).hexdigest()[:16]}"'
            unchanged = self.headers.get("If-None-Match") == etag
            self.send_response(304 if unchanged else 200)
            self.send_header("ETag", etag)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", "0" if unchanged else str(len(body)))
            self.end_headers()
            if not unchanged:
                self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = _Server((HOST, port), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), name=outlet.name, daemon=True).start()
    return server
