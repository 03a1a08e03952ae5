"""A cluster under systemd: run by test_service.py, with the installed command as its argument.

A scheduler, two workers and a deliverer start from the units in deploy/, tell what is published, go on
where they were when PostgreSQL is restarted, and stop cleanly.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from servers.http import HttpServer
from servers.postgres import Postgres, running
from servers.press import Publisher
from servers.systemd import journal, run, show, until
from servers.webhook import Webhook
from sqlalchemy import create_engine, text

TOCSIN = Path(sys.argv[1])
DEPLOY = Path(__file__).parents[2] / "deploy"
ETC = Path("/etc/tocsin")
STATE = Path("/var/lib/private/tocsin")
UNITS = ("tocsin-scheduler", "tocsin-worker@1", "tocsin-worker@2", "tocsin-deliverer@1")
CONFIG = """\
[daemon]
database = "{database}"
[web]
enabled = false
[[rules]]
name = "sightings"
any = ["sighting"]
forms = "exact"
[[channels]]
name = "desk"
url = "credential:tocsin_desk"
"""
SOURCE = """
[[sources]]
name = "Publisher {number}"
url = "{base}/feed"
every = "1s"
allow_private = true
"""
CONNECTED = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'tocsin%'"
POLLED = "SELECT count(*) FROM sources WHERE first_polled_at IS NOT NULL"


async def write_files(database: str, press: list[Publisher], desk: HttpServer) -> None:
    for unit in ("tocsin-scheduler.service", "tocsin-worker@.service", "tocsin-deliverer@.service"):
        shipped = (DEPLOY / unit).read_text()
        Path("/etc/systemd/system", unit).write_text(shipped.replace("@TOCSIN@", str(TOCSIN)))
    (ETC / "credentials").mkdir(parents=True)
    (ETC / "credentials" / "desk").write_text(f"json://{desk.address}/hook")
    sources = "".join(SOURCE.format(number=one.number, base=one.base) for one in press)
    (ETC / "config.toml").write_text(CONFIG.format(database=database) + sources)
    await run("systemctl", "daemon-reload")


def ask(database: str, question: str) -> int:
    engine = create_engine(database)
    try:
        with engine.connect() as conn:
            return conn.scalar(text(question)) or 0
    finally:
        engine.dispose()


async def states() -> list[str]:
    roll = json.loads(await run(TOCSIN, "-c", ETC / "config.toml", "status", "--cluster", "-o", "json"))
    return [each["state"] for each in roll]


async def live(database: str, postgres: Postgres, press: list[Publisher], desk: Webhook) -> None:
    def told(what: str) -> bool:
        titles = " ".join(request.json()["title"] for request in desk.requests)
        return all(f"{what} of publisher {one.number}" in titles for one in press)

    def publish(what: str) -> None:
        for one in press:
            one.titles.append(f"sighting {what} of publisher {one.number}")

    await run("systemctl", "start", *UNITS)  # comes back only when each of them said READY
    assert await states() == ["running"] * len(UNITS)
    assert [path.name for path in STATE.parent.iterdir()] == [STATE.name], "they share one folder"
    assert len(list(STATE.glob("arrived*.jsonl"))) == len(UNITS), "and each has a file of its own there"
    await until("the backlog", lambda: ask(database, POLLED) == len(press))
    publish("before")
    await until("alerts", lambda: told("before"), 40)

    before = [await show(unit, "MainPID") for unit in UNITS]
    postgres.halt("fast")
    publish("meanwhile")
    postgres.resume()
    await until("alerts after the restart of PostgreSQL", lambda: told("meanwhile"), 60)
    assert [await show(unit, "MainPID") for unit in UNITS] == before, "none ended over it"

    await run("systemctl", "stop", *UNITS)
    for unit in UNITS:
        assert (await show(unit, "Result"), await show(unit, "ExecMainStatus")) == ("success", "0"), unit
    said = await journal(*UNITS)
    assert said.count("stopped") == len(UNITS)
    assert "Traceback" not in said
    assert await states() == ["stopped"] * len(UNITS)
    assert ask(database, CONNECTED) == 0
    assert [one.overlaps for one in press] == [0] * len(press)


@contextmanager
def server() -> Iterator[Postgres]:
    with running() as made:
        assert made
        yield made


async def main() -> None:
    press = [await Publisher(number, ["backlog"]).open() for number in (1, 2)]
    desk = Webhook()
    with server() as postgres:
        database = postgres.create()
        async with HttpServer(desk) as receiver:
            await write_files(database, press, receiver)
            try:
                await live(database, postgres, press, desk)
            except BaseException:
                sys.stderr.write((await journal(*UNITS))[-6000:])
                raise
    for one in press:
        await one.close()


asyncio.run(main())
