"""tocsin sources: adding what a page announces, importing what another reader has."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from daemon.cli import main
from daemon.config import load
from daemon.model import SourceKind

CONFIG = """\
# my desk
[[sources]]
name = "First"   # the oldest
url = "https://first.example/feed"

# who is told
[[channels]]
name = "log"
url = "syslog://"
"""
FEED = b"""<rss version="2.0"><channel><title>Harbour\x09 News</title>
<item><title>Quay opens</title><link>https://x.example/1</link></item></channel></rss>"""
ANNOUNCED = b'<html><head><link rel="alternate" type="application/rss+xml" href="/news.xml"></head></html>'
SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>
<loc>http://127.0.0.1/story/1</loc><lastmod>2026-11-22</lastmod></url></urlset>"""
LINKS = "".join(
    f'<h2 class="head"><a href="/story/{n}">The council of the harbour met for the {n}th time</a></h2>'
    for n in range(8)
).encode()
OPML = """<opml version="2.0"><body><outline text="World">
<outline text="First" xmlUrl="https://other.example/feed"/>
<outline text="Known" xmlUrl="https://first.example/feed"/>
</outline></body></opml>"""


@pytest.fixture
def site() -> Iterator[tuple[str, dict[str, bytes]]]:
    pages: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        yield f"http://127.0.0.1:{server.server_port}", pages
        server.shutdown()


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    monkeypatch.setenv("TOCSIN_CONFIG", str(path))
    return path


def run(*arguments):
    return CliRunner().invoke(main, ["sources", *map(str, arguments)])


def test_the_feed_that_a_home_page_announces_is_added_and_comments_stay(site, file):
    base, pages = site
    pages |= {"/": ANNOUNCED, "/news.xml": FEED}
    result = run("add", f"{base}/", "--tag", "port", "--allow-private")
    assert result.exit_code == 0, result.output
    assert "Quay opens" in result.stdout
    added = load(file, {}).sources[1]
    assert (added.name, added.url, added.tags) == ("Harbour News", f"{base}/news.xml", ("port",))
    assert added.allow_private
    kept = [line for line in file.read_text().splitlines() if line in CONFIG.splitlines()]
    assert kept[: len(CONFIG.splitlines())].count("# who is told") == 1
    assert '"First"   # the oldest' in file.read_text()


@pytest.mark.parametrize(("listed", "chosen"), [(2, "/wp-json/wp/v2/posts"), (1, "/news.xml")])
def test_wordpress_s_interface_is_taken_only_where_it_lists_more(site, file, monkeypatch, listed, chosen):
    monkeypatch.setattr("daemon.fetch.manners.asyncio.sleep", _at_once)
    base, pages = site
    pages |= {"/": ANNOUNCED + b'<link rel="https://api.w.org/" href="/wp-json/">', "/news.xml": FEED}
    posts = [{"title": {"rendered": f"Quay {n}"}, "link": f"/{n}"} for n in range(listed)]
    pages["/wp-json/wp/v2/posts?per_page=30&_embed=author,wp:term"] = json.dumps(posts).encode()
    result = run("add", f"{base}/", "--allow-private")
    assert result.exit_code == 0, result.output
    added = load(file, {}).sources[1]
    assert (added.name, added.url.partition("?")[0]) == ("Harbour News", base + chosen)


def test_a_rehearsal_writes_nothing(site, file):
    base, pages = site
    pages["/"] = FEED
    result = run("add", f"{base}/", "--name", "Port", "--allow-private", "--dry-run")
    assert 'name = "Port"' in result.stdout
    assert file.read_text() == CONFIG


def test_a_page_that_announces_nothing_becomes_a_listing(site, file, monkeypatch):
    monkeypatch.setattr("daemon.runtime.finding._TRIED", 30)
    monkeypatch.setattr("daemon.fetch.manners.asyncio.sleep", _at_once)
    base, pages = site
    pages["/"] = b"<html><title>Harbour</title><body>" + LINKS + b"</body></html>"
    result = run("add", f"{base}/", "--allow-private")
    assert result.exit_code == 0, result.output
    added = load(file, {}).sources[1]
    assert (added.url, added.listing.links) == (f"{base}/", "h2.head a")


async def _at_once(_seconds: float) -> None:
    """Stand in for the pace that a host is asked at."""


@pytest.mark.parametrize("command", ["add", "discover"])
def test_a_sitemap_that_only_robots_txt_names_is_found(site, file, monkeypatch, command):
    monkeypatch.setattr("daemon.parse.discovery._USUAL", ())
    address, pages = site
    pages["/"] = b"<title>The Harbour\n News</title><p>Nothing here</p>"
    pages["/robots.txt"] = f"Sitemap: {address}/hidden/news.xml".encode()
    pages["/hidden/news.xml"] = SITEMAP
    done = run(command, address + "/", "--allow-private")
    assert done.exit_code == 0, done.output
    assert "robots.txt names this sitemap" in done.output
    if command == "add":
        added = load(file, {}).sources[1]
        assert (added.name, added.url) == ("The Harbour News", f"{address}/hidden/news.xml")


def test_a_page_with_nothing_to_poll_says_what_to_write(site, file, monkeypatch):
    address, pages = site
    monkeypatch.setattr("daemon.parse.discovery._USUAL", (("/feed", SourceKind.FEED),))
    pages["/"] = b"<p>Nothing here</p>"
    done = run("add", address + "/", "--allow-private")
    assert done.exit_code == 1
    assert f"no: {address}/feed: no such page" in done.output
    assert 'listing = { links = "h2 a" }' in done.output
    assert file.read_text() == CONFIG


@pytest.mark.parametrize("again", [("--name", "First"), ()])
def test_what_is_there_already_is_not_added(site, file, again):
    base, pages = site
    pages["/"] = FEED
    assert run("add", f"{base}/", "--allow-private").exit_code == 0
    before = file.read_text()
    result = run("add", f"{base}/", "--allow-private", *again)
    assert result.exit_code == 1
    assert "already" in result.stderr
    assert file.read_text() == before


def test_an_address_of_one_s_own_network_needs_a_word(site, file):
    result = run("add", f"{site[0]}/")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert file.read_text() == CONFIG


def test_an_opml_file_is_added_with_folders_as_tags_and_free_names(file, tmp_path):
    opml = tmp_path / "reader.opml"
    opml.write_text(OPML)
    shown = run("import", opml, "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert file.read_text() == CONFIG
    assert 'url = "https://other.example/feed"' in shown.stdout
    assert run("import", opml).exit_code == 0
    first, other = load(file, {}).sources
    assert (first.name, other.name, other.tags) == ("First", "First (2)", ("World",))
    assert run("import", opml).exit_code == 0
    assert len(load(file, {}).sources) == 2
