"""Nothing that is not public is dialled, however it is spelt and whoever leads there."""

import pytest

from daemon.errors import FetchError
from daemon.fetch import Fetcher
from daemon.fetch.guard import refusal

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.2.1",
    "198.18.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:4136:e378::1",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "2a00:1450::5efe:192.168.0.1",
]
NEVER = [
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::",
    "fe80::1",
    "fe80::1%eth0",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "ff02::1",
    "::ffff:224.0.0.1",
]
PUBLIC = [
    "1.1.1.1",
    "93.184.216.34",
    "2606:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
    "2002:101:101::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_need_permission(address):
    assert refusal(address, allow_private=False)
    assert not refusal(address, allow_private=True)


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("allow_private", [True, False])
def test_some_addresses_are_never_dialled(address, allow_private):
    assert refusal(address, allow_private=allow_private)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_dialled(address):
    assert not refusal(address, allow_private=False)


SPELT = [
    "127.0.0.1",
    "localhost",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "0.0.0.0",
    "169.254.169.254",
    "[::ffff:a9fe:a9fe]",
    "１２７.0.0.1",
]


@pytest.mark.parametrize("host", SPELT)
async def test_no_spelling_gets_past(fetcher, host):
    with pytest.raises(FetchError) as caught:
        await fetcher.get(f"http://{host}:9/")
    assert caught.value.kind in {"blocked", "url"}
    assert caught.value.permanent


@pytest.mark.parametrize(("host", "cure"), [("10.0.0.1", "allow_private"), ("169.254.1.1", "no source may")])
async def test_only_what_can_be_allowed_is_offered(fetcher, host, cure):
    with pytest.raises(FetchError, match=cure):
        await fetcher.get(f"http://{host}:9/")


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://0.0.0.0:9/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/",
    ],
)
async def test_no_redirect_gets_past(server, fetcher, target):
    """Even where the intranet is open, a redirect is checked like any address."""
    server.says("/", 302, location=target)
    with pytest.raises(FetchError) as caught:
        await fetcher.get(server.url, allow_private=True)
    assert caught.value.kind in {"blocked", "url"}


async def test_what_one_source_may_another_may_not(server, fetcher):
    """A connection opened with permission is not lent to a source without."""
    server.says("/", body=b"intranet")
    await fetcher.get(server.url, allow_private=True)
    with pytest.raises(FetchError, match="allow_private = true"):
        await fetcher.get(server.url)


async def test_a_name_is_dialled_at_the_address_that_was_checked(server):
    """A name that resolves to a public address first and to loopback next gains nothing."""
    answers = iter([["93.184.216.34", "127.0.0.1"], ["127.0.0.1"]])

    async def rebinding(name: str, port: int) -> list[str]:
        return next(answers)

    async with Fetcher(user_agent="test", resolve=rebinding) as fetcher:
        for _ in range(2):
            with pytest.raises(FetchError, match=r"leads to 127\.0\.0\.1") as caught:
                await fetcher.get("http://rebinding.example:9/")
            assert caught.value.kind == "blocked"
