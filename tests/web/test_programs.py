"""What programs read of the desk: the feeds, the API as its description promises, and their tokens."""

import asyncio
import base64
import json
from datetime import timedelta

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from daemon.config import WebSettings
from daemon.model import Silence
from daemon.store import alerts, silences, tokens
from daemon.store.tokens import Scope
from daemon.web import open_desk

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/feeds/alerts.atom", "/feeds/alerts.json"]


async def test_atom_tells_what_rang_and_is_well_formed(visit):
    answer = visit.browser.get("/feeds/alerts.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    tree = etree.fromstring(answer.content)
    entries = tree.findall(f"{ATOM}entry")
    assert len(entries) == 4
    titles = [entry.findtext(f"{ATOM}title") for entry in entries]
    assert "A new ferry for the islands" in titles
    assert any("<script>alert(1)</script>" in title for title in titles)
    contents = "".join(entry.findtext(f"{ATOM}content") for entry in entries)
    assert "<blockquote>" in contents
    assert "<mark>drone incursion</mark>" in contents
    assert "<p>«ferry» in the title</p>" in contents
    assert "&lt;blockquote" not in contents
    assert "<script" not in contents
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 4


async def test_json_feed_tells_the_same(visit):
    feed = visit.browser.get("/feeds/alerts.json").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["tags"][0] for item in feed["items"]] == ["ferries", "drones", "drones", "ferries"]
    assert all(item["id"].startswith("urn:tocsin:alert:") for item in feed["items"])
    contents = "".join(item["content_html"] for item in feed["items"])
    assert "<p>«ferry» in the title</p>" in contents
    assert "<script" not in contents


async def test_a_feed_is_of_one_rule_a_tag_or_a_channel(visit):
    def count(asked: str) -> int:
        return len(visit.browser.get(f"/feeds/alerts.json?{asked}").json()["items"])

    from dataclasses import replace

    drones, ferries = visit.house.context.config.rules
    visit.house.configure(rules=(replace(drones, tags=("sky",)), ferries))
    assert count("rule=ferries") == 2
    assert count("tag=sky") == 2
    assert count("tag=sky&rule=drones&channel=desk") == 2
    assert count("channel=desk") == 4
    for asked in ("rule=nobody", "tag=nothing", "channel=nowhere", "tag=sky&rule=ferries"):
        assert visit.browser.get(f"/feeds/alerts.atom?{asked}").status_code == 404


@pytest.mark.parametrize("path", FEEDS)
async def test_who_has_a_feed_already_is_told_so(visit, path):
    first = visit.browser.get(path)
    again = visit.browser.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_feed_without_alerts_stands(visit):
    visit.house.store.write_now(lambda conn: conn.exec_driver_sql("DELETE FROM alerts"))
    assert etree.fromstring(visit.browser.get("/feeds/alerts.atom").content) is not None
    assert visit.browser.get("/feeds/alerts.json").json()["items"] == []


async def test_what_xml_cannot_carry_is_replaced(visit):
    visit.house.store.write_now(
        lambda conn: conn.exec_driver_sql("UPDATE articles SET title = 'a' || char(7) || 'b' || char(65534)")
    )
    tree = etree.fromstring(visit.browser.get("/feeds/alerts.atom").content)
    assert "a\ufffdb\ufffd" in [title.text for title in tree.iter(f"{ATOM}title")]


async def test_a_token_opens_what_it_is_for(visit):
    now = visit.house.clock.now
    visit.house.store.write_now(lambda conn: tokens.add(conn, "reader", Scope.READ, "sesame", now))
    visit.house.store.write_now(lambda conn: tokens.add(conn, "prom", Scope.METRICS, "numbers", now))

    def ask(given: str) -> int:
        return visit.browser.get("/api/v1/alerts", headers={"Authorization": given}).status_code

    basic = base64.b64encode(b"anybody:sesame").decode()
    assert ask("Bearer sesame") == 200
    assert ask(f"Basic {basic}") == 200
    assert ask("Bearer numbers") == 403
    for wrong in ("Bearer Sesame", "Bearer", "Basic !", "Basic c2VzYW1l", "sesame"):
        assert ask(wrong) == 401
    refused = visit.browser.get(FEEDS[0], headers={"Authorization": "Bearer no"})
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")
    visit.house.store.write_now(lambda conn: tokens.remove(conn, "reader"))
    assert ask("Bearer sesame") == 401


async def test_the_api_tells_what_the_store_holds(visit):
    told = visit.browser.get("/api/v1/alerts?limit=3").json()
    assert [each["rule"] for each in told["alerts"]] == ["ferries", "drones", "drones"]
    rest = visit.browser.get(f"/api/v1/alerts?before={told['next']}").json()
    assert [each["rule"] for each in rest["alerts"]] == ["ferries"]
    assert rest["next"] is None
    rules = visit.browser.get("/api/v1/rules").json()["rules"]
    assert [(rule["name"], rule["hits_a_day"][-1]) for rule in rules] == [("drones", 2), ("ferries", 2)]
    first, *_ = visit.browser.get("/api/v1/sources?limit=1").json()["sources"]
    assert first["failures"] > 0
    assert visit.browser.get("/api/v1/sources?limt=1").json() == {
        "error": "there is no parameter «limt»; known: after, limit, q"
    }


async def test_the_api_tells_what_is_silenced(visit):
    now = visit.house.clock.now
    silence = Silence(now - timedelta(hours=1), now + timedelta(hours=1), rule="ferries", why="fog")
    visit.house.store.write_now(lambda conn: silences.add(conn, silence, now))
    (told,) = visit.browser.get("/api/v1/silences").json()["silences"]
    assert (told["rule"], told["why"], told["in_force"]) == ("ferries", "fog", True)


async def test_the_api_is_what_its_description_promises(visit):
    key = visit.house.store.read_now(lambda conn: alerts.page(conn, limit=1))[0].key
    visit.house.configure(web=WebSettings(listen="127.0.0.1:0"))
    async with open_desk(lambda: visit.house.context) as address:
        await asyncio.to_thread(keep_promises, address, key)


def keep_promises(address: str, key: str) -> None:
    """Ask everything that the description allows, and much that it does not."""
    schema = schemathesis.openapi.from_url(f"{address}api/v1/openapi.json")
    schema.config.update(base_url=f"{address}api/v1")
    asked = []
    for found in schema.get_all_operations():
        operation = found.ok()
        asked.append(operation.path)
        for mode in schemathesis.GenerationMode:
            # What takes no parameter cannot be asked wrongly.
            if operation.path != "/silences" or mode is schemathesis.GenerationMode.POSITIVE:
                _ask(operation, mode)
    assert len(asked) == 8
    case = schema["/alerts/{key}"]["GET"].Case(path_parameters={"key": key})
    assert case.call_and_validate().status_code == 200


def _ask(operation, mode) -> None:
    @given(data=st.data())
    @settings(
        max_examples=6,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def asking(data) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        case.call_and_validate()

    asking()


async def test_the_description_is_served_as_it_is(visit):
    described = visit.browser.get("/api/v1/openapi.json").json()
    assert json.dumps(described).count("operationId") == 8
