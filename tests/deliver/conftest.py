import logging
import ssl
from collections.abc import AsyncIterator, Iterator

import pytest
import trustme
from servers.http import HttpServer
from servers.mail import MailServer
from servers.slack import Slack
from servers.webhook import Webhook

from daemon.deliver import Deliverer, check
from daemon.model import Secret

HOSTS = ("hooks.slack.com", "slack.com", "discord.com", "api.telegram.org", "127.0.0.1", "localhost")


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(context)
    return context


@pytest.fixture
def _trusted(authority, tmp_path, monkeypatch) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What a daemon's log would hold, at its chattiest (pytest's own capture hears muted loggers too)."""
    lines: list[str] = []
    handler, root = logging.Handler(), logging.getLogger()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
async def slack_server(slack, tls, _trusted, monkeypatch) -> AsyncIterator[HttpServer]:
    """Slack behind a proxy: Apprise's own slack:// traffic, TLS and all, comes here."""
    async with HttpServer(slack, tls) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{server.address}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield server


@pytest.fixture
def webhook() -> Webhook:
    return Webhook()


@pytest.fixture
async def webhook_server(webhook) -> AsyncIterator[HttpServer]:
    async with HttpServer(webhook) as server:
        yield server


@pytest.fixture
async def mail_server(tls, _trusted) -> AsyncIterator[MailServer]:
    async with MailServer(tls) as server:
        yield server


@pytest.fixture
def deliverer() -> Deliverer:
    check(Secret("json://127.0.0.1/"))  # imports Apprise, so that no test's time goes into it
    return Deliverer()
