"""sd_notify, heard at a real datagram socket as systemd hears it."""

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from daemon.runtime.notify import Notifier


@pytest.fixture(params=["path", "abstract"])
def listening(request, tmp_path) -> Iterator[tuple[str, socket.socket]]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        name = str(tmp_path / "notify")
        if request.param == "abstract":
            heard.bind("\0" + name)
            name = "@" + name
        else:
            heard.bind(name)
        heard.settimeout(2)
        yield name, heard


def test_each_state_is_told(listening):
    address, heard = listening
    notifier = Notifier({"NOTIFY_SOCKET": address})

    def hear(tell, *words) -> dict[str, str]:
        tell(*words)
        return dict(line.split("=", 1) for line in heard.recv(1000).decode().splitlines())

    assert hear(notifier.ready, "watching 2 sources") == {"READY": "1", "STATUS": "watching 2 sources"}
    assert hear(notifier.reloading, 12345) == {"RELOADING": "1", "MONOTONIC_USEC": "12345"}
    assert hear(notifier.status, "kurz — «gut»") == {"STATUS": "kurz — «gut»"}
    assert hear(notifier.pet) == {"WATCHDOG": "1"}
    assert hear(notifier.stopping) == {"STOPPING": "1", "STATUS": "draining"}


def test_without_systemd_it_is_silent():
    notifier = Notifier({})
    notifier.ready("well")
    assert notifier.watchdog_interval is None


def test_the_watchdog_is_petted_three_times_as_often_as_needed():
    assert Notifier({"WATCHDOG_USEC": "30000000"}).watchdog_interval == timedelta(seconds=10)


def test_a_socket_that_is_gone_ends_nothing(tmp_path, capsys):
    """The variable may be inherited from a shell that a service started."""
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready("well")
    assert "systemd could not be told" in capsys.readouterr().out


def test_a_socket_that_nobody_empties_holds_nobody_up(listening, capsys):
    notifier = Notifier({"NOTIFY_SOCKET": listening[0]})
    for _ in range(1000):  # more than the kernel keeps for who does not listen
        notifier.status("well")
    assert "systemd could not be told" in capsys.readouterr().out
