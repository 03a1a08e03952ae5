"""What strangers write, all the way through Apprise and TLS into what a service is asked to show."""

import asyncio
import re
from datetime import UTC, timedelta

import pytest
from servers.strangers import TEXTS

from daemon.alert import word
from daemon.model import Alert, Piece, Secret, Severity

WITHIN = timedelta(seconds=20)


def hostile(text: str) -> Alert:
    return Alert(
        key="k3y",
        rule=text,
        severity=Severity.HIGH,
        title=text,
        url="https://news.example/1?a=1&b=2",
        source=text,
        quote=(Piece(f"{text} "), Piece(text, marked=True), Piece(f" {text}")),
        reasons=(text,),
    )


async def tell_all(deliverer, url) -> None:
    """Tell every hostile text, each to a target of its own, so that none waits for its turn."""

    async def tell(number: int, text: str) -> None:
        target = Secret(url.format(number))
        message = word(hostile(text), await deliverer.style(target), zone=UTC)
        await deliverer.send(target, message, WITHIN)

    await asyncio.gather(*(tell(number, text) for number, text in enumerate(TEXTS)))


@pytest.mark.parametrize("how", ["", "?blocks=yes"])
async def test_slack_shows_one_link_and_calls_nobody(how, slack, slack_server, deliverer):
    await tell_all(deliverer, "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi{}/#alerts" + how)
    assert len(slack.posts) == len(TEXTS)
    for post in slack.posts:
        anchors = re.findall(r"<[^>]*>", post.text)
        assert [anchor.partition("|")[0] for anchor in anchors] == ["<https://news.example/1?a=1&amp;b=2"]
        assert not re.search(r"<[!@#]|@(everyone|here|channel|all)", post.text)
        assert post.text.count("<") == 1
        assert post.text.count("*") in {2, 4}
        assert "\\" not in post.text
        assert post.text.endswith("Alert k3y")


LINK = "https://news.example/1?a=1&b=2"


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("discord://4174216298{:02}/JHZ7lQml277CDHmQKMHI8qBe7bk2ZwO5UKjCiOAF7711o33MyqU344Qpgv7", "content"),
        ("tgram://1234567{:02}:AAEhCZ2ZBVvBYHXYmlDk_ZmPYNvLsEdHXMo/12315544", "text"),
    ],
    ids=["discord", "telegram"],
)
async def test_chats_with_markdown_show_one_link_and_call_nobody(url, field, slack, slack_server, deliverer):
    await tell_all(deliverer, url)
    assert len(slack.requests) >= len(TEXTS)
    for request in slack.requests:
        shown = request.json()[field]
        assert re.findall(r"(?<!\\)\]\(<?([^)>]*)", shown) == [LINK]
        assert not re.search(r"@(everyone|here|channel|all)|<@\w", shown)
