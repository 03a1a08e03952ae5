"""The address guard: a name is resolved, checked and dialled here, in one step.

A check before the dial could be fooled by a name that resolves differently a moment later (DNS
rebinding). So the address that was checked is the address that is dialled, for every connection and
every redirect.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Executor
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from httpcore2 import SOCKET_OPTION, AnyIOBackend, AsyncNetworkStream, ConnectError

from daemon.errors import FetchError

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""A host and a port in, the addresses it stands for out; OSError when there are none."""

# IPv6 ranges whose last 32 bits are an IPv4 address (RFC 6052, RFC 4291 2.5.5.1): judged by it.
_EMBEDS_IPV4 = (ip_network("64:ff9b::/96"), ip_network("::/96"))
_6TO4 = ip_network("2002::/16")
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214: the interface identifier names an IPv4 address
# What Python 3.11's `is_global` lets pass although nothing public answers there.
_NEVER_PUBLIC = (
    ip_network("fec0::/10"),  # site-local, deprecated (RFC 3879)
    ip_network("64:ff9b:1::/48"),  # local-use translation (RFC 8215)
    ip_network("2001::/32"),  # Teredo: hides an IPv4 address
    ip_network("168.63.129.16/32"),  # Azure's host: public by number, private by meaning
)
_MOST_ADDRESSES = 4  # that one name is tried at


def refusal(address: str, *, allow_private: bool) -> str:
    """Say why an address may not be dialled, or "" when it may.

    `allow_private` opens intranets and this machine itself, but never what only misleads: link-local
    addresses (cloud metadata), multicast, and the unspecified address.
    """
    ip = _unwrap(ip_address(address))
    if ip.is_link_local:
        return "is link-local, where clouds keep their credentials"
    if ip.is_multicast or ip.is_unspecified:
        return "is no single machine's"
    if allow_private or (ip.is_global and not any(ip in net for net in _NEVER_PUBLIC)):
        return ""
    return "is this machine's own" if ip.is_loopback else "is private"


def _unwrap(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Give the IPv4 address that an IPv6 address carries, where it carries one."""
    if isinstance(ip, IPv4Address):
        return ip
    number = int(ip)
    if ip.ipv4_mapped:
        return ip.ipv4_mapped
    if ip in _6TO4:
        return IPv4Address(number >> 80 & 0xFFFFFFFF)
    carries = any(ip in net for net in _EMBEDS_IPV4) and number > 1
    if carries or number >> 32 & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    return ip


def resolver(executor: Executor) -> Resolve:
    """Ask the system for addresses in threads of our own: a dead name server must not stall others."""

    async def resolve(host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(executor, _addresses, host, port)
        return list(dict.fromkeys(found))

    return resolve


def _addresses(host: str, port: int) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class _Stream(AsyncNetworkStream):
    """A connection that is closed when its handshake is called off; the library would forget it open."""

    def __init__(self, inner: AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - as below
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as below
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
    ) -> AsyncNetworkStream:
        try:
            return await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._inner.aclose()
            raise


class GuardedBackend(AnyIOBackend):
    """Dials for the connection pool, and only where it may."""

    def __init__(self, resolve: Resolve, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the pool's signature
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        last: Exception = FetchError("dns", f"the name «{host}» has no address")
        for address in await self._checked(host, port):
            try:
                dialled = await super().connect_tcp(address, port, timeout, local_address, socket_options)
                return _Stream(dialled)
            except ConnectError as error:
                last = error
        raise last

    async def _checked(self, host: str, port: int) -> list[str]:
        """Resolve a name; one forbidden address among several forbids them all."""
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise _unresolved(host, error) from error
        for address in addresses:
            if reason := refusal(address, allow_private=self._allow_private):
                raise _blocked(host, address, reason)
        return addresses[:_MOST_ADDRESSES]


def check_literal(host: str) -> None:
    """Refuse a private address that is spelt out, where a proxy will resolve the names."""
    local = host.lower().rstrip(".").endswith("localhost")
    address = "127.0.0.1" if local else host.strip("[]")
    try:
        reason = refusal(address, allow_private=False)
    except ValueError:  # a name
        return
    if reason:
        raise _blocked(host, address, reason)


def _unresolved(host: str, error: OSError | UnicodeError) -> FetchError:
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return FetchError("dns", f"no name server answered for «{host}»; is this machine online?")
    return FetchError("dns", f"the name «{host}» does not exist, or has no address; check its spelling")


def _blocked(host: str, address: str, reason: str) -> FetchError:
    where = f"«{host}»" if host == address else f"«{host}» leads to {address}, which"
    cure = "if you mean it, set allow_private = true on the source (--allow-private)"
    if refusal(address, allow_private=True):
        cure = "no source may lead there"
    return FetchError("blocked", f"{where} {reason}; {cure}", permanent=True)
