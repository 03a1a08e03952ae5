"""One mail of each kind, as a mail server receives it, for pictures and for a browser's tests."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from daemon.alert import digest, notice, repeated, together, word
from daemon.deliver import Deliverer
from daemon.model import Alert, Form, Message, Piece, Secret, Severity, Style
from servers.mail import MailServer

MAIL = Style(Form.MAIL)
VIENNA = ZoneInfo("Europe/Vienna")
EVENING = datetime(2025, 9, 12, 18, 56, tzinfo=UTC)

AIRPORT = Alert(
    key="fquonht5ns",
    rule="Drone incursion",
    severity=Severity.HIGH,
    title="Airport reopens after drone incursion halts flights for two hours",
    url="https://northern-wire.example/wire/20250912-airport.html",
    source="northern-wire",
    published=EVENING,
    found=EVENING + timedelta(minutes=6),
    quote=(
        Piece("LUNDBY (Northern Wire) - Flights at Lundby airport resumed on Friday after a "),
        Piece("drone incursion", marked=True),
        Piece(" had closed both runways."),
    ),
    reasons=("the title and the text say «drone incursion»",),
    voices=3,
    copies=4,
)
CORRECTED = replace(AIRPORT, quote=(), reasons=(), news="Corrected: the airport was closed for one hour")
BRIDGE = replace(
    AIRPORT,
    key="w2m4kq7t3a",
    rule="Zapad",
    severity=Severity.CRITICAL,
    title="Pontoon bridge goes up overnight as the exercise Zapad-2025 moves west of the river",
    url="https://harbour-post.example/2025/09/12/pontoon-bridge?utm=none&section=world",
    source="harbour-post",
    published=EVENING - timedelta(hours=3),
    quote=(
        Piece("Engineers closed the crossing at dusk for what the ministry calls part of "),
        Piece("Zapad-2025", marked=True),
        Piece(
            ", an exercise of 13,000 soldiers; two of them told this paper that it had not been announced."
        ),
    ),
    reasons=("the text names the entity «Zapad (exercise)», told apart by «exercise», «Belarus»",),
    voices=1,
    copies=0,
)
ARABIC = replace(
    AIRPORT,
    key="a7rbc3xq2m",
    rule="طائرة مسيرة",
    severity=Severity.NOTICE,
    title="إغلاق مطار لوندبي بعد رصد طائرة مسيرة فوق المدرج",
    url="https://akhbar.example/9912",
    source="أخبار الشمال",
    quote=(
        Piece("أُغلق المطار مساء الجمعة بعد رصد "),
        Piece("طائرة مسيرة", marked=True),
        Piece(" قرب المدرج."),
    ),
    reasons=("the title says «طائرة مسيرة»",),
    voices=1,
    copies=0,
)
LONG = replace(
    AIRPORT,
    key="l0ngl0ngl0",
    severity=Severity.INFO,
    title="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" + "x" * 90,
    url="https://verylong.example/" + "a-path-that-does-not-end-" * 12,
    source="zeitung-der-langen-woerter-und-namen-von-nord-und-sued",
    quote=(Piece("Unbroken" * 45),),
    published=None,
)
MINISTRY = replace(
    AIRPORT,
    key="m1n1stry42",
    rule="Ministry",
    severity=Severity.NOTICE,
    title="国防部：两架无人机越过边界",
    url="https://morning.example/news/42",
    source="早报",
    quote=(Piece("国防部星期五说，两架"), Piece("无人机", marked=True), Piece("越过了边界。")),
    reasons=("the title and the text say «无人机»",),
    voices=5,
    copies=0,
)
PROBLEMS = Message(
    "operator",
    "Tocsin: 3 problems",
    "harbour: cannot be polled: harbour.example: the name is not known\n"
    "quay: lists nothing since 9 September; before, about 30 entries a day\n"
    "2 deliveries were given up: `tocsin deliveries list --state dead` shows what was not told",
    severity=Severity.HIGH,
)


def samples() -> Mapping[str, Message]:
    """Write one message of each kind for a mail program."""
    merged = together([AIRPORT, replace(AIRPORT, rule="Lundby", severity=Severity.NOTICE, key="other")])
    assert merged
    night = [
        MINISTRY,
        BRIDGE,
        ARABIC,
        LONG,
        CORRECTED,
        replace(BRIDGE, key="br1dge2", title="Ministry confirms the bridge", voices=10),
    ]

    def told(alert: Alert) -> Message:
        return word(alert, MAIL, zone=VIENNA)

    return {
        "alert": told(AIRPORT),
        "critical": told(BRIDGE),
        "arabic": told(ARABIC),
        "long": told(LONG),
        "voices": told(replace(AIRPORT, quote=(), reasons=(), voices=10, news="now 10 independent voices")),
        "corrected": told(CORRECTED),
        "several-rules": word(merged, MAIL, zone=VIENNA, keys=["fquonht5ns", "other"]),
        "repeat": repeated(told(AIRPORT)),
        "digest": digest(night, MAIL, zone=VIENNA, reason="held in quiet hours"),
        "operator": notice(PROBLEMS, MAIL),
    }


async def received(messages: Mapping[str, Message]) -> dict[str, EmailMessage]:
    """Send messages through Apprise to a mail server, and give them as they came."""
    sender = Deliverer()
    async with MailServer() as server:
        for name, message in messages.items():
            url = Secret(f"mailto://127.0.0.1:{server.port}/?from=tocsin@example.org&to={name}@example.org")
            outcome = await sender.send(url, message, timedelta(seconds=20))
            assert outcome.ok, outcome
        return dict(zip(messages, server.mails, strict=True))


def html_of(mail: EmailMessage) -> str:
    """Give the HTML part of a mail."""
    part = mail.get_body(("html",))
    assert part, mail
    return str(part.get_content())


def mails() -> dict[str, str]:
    """Give the HTML of one mail of each kind, by name."""
    return {name: html_of(mail) for name, mail in asyncio.run(received(samples())).items()}
