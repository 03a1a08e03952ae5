"""The examples of docs/sources.md are configurations, and what can be polled on loopback is polled."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from servers.http import Response

from daemon.config import load

DOCS = (Path(__file__).parents[2] / "docs/sources.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)
SECRETS = {
    "WIRE_PASSWORD": "hunter2",
    "AGENCY_TOKEN": "t0ken",
    "AGENCY_CLIENT": "desk",
    "INTRANET_PROXY": "http://desk:pr0xy@proxy.intranet.example:3128",
}
HTML = {"Content-Type": "text/html"}
FEED = b"<rss version='2.0'><channel><item><title>Quay opens</title><link>/quay</link></item></channel></rss>"
SITEMAP = b"<urlset><url><loc>https://courier.example/quay</loc></url></urlset>"
JSON = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "https://a.example/quay"}]}'
PAGE = (
    b"<article><h2><a href='/quay'>Quay opens</a></h2><time>2026-11-22</time></article>"
    b"<ul class=minutes><a href='/quay'>Quay</a></ul><a class=thread href='/quay'>Quay</a>"
)


def sources(tmp_path, block):
    (tmp_path / "config.toml").write_text(block, "utf-8")
    (tmp_path / "forum-session.txt").write_text("c00kie")
    return load(tmp_path / "config.toml", SECRETS).sources


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: re.findall('name = "(.*?)"', block)[0])
def test_an_example_is_a_configuration(tmp_path, block):
    assert sources(tmp_path, block)


async def test_the_examples_list_what_their_sites_publish(house, tmp_path):
    """Each on its own host of this machine; a channel page and a proxy are not to be had here."""
    polled = []
    for source in (found for block in BLOCKS for found in sources(tmp_path, block)):
        if "t.me" in source.url or source.access.proxy.reveal():
            continue
        site = house.site(f"site-{len(polled)}")
        path = urlsplit(source.url).path
        body = (
            SITEMAP
            if "sitemap" in path
            else JSON
            if "json" in path
            else PAGE
            if source.listing.links
            else FEED
        )
        site.answers[path] = Response(200, body, HTML)
        polled.append((replace(source, url=f"{site.base}{path}", allow_private=True), site, path))
    house.configure(sources=tuple(source for source, _, _ in polled))
    await house.turn()
    for source, site, path in polled:
        assert house.state(source.name).error == "", source.name
        assert house.state(source.name).last_listed_at, source.name
        (request,) = site.asked(path)
        sent = " ".join(request.headers.values())
        assert all(secret.reveal() in sent for _, secret in source.access.cookies)
        assert (f"Bearer {source.access.bearer.reveal()}" in sent) == bool(source.access.bearer.reveal())
        assert ("Basic " in sent) == bool(source.access.username)
    assert len(polled) == 10
