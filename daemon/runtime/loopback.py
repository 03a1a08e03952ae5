"""How other processes reach the receivers of a demonstration: `tocsin channels test` in its folder."""

import fcntl
import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from daemon.errors import ConflictError
from daemon.model import Channel

_FILE = "receivers.json"


def announce(folder: Path, channels: Collection[Channel], environment: Mapping[str, str]) -> None:
    """Write down which channels a demonstration in a folder receives, and by which environment."""
    urls = [channel.url.reveal() for channel in channels]
    (folder / _FILE).write_text(json.dumps({"environment": environment, "channels": urls}))


@contextmanager
def reaching(folder: Path, channel: Channel) -> Iterator[None]:
    """Let this process reach a channel as the demonstration in a folder does, if it is one of that's.

    Raises ConflictError when the demonstration does not run: nobody receives then.
    """
    try:
        known = json.loads((folder / _FILE).read_text())
    except OSError:
        known = {"channels": []}
    if channel.url.reveal() not in known["channels"]:
        yield
        return
    if not _is_held(folder):
        raise ConflictError(
            f"{channel.name} is a channel of the demonstration, which receives only while it runs: "
            f"`tocsin demo --serve --dir {folder.resolve()}` in another terminal, and try again"
        )
    with environment(**known["environment"]):
        yield


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Set environment variables, which is how requests and ssl are told of proxies and authorities."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _is_held(folder: Path) -> bool:
    """Tell whether a demonstration holds its folder: it does while it runs."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
