"""What happens under systemd: run by test_service.py, with the installed command as its argument.

It starts, becomes ready, polls, tells Slack and a mail server, takes up a new rule, hangs and is
killed by the watchdog, comes back without losing an alert, and stops cleanly.
"""

import asyncio
import shutil
import ssl
import sys
from datetime import UTC, datetime
from pathlib import Path

import trustme

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from servers.http import HttpServer
from servers.mail import MailServer
from servers.slack import Slack
from servers.systemd import journal, run, show, until

from daemon.runtime.demo.newsroom import Newsroom

TOCSIN = Path(sys.argv[1])
ETC = Path("/etc/tocsin")
TOKEN = "k3wZ9sLr0vXq2bTnYd7mEfGh"

CONFIG = """\
[daemon]
contact = "desk@example.org"
[[rules]]
name = "drones"
any = ["drone incursion"]
severity = "high"
[[channels]]
name = "slack"
url = "credential:tocsin_slack"
[[channels]]
name = "mail"
url = "credential:tocsin_mail"
"""

NEW_RULE = """
[[rules]]
name = "kites"
any = ["kite festival"]
"""

LATER = """
[[articles]]
slug = "kites"
title = "Kite festival on the west quay"
author = "Marta Lindqvist"
minutes_ago = 2
published = 2
summary = "A kite festival for everybody."
paragraphs = ["The kite festival begins at noon; the wind is expected to play along."]

[[articles]]
slug = "second-incursion"
title = "A second drone incursion closes the port"
author = "Marta Lindqvist"
minutes_ago = 1
published = 3
summary = "Another drone incursion, this time over the port."
paragraphs = ["A second drone incursion within a week closed the port for an hour on Saturday."]
"""


async def write_files(newsroom: Newsroom, proxy: HttpServer, mail: MailServer, bundle: Path) -> None:
    await run(TOCSIN, "service", "install")
    sources = "".join(
        f'[[sources]]\nname = "{s.name}"\nurl = "{s.url}"\nallow_private = true\nevery = "1s"\n'
        for s in newsroom.sources()
        if s.kind == "feed"
    )
    (ETC / "config.toml").write_text(CONFIG + sources)
    secrets = {
        "slack": f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN}",
        "mail": f"mailtos://127.0.0.1:{mail.port}/?mode=starttls&from=t@example.org&to=d@example.org",
    }
    for name, text in secrets.items():
        (ETC / "credentials" / name).write_text(text)
    dropin = Path("/etc/systemd/system/tocsin.service.d/test.conf")
    dropin.parent.mkdir()
    dropin.write_text(
        f"[Service]\nWatchdogSec=5\nTimeoutAbortSec=1\nEnvironment=HTTPS_PROXY=http://{proxy.address} "
        f"REQUESTS_CA_BUNDLE={bundle} SSL_CERT_FILE={bundle}\n"
    )
    await run("systemctl", "daemon-reload")


async def live(newsroom: Newsroom, slack: Slack, mail: MailServer) -> None:
    def told(words: str) -> bool:
        by_mail = any(words in str(m["Subject"]) for m in mail.mails)
        return by_mail and any(words in post.text for post in slack.posts)

    await run("systemctl", "start", "tocsin")  # comes back only when the service said READY
    assert await show("tocsin", "ActiveState") == "active"
    while "polled" not in await journal("tocsin"):  # noqa: ASYNC110  journald has to be asked
        await asyncio.sleep(0.2)
    await asyncio.sleep(2)  # every source has been polled once by then: what follows is news
    newsroom.edition = 1
    await until("an alert by Slack and by mail", lambda: told("drone incursion halts flights"))

    before = await show("tocsin", "MainPID")
    with (ETC / "config.toml").open("a") as config:
        config.write(NEW_RULE)
    await run("systemctl", "reload", "tocsin")
    while "configuration reloaded" not in await journal("tocsin"):  # noqa: ASYNC110  as above
        await asyncio.sleep(0.2)
    newsroom.edition = 2
    await until("the new rule's alert", lambda: told("Kite festival"))
    assert await show("tocsin", "MainPID") == before, "a reload is no restart"

    await run("kill", "-STOP", before)  # an event loop that hangs
    newsroom.edition = 3
    await until("an alert after the watchdog's bite", lambda: told("A second drone incursion"), 40)
    assert await show("tocsin", "NRestarts") == "1"
    assert await show("tocsin", "MainPID") != before
    keys = [str(m["X-Tocsin-Alert"]) for m in mail.mails]
    assert len(keys) == len(set(keys)), "a mail was repeated"

    await run("systemctl", "stop", "tocsin")
    assert await show("tocsin", "Result") == "success"
    assert await show("tocsin", "ExecMainStatus") == "0"
    told_all = await journal("tocsin")
    assert "stopped" in told_all
    assert TOKEN not in told_all


async def main() -> None:
    box = TOCSIN.parents[2]
    authority = trustme.CA()
    bundle = box / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    bundle.chmod(0o644)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("hooks.slack.com", "127.0.0.1").configure_cert(tls)
    seeds = Path("/tmp/newsroom")
    shutil.copytree(Path(__file__).parents[2] / "seeds/newsroom", seeds)
    with (seeds / "harbour-post/outlet.toml").open("a") as outlet:
        outlet.write(LATER)
    newsroom = Newsroom(seeds, datetime.now(UTC))
    slack = Slack()
    async with HttpServer(slack, tls) as proxy, MailServer(tls) as mail:
        await write_files(newsroom, proxy, mail, bundle)
        try:
            await live(newsroom, slack, mail)
        except BaseException:
            sys.stderr.write((await journal("tocsin"))[-6000:])
            raise
    newsroom.close()


asyncio.run(main())
