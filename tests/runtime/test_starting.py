"""A start that takes long tells what it is at, and one that is called off ends well."""

import asyncio
import os
import signal
import time

import pytest
from structlog.testing import capture_logs

from daemon.runtime import steps
from daemon.runtime.notify import SILENT
from daemon.runtime.signals import called_off
from daemon.runtime.steps import step


def test_a_step_that_lasts_is_told_of_while_it_does_and_when_it_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(steps, "PATIENCE_SECONDS", 0.0)
    with capture_logs() as logged:
        with step("looking up word forms", SILENT):
            until = time.monotonic() + 20
            while not logged and time.monotonic() < until:
                time.sleep(0.001)  # the line comes from a thread: what is waited for may hold up the loop
            assert [(line["event"], line["step"]) for line in logged] == [
                ("starting", "looking up word forms")
            ]
        assert logged[1]["event"] == "started"
        assert logged[1]["seconds"] >= 0


def test_a_step_that_does_not_is_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "PATIENCE_SECONDS", 3600.0)
    with capture_logs() as logged, step("looking up word forms", SILENT):
        pass
    assert logged == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_start_that_is_called_off_ends_and_lets_go(number: signal.Signals) -> None:
    let_go = []

    async def start() -> str:
        with called_off():
            try:
                os.kill(os.getpid(), number)
                await asyncio.Event().wait()
            finally:
                let_go.append("all")
        return "ended well"

    assert await asyncio.wait_for(start(), 20) == "ended well"
    assert let_go == ["all"]


async def test_a_start_that_is_cancelled_otherwise_is_cancelled() -> None:
    async def start() -> None:
        with called_off():
            await asyncio.Event().wait()

    starting = asyncio.create_task(start())
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
