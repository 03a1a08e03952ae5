import asyncio
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser
from servers.http import Fault, HttpServer, Response
from servers.mail import MailFault
from servers.mails import html_of, received, samples

from daemon.deliver import Deliverer, check
from daemon.model import Form, Message, Outcome, Secret, Severity

WITHIN = timedelta(seconds=10)
HOOK = Secret("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7/#alerts")
BOT = Secret("slack://xoxb-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d/#alerts")

NEWS = Message(
    key="k3y",
    title="[high] drones: A title",
    text=r"**[A \<\!channel\> title](<https://news.example/a?x=1&y=2>)** found",
    form=Form.MARKDOWN,
    severity=Severity.HIGH,
)
PLAIN = Message(
    key="k3y", title="[high] drones: A title", text="A title <!channel>", headers={"X-Tocsin-Alert": "k3y"}
)


@pytest.mark.parametrize("url", [HOOK, BOT])
async def test_slack_takes_a_message_with_a_link_and_rings_for_nobody(url, slack, slack_server, deliverer):
    assert (await deliverer.style(url)).form is Form.MARKDOWN
    outcome = await deliverer.send(url, NEWS, WITHIN)
    assert replace(outcome, receipt="") == Outcome(ok=True, kind="sent", detail="HTTP 200")
    (post,) = slack.posts
    assert post.place == "#alerts"
    assert "*<https://news.example/a?x=1&amp;y=2|A &lt;!channel&gt; title>* found" in post.text


async def test_a_follow_up_stands_under_its_alert_where_a_bot_posts(slack, slack_server, deliverer):
    first = await deliverer.send(BOT, NEWS, WITHIN)
    assert first.receipt == "1700000001.000100"
    assert (await deliverer.send(BOT, replace(NEWS, thread=first.receipt), WITHIN)).ok
    assert [post.payload.get("thread_ts") for post in slack.posts] == [None, first.receipt]
    assert (await deliverer.send(HOOK, replace(NEWS, thread=first.receipt), WITHIN)).ok
    assert [post.place for post in slack.posts] == ["#alerts"] * 3


async def test_a_webhook_gets_the_key_in_a_header_and_the_text_as_it_is(webhook, webhook_server, deliverer):
    outcome = await deliverer.send(Secret(f"json://{webhook_server.address}/hook"), PLAIN, WITHIN)
    assert outcome.ok
    (request,) = webhook.requests
    assert request.headers["x-tocsin-alert"] == "k3y"
    assert request.json()["message"] == "A title <!channel>"
    assert request.json()["title"] == "[high] drones: A title"


def mailto(port: int, to: str = "desk@example.org") -> Secret:
    return Secret(f"mailtos://127.0.0.1:{port}/?from=tocsin@example.org&to={to}&mode=starttls")


async def test_a_mail_goes_by_starttls_in_two_parts(mail_server, deliverer):
    message = Message(
        key="k3y",
        title="[high] drones: Tytuł",
        text="plain",
        html="<p>Tytuł <b>drone</b></p>",
        form=Form.MAIL,
        headers={"X-Tocsin-Alert": "k3y", "References": "<k3y@tocsin.invalid>"},
    )
    assert (await deliverer.style(mailto(mail_server.port))).form is Form.MAIL
    assert await deliverer.send(mailto(mail_server.port), message, WITHIN) == Outcome(ok=True)
    (mail,) = mail_server.mails
    assert mail["Subject"] == "[high] drones: Tytuł"
    assert mail["X-Tocsin-Alert"] == "k3y"
    assert mail["References"] == "<k3y@tocsin.invalid>"
    html, plain = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html
    assert plain
    assert "<b>drone</b>" in html.get_content()
    assert "Tytuł drone" in plain.get_content()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            Response(429, b"slow down", {"Retry-After": "7"}),
            {"kind": "http_429", "permanent": False, "retry_after": timedelta(seconds=7)},
        ),
        (
            Response(
                503,
                headers={
                    "Retry-After": "Sun, 22 Nov 2026 12:00:30 GMT",
                    "Date": "Sun, 22 Nov 2026 12:00:00 GMT",
                },
            ),
            {"kind": "http_503", "permanent": False, "retry_after": timedelta(seconds=30)},
        ),
        (Response(500), {"kind": "http_500", "permanent": False, "retry_after": None}),
        (Response(502), {"kind": "http_502", "permanent": False, "unknown": True}),
        (Response(504), {"kind": "http_504", "permanent": False, "unknown": True}),
        (Response(404, b"no_team"), {"kind": "http_404", "permanent": True}),
        (Response(403), {"kind": "http_403", "permanent": True}),
        (Response(408), {"kind": "http_408", "permanent": False}),
        (Response(200, b"<html>Log in to this network"), {"kind": "rejected", "permanent": False}),
        (
            Response(200, b'{"ok": false, "error": "channel_not_found"}'),
            {"kind": "rejected", "permanent": True},
        ),
        (Response(200, b'{"ok": false, "error": "ratelimited"}'), {"kind": "rejected", "permanent": False}),
        (Fault.RESET_UNHEARD, {"kind": "dropped", "unknown": True}),
        (Fault.RESET_HEARD, {"kind": "dropped", "unknown": True}),
        (Fault.GARBLE_HEARD, {"kind": "dropped", "unknown": True}),
    ],
    ids=str,
)
async def test_what_slack_answers_is_told_apart(fault, expected, slack_server, deliverer):
    slack_server.faults.append(fault)
    outcome = await deliverer.send(HOOK, NEWS, WITHIN)
    assert not outcome.ok
    assert {name: getattr(outcome, name) for name in expected} == expected
    assert outcome.unknown == expected.get("unknown", False)
    assert outcome.detail


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (MailFault.TRY_LATER, ("smtp_451", False, False)),
        (MailFault.NO_SUCH_USER, ("smtp_550", True, False)),
        (MailFault.DATA_TRY_LATER, ("smtp_452", False, False)),
        (MailFault.DATA_REFUSED, ("smtp_554", True, False)),
        (MailFault.DROP_UNHEARD, ("dropped", False, True)),
        (MailFault.DROP_HEARD, ("dropped", False, True)),
    ],
)
async def test_what_a_mail_server_answers_is_told_apart(fault, expected, mail_server, deliverer):
    mail_server.faults.append(fault)
    outcome = await deliverer.send(mailto(mail_server.port), PLAIN, WITHIN)
    assert (outcome.kind, outcome.permanent, outcome.unknown) == expected
    assert len(mail_server.mails) == (1 if fault is MailFault.DROP_HEARD else 0)


