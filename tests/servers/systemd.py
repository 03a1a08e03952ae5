"""What a script asks of the systemd that it runs under, as root, in namespaces of its own."""

import asyncio
from collections.abc import Callable


async def run(*command: object) -> str:
    """Run a command that is to go well; give what it says."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, f"{command}: {output.decode()}"
    return output.decode()


async def show(unit: str, prop: str) -> str:
    """Give a property of a unit."""
    return (await run("systemctl", "show", unit, "--value", "-p", prop)).strip()


async def journal(*units: str) -> str:
    """Give all that units have logged."""
    named = [word for unit in units for word in ("-u", unit)]
    return await run("journalctl", *named, "-o", "cat", "--no-pager")


async def until(what: str, true: Callable[[], bool], seconds: float = 20) -> None:
    for _ in range(int(seconds * 10)):
        if true():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")
