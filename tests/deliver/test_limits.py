"""Each service's limit: a message is cut by sense before it is sent, and never refused for its length."""

from dataclasses import replace
from datetime import UTC

import pytest

from daemon.alert import digest, notice, word
from daemon.deliver import service
from daemon.model import Alert, Message, Piece, Secret, Severity

URLS = (
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7/#alerts",
    "discord://4174216298/JHZ7lQml277CDHmQKMHI8qBe7bk2ZwO5UKjCiOAF7711o33MyqU344Qpgv7",
    "tgram://123456789:AAEhCZ2ZBVvBYHXYmlDk_ZmPYNvLsEdHXMo/12315544",
    "gchat://workspace/key/token",
    "rocket://user:pass@localhost/#Channel",
    "mmost://localhost/3ccdd113474722377935511fc85d3dd4",
    f"webex://{'a' * 80}",
    f"pover://{'u' * 30}@{'a' * 30}",
    "mastodon://token@localhost",
    "bulksms://user:pass@+15555551234",
    "ntfy://localhost/topic",
    f"zulip://bot@org/{'a' * 32}/stream",
)
TEXTS = ("Ordinary words of a headline ", "<&> ", "*_`~ ", "(a) [b] #c! ", "---\n===\n", "漢字")
LONG = 1_500  # characters, which exceed every limit when told as often as below


def hostile(text: str) -> Alert:
    text = (text * LONG)[:LONG]
    pieces = (Piece(text), Piece(text[:90], marked=True))
    alert = Alert("k3yk3yk3yk", "rule", Severity.HIGH, text, "https://news.example/1?a=1&b=2", source=text)
    return replace(alert, quote=pieces, reasons=(text,) * 20)


def sent(url: str, message_for) -> tuple[list[dict], int, int]:
    """Give what Apprise would hand to the service, and how long its title and its text may be."""
    target, given = service.understand(Secret(url)), []
    assert target is not None, url
    target.send = lambda **parts: given.append(parts) or True
    assert service._notify(target, message_for(service.style_of(target)))
    return given, target.title_maxlen, target.body_maxlen


@pytest.mark.parametrize("url", URLS, ids=lambda url: url.partition(":")[0])
@pytest.mark.parametrize("text", TEXTS)
def test_whatever_is_told_fits_into_one_message(url, text):
    alert = hostile(text)
    warned = Message("operator", f"Tocsin: {alert.title[:100]}", f"{alert.title}\n" * 30)
    kinds = {
        "alert": lambda style: word(alert, style, zone=UTC),
        "digest": lambda style: digest([alert] * 30, style, zone=UTC),
        "notice": lambda style: notice(warned, style),
    }
    for kind, message_for in kinds.items():
        (given,), title, body = sent(url, message_for)
        assert len(given.get("title") or "") <= title, kind
        assert len(given["body"]) <= body, kind
        assert kind != "alert" or "k3yk3yk3yk" in given["body"]


def test_a_service_without_titles_is_told_the_headline_once():
    (given,), *_ = sent(
        "mmost://localhost/3ccdd113474722377935511fc85d3dd4", lambda style: word(NEWS, style, zone=UTC)
    )
    assert given["body"].count("Harbour closed") == 1
    assert not given.get("title")


NEWS = Alert("k3y", "drones", Severity.HIGH, "Harbour closed", "https://news.example/1")