async def test_nobody_listens(deliverer, unused_tcp_port):
    outcome = await deliverer.send(Secret(f"json://127.0.0.1:{unused_tcp_port}/"), PLAIN, WITHIN)
    assert (outcome.kind, outcome.unknown, outcome.permanent) == ("refused", False, False)
    outcome = await deliverer.send(mailto(unused_tcp_port), PLAIN, WITHIN)
    assert (outcome.kind, outcome.unknown, outcome.permanent) == ("refused", False, False)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP])
async def test_a_send_without_end_is_cut_off_and_delays_no_other(fault, webhook, webhook_server, deliverer):
    async with HttpServer(webhook) as other:
        webhook_server.faults.append(fault)
        bad, good = Secret(f"json://{webhook_server.address}/?rto=30"), Secret(f"json://{other.address}/")
        first = asyncio.create_task(deliverer.send(bad, PLAIN, timedelta(seconds=0.6)))
        assert (await deliverer.send(good, PLAIN, WITHIN)).ok
        assert not first.done()
        outcome = await first
        assert (outcome.kind, outcome.unknown) == ("timeout", True)
        assert (await deliverer.send(bad, PLAIN, WITHIN)).ok


async def test_slack_and_a_mail_server_that_hang_are_cut_off_too(slack_server, mail_server, deliverer):
    slack_server.faults.append(Fault.DRIP)
    mail_server.faults.append(MailFault.HANG)
    for url in (HOOK, mailto(mail_server.port)):
        outcome = await deliverer.send(url, PLAIN, timedelta(seconds=0.5))
        assert (outcome.kind, outcome.unknown) == ("timeout", True)
        assert (await deliverer.send(url, PLAIN, WITHIN)).ok


async def test_forty_dead_targets_leave_a_place_for_a_living_one(webhook, webhook_server):
    deliverer = Deliverer(limit=2)
    async with HttpServer(webhook) as dead:
        dead.faults.extend([Fault.HANG] * 40)
        short = timedelta(seconds=0.05)
        sends = [deliverer.send(Secret(f"json://{dead.address}/{n}?rto=30"), PLAIN, short) for n in range(40)]
        alive = asyncio.create_task(
            deliverer.send(Secret(f"json://{webhook_server.address}/"), PLAIN, WITHIN)
        )
        outcomes = await asyncio.gather(*sends)
        assert {outcome.kind for outcome in outcomes} <= {"timeout", "busy"}
        assert (await alive).ok


async def test_one_target_gets_one_message_at_a_time(webhook, webhook_server, deliverer):
    target = Secret(f"json://{webhook_server.address}/?rto=30")
    webhook_server.faults.append(Fault.HANG)
    first = asyncio.create_task(deliverer.send(target, PLAIN, timedelta(seconds=0.3)))
    second = asyncio.create_task(deliverer.send(target, PLAIN, timedelta(seconds=0.2)))
    assert (await second).kind == "busy"
    assert (await first).kind == "timeout"
    assert len(webhook.requests) == 1


