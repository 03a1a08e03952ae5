"""The daemon's life: start, reload, watchdog, one round, a clean end."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest

from daemon.config import load
from daemon.errors import ConflictError, NotFoundError, StoreError
from daemon.model import Fate
from daemon.runtime import compose, run_once
from daemon.runtime.compose import open_house, retire
from daemon.runtime.notify import Notifier
from daemon.runtime.service import Service
from daemon.runtime.sought import Reading
from daemon.runtime.status import take_status
from daemon.store import Store, facts, ledger, rekeying, rests, sources
from daemon.store.rests import Rest

OUTDATED = {"below": 1, "left": 1}  # as a migration notes it

RULE = '\n[[rules]]\nname = "kites"\nany = ["kite"]\n'


class Running:
    """A service at work, and what systemd heard of it."""

    def __init__(self, service: Service, task: asyncio.Task[None], heard: socket.socket) -> None:
        self.service = service
        self.task = task
        self._heard = heard
        self._words: list[str] = []

    def listen(self) -> None:
        """Take what was said as it comes: the kernel keeps little for who does not."""
        self._words.append(self._heard.recv(4000).decode())

    def heard(self) -> list[str]:
        """What was said since this was asked last."""
        words, self._words = self._words, []
        return words

    def status(self) -> dict:
        context = self.service.context
        return context.store.read_now(lambda conn: take_status(conn, context.now()))


async def until(true: Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  files, tables and sockets have no event to wait for
            await asyncio.sleep(0.05)


@asynccontextmanager
async def running(
    config_file, tmp_path, meanwhile: Callable[[], object] = lambda: None, **environ: str
) -> AsyncIterator[Running]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as heard:
        heard.bind(str(tmp_path / "notify"))
        notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify"), **environ})
        reload = Reading(partial(load, config_file, {}))
        async with open_house(reload()) as context:
            meanwhile()
            service = Service(context, reload, notifier)
            task = asyncio.create_task(service.run())
            run = Running(service, task, heard)
            asyncio.get_running_loop().add_reader(heard, run.listen)
            try:
                yield run
            finally:
                service.stop()
                await task
                asyncio.get_running_loop().remove_reader(heard)


async def test_a_service_starts_takes_up_changes_and_ends(config_file, newsroom, tmp_path):
    async with running(config_file, tmp_path, WATCHDOG_USEC="3000000") as run:
        heard: list[str] = []
        await until(lambda: heard.extend(run.heard()) or any(w.startswith("READY") for w in heard))
        await until(lambda: run.status()["entries"]["backlog"] > 0)
        assert run.status()["running"]

        good = config_file.read_text()
        config_file.write_text(good + "[[rules]]\nnome = 1\n")  # the watcher sees it by itself
        await until(lambda: bool(run.service.refused))
        await until(lambda: bool(run.status()["refused"]))
        assert "unknown key «nome»" in run.status()["refused"]
        assert set(run.service.context.rules) == {"drones"}
        assert any("refused" in finding for finding in run.status()["findings"])

        extra = config_file.parent / "rules.d"
        extra.mkdir()
        config_file.write_text('include = ["rules.d/*.toml"]\n' + good)
        await until(lambda: not run.service.refused and not run.status()["refused"])
        (extra / "kites.toml").write_text(RULE)  # a folder that is watched only since the reload
        await until(lambda: set(run.service.context.rules) == {"drones", "kites"})

        newsroom.edition = 1
        await until(lambda: run.status()["entries"][Fate.QUEUED] > 0)
        await until(lambda: heard.extend(run.heard()) or any("WATCHDOG=1" in w for w in heard))

        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(run.task, 60)
        await until(lambda: any(word.startswith("STOPPING") for word in run.heard()))
        status = run.status()
        assert not status["running"]
        assert any("no daemon is running" in finding for finding in status["findings"])
        assert sum(run.service.context.store.read_now(ledger.tally).values()) > 0


async def test_a_reload_that_fails_in_any_way_keeps_the_old_configuration(config_file, tmp_path, capsys):
    async with running(config_file, tmp_path) as run:
        await until(lambda: any(word.startswith("READY") for word in run.heard()))
        before = run.service.context

        def load_nothing():
            raise NotFoundError("there is no configuration: looked for ./config.toml")

        run.service._load = load_nothing
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: bool(run.service.refused))
        await until(lambda: any(word.startswith("READY") for word in run.heard()))
        assert run.service.context is before
        assert "there is no configuration" in run.status()["refused"]

        text = config_file.read_text().replace("[daemon]", '[daemon]\nlog_level = "debug"')
        config_file.write_text(text + "[polling]\nconcurrency = 7\n")
        run.service._load = partial(load, config_file, {})
        await run.service.reload()
        assert not run.service.refused
        assert "take effect at the next start" in capsys.readouterr().out


async def test_a_channel_that_is_sent_elsewhere_does_not_rest_for_the_one_before(config_file):
    reload = partial(load, config_file, {})
    async with open_house(reload()) as context:
        service, end = Service(context, reload, Notifier({})), context.now() + timedelta(hours=1)

        def asked(conn) -> list:
            return [rests.get(conn, kind, "desk") for kind in (Rest.CHANNEL, Rest.BURST)]

        for kind in (Rest.CHANNEL, Rest.BURST):
            await context.store.write(lambda conn, kind=kind: rests.put(conn, kind, "desk", end))
        text = config_file.read_text()
        config_file.write_text(text + RULE)
        await service.reload()
        assert await context.store.read(asked) == [end, end], "it is the same"
        config_file.write_text(text.replace("127.0.0.1:9/", "127.0.0.1:10/"))
        await service.reload()
        assert not service.refused
        assert await context.store.read(asked) == [None, None]
        await retire(service.context)
        await asyncio.gather(*service._retiring)


async def test_what_a_refused_configuration_lacks_is_seen_in_folders_that_are_not_watched(
    config_file, tmp_path, monkeypatch
):
    monkeypatch.setattr("daemon.runtime.service.PULSE", timedelta(seconds=0.1))
    elsewhere = tmp_path / "elsewhere"
    async with running(config_file, tmp_path) as run:
        await until(lambda: any(word.startswith("READY") for word in run.heard()))
        wanted = config_file.read_text().replace("[daemon]", f'include = ["{elsewhere}/*.toml"]\n[daemon]')
        key = f"file:{elsewhere}/key"
        config_file.write_text(
            wanted.replace('url = "json:', f'template = "{elsewhere}/own.j2"\nurl = "{key}"\n# "')
        )
        await until(lambda: f"nothing is there: {elsewhere}" in run.service.refused)
        elsewhere.mkdir()
        (elsewhere / "own.j2").write_text("{{ tilte }}")
        await until(lambda: "there is no fact «tilte»" in run.service.refused)
        (elsewhere / "own.j2").write_text("{{ title }}")
        await until(lambda: "own.j2" not in run.service.refused)
        assert f"{elsewhere}/key cannot be read" in run.service.refused
        (elsewhere / "key").write_text("json://127.0.0.1:9/k3wZ9sLr0vXq2bTn")
        (elsewhere / "kites.toml").write_text(RULE)
        await until(lambda: set(run.service.context.rules) == {"drones", "kites"})
        assert not run.service.refused
        assert run.service.context.channels["desk"].template == "{{ title }}"


async def test_a_change_made_before_the_folder_is_watched_is_taken_up(config_file, tmp_path, monkeypatch):
    monkeypatch.setattr("daemon.runtime.service.PULSE", timedelta(seconds=0.1))
    changed = config_file.read_text() + RULE
    async with running(config_file, tmp_path, lambda: config_file.write_text(changed)) as run:
        await until(lambda: set(run.service.context.rules) == {"drones", "kites"})


async def test_what_the_database_kept_from_being_taken_up_is_tried_again(config_file, tmp_path, monkeypatch):
    monkeypatch.setattr("daemon.runtime.service.PULSE", timedelta(seconds=0.1))
    full = ["the disk is full"] * 3

    async def take_over(*args):
        if full:
            raise StoreError(full.pop())
        await compose.take_over(*args)

    async with running(config_file, tmp_path) as run:
        await until(lambda: any(word.startswith("READY") for word in run.heard()))
        monkeypatch.setattr("daemon.runtime.service.take_over", take_over)
        config_file.write_text(config_file.read_text() + RULE)
        await until(lambda: set(run.service.context.rules) == {"drones", "kites"})
        assert not run.service.refused


@pytest.mark.parametrize("stuck", ["lane", "writer", "nothing"])
def test_the_watchdog_goes_hungry_when_anything_stands_still(stuck, capsys):
    pets = []
    store = SimpleNamespace(beats=[0, 0])
    polling = SimpleNamespace(concurrency=1)
    context = SimpleNamespace(now=lambda: None, store=store, config=SimpleNamespace(polling=polling))
    service = Service(context, Reading(lambda: None), SimpleNamespace(pet=lambda: pets.append(1)))
    service._pet()
    for _ in range(3):
        store.beats = [beat + (stuck != "writer" or not number) for number, beat in enumerate(store.beats)]
        for lane in service.engine.lanes:
            lane.beat += stuck != "lane" or lane.name != "deliver"
        service._pet()
    assert len(pets) == (4 if stuck == "nothing" else 1)


async def test_one_round_ends_though_its_source_is_due_every_second(config_file, newsroom):
    reload, first_moment = partial(load, config_file, {}), newsroom.opened
    async with asyncio.timeout(90):
        first = await run_once(reload, {})
        newsroom.edition = 1
        with Store.open(_database(config_file)) as store:
            store.write_now(lambda conn: sources.schedule_poll(conn, 1, first_moment, "a test"))
            store.write_now(lambda conn: facts.put(conn, "rekeying", OUTDATED, first_moment))
        report = await run_once(reload, {})
        with Store.open(_database(config_file)) as store:
            assert store.read_now(rekeying.left) is None
    assert (first.sources, first.failing, first.findings) == (1, 0, 0)
    assert "all is well" in str(first)
    assert report.waiting == 1
    assert "1 delivery waiting" in str(report)


async def test_old_lookup_keys_are_renewed_before_anything_is_polled_and_then_bit_by_bit(
    config_file, tmp_path, monkeypatch
):
    monkeypatch.setattr("daemon.runtime.service.REKEYING", timedelta(seconds=0.1))
    async with open_house(load(config_file, {})) as context:
        await context.store.write(lambda conn: facts.put(conn, "rekeying", OUTDATED, context.now()))
    async with running(config_file, tmp_path) as run:
        await until(lambda: any(word.startswith("READY") for word in run.heard()))
        store = run.service.context.store
        assert store.read_now(rekeying.left) is None
        store.write_now(lambda conn: facts.put(conn, "rekeying", OUTDATED, run.service.context.now()))
        await until(lambda: store.read_now(rekeying.left) is None)


async def test_a_second_daemon_on_the_database_is_refused(config_file):
    async with open_house(load(config_file, {})):
        other = config_file.with_name("other.toml")
        text = config_file.read_text().replace('/state"', '/elsewhere"')
        other.write_text(text.replace("[daemon]", f'[daemon]\ndatabase = "{_database(config_file)}"'))
        for file in (config_file, other):
            with pytest.raises(ConflictError, match="another tocsin runs on"):
                async with open_house(load(file, {})):
                    pass


def _database(config_file) -> str:
    return load(config_file, {}).daemon.database.reveal()


@pytest.mark.parametrize("place", ["/proc/nothing/here", "etc/config.toml/state"])
async def test_a_state_directory_that_cannot_be_written_is_told(config_file, tmp_path, place):
    text = config_file.read_text().replace(str(tmp_path / "state"), str(tmp_path / place))
    config_file.write_text(text)
    with pytest.raises(StoreError, match="cannot be written"):
        async with open_house(load(config_file, {})):
            pass


async def test_a_pulse_of_another_release_is_read(config_file, tmp_path):
    async with open_house(load(config_file, {})) as context:
        value = {"pid": 1, "started": "2026-11-22T12:00:00+00:00", "config": "abc", "of_a_later_release": 1}
        await context.store.write(lambda conn: facts.put(conn, "pulse", value, context.now()))
        status = await context.store.read(lambda conn: take_status(conn, context.now()))
    assert status["pid"] == 1
