"""Every fifth message meets a fault, and each arrives all the same."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from servers.http import Fault, Response
from servers.mail import MailFault

from daemon.alert import next_attempt
from daemon.deliver import Deliverer
from daemon.model import DeliveryState, Form, Message, Outcome, Secret

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WITHIN = timedelta(seconds=20)
HTTP = (
    Response(429, headers={"Retry-After": "0"}),
    Response(500),
    Response(200, b'{"ok": false, "error": "fatal_error"}'),
    Fault.RESET_UNHEARD,
    Fault.RESET_HEARD,
)
MAIL = (MailFault.TRY_LATER, MailFault.DATA_TRY_LATER, MailFault.DROP_UNHEARD, MailFault.DROP_HEARD)


async def deliver(deliverer: Deliverer, url: Secret, message: Message) -> list[Outcome]:
    """Do as the outbox does, with a clock that need not be waited for; give every outcome."""
    outcomes: list[Outcome] = []
    state, attempts = DeliveryState.PENDING, 0
    while state in {DeliveryState.PENDING, DeliveryState.FAILED}:
        outcomes.append(await deliverer.send(url, message, WITHIN))
        after = next_attempt(attempts, outcomes[-1], NOW, 0.5)
        state, attempts = after.state, after.attempts
    assert state is DeliveryState.SENT, outcomes
    return outcomes


@pytest.mark.parametrize("seed", range(3))
async def test_slack_and_mail_get_all_and_more_only_of_lost_replies(
    seed, slack, slack_server, mail_server, deliverer
):
    chance = random.Random(seed)
    slack_server.faults.extend(chance.choice(HTTP) if chance.random() < 0.2 else None for _ in range(200))
    mail_server.faults.extend(chance.choice(MAIL) if chance.random() < 0.2 else None for _ in range(200))
    slack_url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi{}/#a"
    mail_url = f"mailtos://127.0.0.1:{mail_server.port}/?from=t@example.org&to=desk{{}}@example.org"
    message = Message("", "A title", "A text", form=Form.MARKDOWN)
    sends = [
        deliver(deliverer, Secret(url.format(n)), replace(message, key=f"k{n}", text=f"Alert k{n}."))
        for url in (slack_url, mail_url)
        for n in range(25)
    ]
    doubts = Counter(o.unknown for outcomes in await asyncio.gather(*sends) for o in outcomes)[True]
    posts = Counter(post.text for post in slack.posts)
    mails = Counter(mail.get_body(("plain",)).get_content().strip() for mail in mail_server.mails)
    wanted = {f"Alert k{n}." for n in range(25)}
    assert set(posts) == set(mails) == wanted
    assert 50 <= sum(posts.values()) + sum(mails.values()) <= 50 + doubts