async def test_a_target_that_cannot_be_freed_is_named(webhook_server, deliverer, monkeypatch):
    monkeypatch.setattr("daemon.deliver.deliverer._STUCK", 0.0)
    target = Secret(f"json://{webhook_server.address}/?rto=30")
    webhook_server.faults.append(Fault.HANG)
    first = asyncio.create_task(deliverer.send(target, PLAIN, timedelta(seconds=0.3)))
    await asyncio.sleep(0)  # the first goes first
    outcome = await deliverer.send(target, PLAIN, timedelta(seconds=0.2))
    assert (outcome.kind, outcome.permanent, outcome.unknown) == ("stuck", False, False)
    await first


async def test_a_target_that_asked_for_a_pause_gets_one(webhook, webhook_server, deliverer):
    target = Secret(f"json://{webhook_server.address}/")
    webhook_server.faults.append(Response(429, headers={"Retry-After": "60"}))
    assert (await deliverer.send(target, PLAIN, WITHIN)).kind == "http_429"
    outcome = await deliverer.send(target, PLAIN, WITHIN)
    assert outcome.kind == "busy"
    assert outcome.retry_after
    assert timedelta(seconds=50) < outcome.retry_after <= timedelta(seconds=60)
    assert timedelta(seconds=50) < deliverer.rest(target) <= timedelta(seconds=60)
    assert deliverer.rest(HOOK) == timedelta()
    assert webhook.requests == []


async def test_slack_is_not_sent_more_than_it_wants(slack, slack_server, deliverer):
    outcomes = [await deliverer.send(HOOK, NEWS, timedelta(seconds=1)) for _ in range(7)]
    assert [outcome.kind for outcome in outcomes[:5]] == ["sent"] * 5
    assert outcomes[6].kind == "busy"
    assert len(slack.posts) < 7


@pytest.mark.parametrize(
    "url",
    [
        "",
        "slack",
        "slack://",
        "nosuch://host/",
        "slack://one/two",
        "mailto://",
        "https://[",
        "\x00",
        "json://",
    ],
)
async def test_an_address_that_apprise_does_not_know_is_named(url, deliverer):
    assert check(Secret(url))
    outcome = await deliverer.send(Secret(url), PLAIN, WITHIN)
    assert (outcome.ok, outcome.permanent) == (False, True)


def test_an_address_with_two_recipients_is_named():
    assert check(HOOK) is None
    assert "2 recipients" in (check(Secret("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7/#a/#b")) or "")
    assert check(mailto(25)) is None


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        (
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7/#alerts",
            ["T1JJ3T3L2", "TIiajkdnlazkcOXrIdevi7"],
        ),
        (
            "slack://xoxb-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d/#a",
            ["xoxb-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d"],
        ),
        (
            "discord://417421629802/JHZ7lQml277CDHmQKMHI8qBe7bk2ZwO5UKjCiOAF7711o33MyqU3",
            ["417421629802", "JHZ7lQml277CDHmQ"],
        ),
    ],
)
async def test_nothing_that_is_told_or_logged_holds_a_secret(url, secrets, slack_server, deliverer, logged):
    slack_server.faults += [
        Response(403, f"bad token in {url} at {secrets[0]}".encode()),
        Fault.RESET_UNHEARD,
    ]
    outcomes = [await deliverer.send(Secret(url), NEWS, WITHIN) for _ in range(2)]
    assert "bad token in" in outcomes[0].detail
    told = repr(outcomes) + repr(logged)
    assert not any(secret in told for secret in secrets)


async def test_a_mail_servers_word_is_told_without_the_password(mail_server, deliverer):
    url = Secret(
        f"mailtos://tocsin:s3cr3tpass@127.0.0.1:{mail_server.port}/?from=t@example.org&to=d@example.org"
    )
    outcome = await deliverer.send(url, PLAIN, WITHIN)
    assert not outcome.ok
    assert "s3cr3tpass" not in repr(outcome)


def test_a_bad_address_is_not_logged(logged, capfd):
    for url in (
        "slack://s3cr3ttoken",
        "nosuch://s3cr3ttoken",
        "slack://xoxb-1/s3cr3ttoken/?mode=s3cr3ttoken",
    ):
        assert check(Secret(url))
    assert "s3cr3t" not in repr(logged) + "".join(capfd.readouterr())


async def test_a_mails_plain_part_says_what_its_html_part_says():
    messages = samples()
    for name, mail in (await received(messages)).items():
        plain = mail.get_body(("plain",))
        assert plain, name
        words = Counter(_words(plain.get_content()))
        assert Counter(_words(messages[name].text)) <= words, name
        assert words.keys() == set(_words(shown(html_of(mail)))), name


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d]\w*", text)  # an item's number in a list is none


def shown(html: str) -> str:
    body = LexborHTMLParser(html.replace("<br>", "\n")).body
    assert body
    return body.text()
