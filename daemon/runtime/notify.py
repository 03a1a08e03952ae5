"""Tell systemd how the service fares (sd_notify), without a library.

The protocol is a datagram to the socket that $NOTIFY_SOCKET names; see sd_notify(3).
"""

import socket
from collections.abc import Mapping
from datetime import timedelta

import structlog

log = structlog.get_logger()


class Notifier:
    """Speaks to systemd where it listens; elsewhere every call is silent and free."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self._watchdog = int(environ.get("WATCHDOG_USEC", "0"))

    @property
    def watchdog_interval(self) -> timedelta | None:
        """How often to pet the watchdog: a third of what systemd allows; None without one."""
        return timedelta(microseconds=self._watchdog / 3) if self._watchdog else None

    def ready(self, status: str) -> None:
        self._send(f"READY=1\nSTATUS={status}")

    def reloading(self, monotonic_usec: int) -> None:
        """Announce a reload; `ready` ends it. Newer systemd wants the monotonic time beside it."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={monotonic_usec}")

    def stopping(self) -> None:
        self._send("STOPPING=1\nSTATUS=draining")

    def status(self, text: str) -> None:
        self._send(f"STATUS={text}")

    def pet(self) -> None:
        self._send("WATCHDOG=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        # An "@" stands for the NUL byte of Linux's abstract socket names.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.setblocking(False)
            try:
                channel.sendto(message.encode(), address)
            except OSError as error:
                # A socket that is gone, one that nobody empties, or a variable inherited from who knows
                # where, must neither end us nor hold us up.
                log.warning("systemd could not be told", what=message.partition("=")[0], why=error.strerror)


SILENT = Notifier({})
"""Speaks to nobody."""
