"""Logins, cookies and headers reach the source they are for, and nobody else."""

import gc
import ssl
import traceback

import pytest
import trustme

from daemon.errors import FetchError
from daemon.fetch import Fetcher
from daemon.model import Access, Secret

LOGIN = Access(
    headers=(("X-Token", Secret("t0ken")),),
    cookies=(("session", Secret("abc")), ("lang", Secret("en"))),
    username="desk",
    password=Secret("hunter2"),
)


async def test_a_login_is_sent(server, fetcher):
    server.says("/", body=b"ok")
    await fetcher.get(server.url, access=LOGIN, allow_private=True)
    headers = server.seen[0][1]
    assert headers["authorization"] == "Basic ZGVzazpodW50ZXIy"
    assert headers["cookie"] == "session=abc; lang=en"
    assert headers["x-token"] == "t0ken"


async def test_a_bearer_token_is_sent(server, fetcher):
    server.says("/", body=b"ok")
    await fetcher.get(server.url, access=Access(bearer=Secret("t0ken")), allow_private=True)
    assert server.seen[0][1]["authorization"] == "Bearer t0ken"


async def test_a_login_does_not_follow_a_redirect_elsewhere(server, serve, fetcher):
    async with serve() as elsewhere:
        server.says("/", 302, location=elsewhere.url)
        elsewhere.says("/", body=b"ok")
        await fetcher.get(server.url, access=LOGIN, allow_private=True)
        assert not {"authorization", "cookie", "x-token"} & elsewhere.seen[0][1].keys()


async def test_a_cookie_stays_with_its_fetch(server, fetcher):
    server.says("/", 302, location="/b", set_cookie="who=first")
    server.says("/b", body=b"ok")
    await fetcher.get(server.url, allow_private=True)
    await fetcher.get(server.url + "/b", allow_private=True)
    assert [headers.get("cookie") for _, headers in server.seen] == [None, "who=first", None]


@pytest.mark.parametrize("secret", ["hunter2\r\nX: y", "hunter2–", "hunter2\x00"])
async def test_a_secret_no_header_can_carry_is_not_shown(server, fetcher, secret):
    broken = Access(headers=(("X-Token", Secret(secret)),))
    with pytest.raises(FetchError, match="characters that no header may have") as caught:
        await fetcher.get(server.url, access=broken, allow_private=True)
    assert caught.value.kind == "request"
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


async def test_a_header_of_the_user_s_replaces_ours(server, fetcher):
    server.says("/", body=b"ok")
    access = Access(headers=(("user-agent", Secret("Mozilla")),))
    await fetcher.get(server.url, access=access, allow_private=True)
    assert server.seen[0][1]["user-agent"] == "Mozilla"


async def test_a_proxy_is_asked_and_the_guard_leaves_the_way_to_it(server, fetcher):
    server.says("http://news.example/feed", body=b"<rss/>")
    proxy = server.url.replace("http://", "http://desk:hunter2@")
    got = await fetcher.get("http://news.example/feed", access=Access(proxy=Secret(proxy)))
    assert got.body == b"<rss/>"
    assert server.seen[0][1]["proxy-authorization"] == "Basic ZGVzazpodW50ZXIy"


@pytest.mark.parametrize("target", ["127.0.0.1", "169.254.169.254", "[::1]", "localhost", "a.localhost."])
async def test_a_proxy_is_no_way_around_the_guard_for_what_is_spelt_out(server, fetcher, target):
    server.says("http://news.example/feed", 302, location=f"http://{target}/")
    with pytest.raises(FetchError) as caught:
        await fetcher.get("http://news.example/feed", access=Access(proxy=Secret(server.url)))
    assert (caught.value.kind, len(server.seen)) == ("blocked", 1)


@pytest.mark.parametrize("proxy", ["nonsense", "ftp://127.0.0.1:1", "http://"])
async def test_a_proxy_that_is_none_is_named(fetcher, proxy):
    with pytest.raises(FetchError, match="the source's proxy") as caught:
        await fetcher.get("http://news.example/", access=Access(proxy=Secret(proxy)))
    assert caught.value.kind == "proxy"


async def test_a_client_certificate_is_shown(serve, authority: trustme.CA, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    card = tmp_path / "card.pem"
    authority.issue_cert("desk@example.org").private_key_and_cert_chain_pem.write_to_path(card)

    def trust() -> ssl.SSLContext:
        mine = ssl.create_default_context()
        authority.configure_trust(mine)
        return mine

    async with serve(context) as server, Fetcher(user_agent="test", trust=trust) as fetcher:
        server.says("/", body=b"inside")
        access = Access(client_certificate=str(card))
        assert (await fetcher.get(server.url, access=access, allow_private=True)).body == b"inside"
        gc.collect()


async def test_a_client_certificate_that_cannot_be_read_is_named(fetcher, tmp_path):
    access = Access(client_certificate=str(tmp_path / "none.pem"))
    with pytest.raises(FetchError, match=r"none\.pem must be a readable PEM file") as caught:
        await fetcher.get("https://127.0.0.1:9/", access=access, allow_private=True)
    assert caught.value.kind == "certificate"
