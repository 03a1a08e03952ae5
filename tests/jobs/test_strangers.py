"""What strangers write: whatever it holds, it neither stops the pipe nor floods it."""

import json

from servers.http import Response
from servers.strangers import TEXTS, URLS
from servers.world import Item

from daemon.store import entries

JSON = {"Content-Type": "application/feed+json"}


def json_feed(*items: dict) -> Response:
    body = {"version": "https://jsonfeed.org/version/1.1", "title": "Strangers", "items": items}
    return Response(200, json.dumps(body).encode(), JSON)


async def test_any_text_rings_once(house):
    site = house.site("harbour")
    await house.turn()
    site.answers["/feed"] = json_feed(
        *(
            {
                "id": text[:40] + str(n),
                "url": f"{site.base}/{n}",
                "title": f"Ferry {n} {text}",
                "content_text": text,
            }
            for n, text in enumerate(TEXTS)
        )
    )
    for _ in range(3):
        await house.turn(hours=3)
    stored = house.store.read_now(lambda conn: entries.page(conn, limit=1000))
    assert len(stored) == len(TEXTS)
    assert {entry.fate.value for entry in stored} <= {"delivered", "duplicate"}
    messages = [request.headers["x-tocsin-alert"] for request in house.webhook.requests]
    assert len(messages) == len(set(messages))
    assert len(messages) > len(TEXTS) / 2


async def test_any_address_is_an_entry_of_its_own(house):
    site = house.site("harbour")
    await house.turn()
    site.answers["/feed"] = json_feed(
        *({"id": f"entry-{n}", "url": url, "title": f"Ferry number {n}"} for n, url in enumerate(URLS))
    )
    for _ in range(3):
        await house.turn(hours=3)
    told = [title for title in house.told() if "independent voices" not in title]
    assert len(told) == len(set(told)) == len(URLS)


async def test_any_page_is_read_or_matched_on_the_feeds_words(house):
    site = house.site("harbour")
    await house.turn()
    pages = (
        b"",
        b"\x00" * 1000,
        b"\xff\xfe\x00" * 1000,
        b"<html><body>" + b"<div>" * 2000,
        b"%PDF-1.7 nothing to read",
        b"<script>while(1){}</script>",
        "<title>Ferry \ud83d</title>".encode("utf-16", "surrogatepass"),
    )
    for n, body in enumerate(pages):
        site.items.append(Item(f"page-{n}", f"Ferry number {n} of the line"))
        site.answers[f"/page-{n}"] = Response(200, body, {"Content-Type": "text/html"})
    for _ in range(3):
        await house.turn(hours=3)
    told = house.told()
    assert len(told) == len(set(told))
    fates = house.fates()
    assert len(fates) == len(pages)
    assert set(fates.values()) <= {"delivered", "duplicate"}


async def test_one_listing_of_a_thousand_entries_is_stored_once(house):
    site = house.site("harbour", *(Item(f"old-{n}", f"Old ferry {n}", f"Text {n}") for n in range(1000)))
    for _ in range(2):
        await house.turn(minutes=5)
    stored = house.store.read_now(lambda conn: entries.page(conn, limit=5000))
    assert len(stored) == 1000
    assert {entry.fate.value for entry in stored} == {"backlog"}
    assert house.told() == []
    assert site.asked("/old-1") == []
